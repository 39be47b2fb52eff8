//! A provider that takes only what its specification allows, hands it on to the sandbox, and holds the sandbox's
//! answer against the specification too.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use domain::Provider;
use http::{Method, StatusCode};

use super::spec::Spec;

pub struct Checking {
    provider: Provider,
    upstream: String,
    spec: Spec,
    /// Every call: what was asked, and with what status it was answered.
    pub seen: Mutex<Vec<(String, StatusCode)>>,
    pub wrong: Mutex<Vec<String>>,
}

impl Checking {
    /// Stands before `upstream`, and has an address of its own.
    pub async fn start(provider: Provider, upstream: &str) -> (String, Arc<Self>) {
        let (origin, path) = upstream.split_at(upstream.match_indices('/').nth(2).unwrap().0);
        let upstream = origin.to_owned();
        let (seen, wrong) = (Mutex::default(), Mutex::default());
        let checking = Arc::new(Self { provider, upstream, spec: Spec::of(provider), seen, wrong });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{path}", listener.local_addr().unwrap());
        let router = Router::new().fallback(check).with_state(checking.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (url, checking)
    }

    /// How often a path that contains this was answered with this status.
    pub fn count(&self, path: &str, status: u16) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|(asked, answered)| asked.contains(path) && answered.as_u16() == status).count()
    }
}

async fn check(State(checking): State<Arc<Checking>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let path = parts.uri.path().to_owned();
    // The sandbox delivers images below its own name; the provider does so from hosts that its document leaves out.
    let delivery = path.contains("/delivery/");
    let api_key_header = match checking.provider {
        Provider::Openai => "authorization",
        Provider::Bfl => "x-key",
        Provider::Anthropic => "x-api-key",
    };
    let mut wrong = Vec::new();
    wrong
        .extend((parts.headers.contains_key(api_key_header) == delivery).then(|| format!("API key: {path}")));
    if !delivery {
        wrong.extend(checking.spec.request(&parts.method, &path, &parts.headers, &body).await);
    }
    // The Host header goes along, so that addresses in answers lead back here.
    let url = format!("{}{}", checking.upstream, parts.uri);
    let upstream = reqwest::Client::new().request(parts.method.clone(), url);
    let answer = upstream.headers(parts.headers).body(body).send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body: Bytes = answer.bytes().await.unwrap();
    if !delivery {
        wrong.extend(checking.answer(&parts.method, &path, status, &headers, &body));
    }
    checking.seen.lock().unwrap().push((path, status));
    checking.wrong.lock().unwrap().extend(wrong);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

impl Checking {
    fn answer(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        headers: &http::HeaderMap,
        body: &[u8],
    ) -> Vec<String> {
        let mut wrong = self.spec.answer(method, path, status, body);
        let request_id = match self.provider {
            Provider::Openai => Some("x-request-id"),
            Provider::Anthropic => Some("request-id"),
            Provider::Bfl => None,
        };
        let missing = request_id.filter(|name| !headers.contains_key(*name));
        wrong.extend(missing.map(|name| format!("answer {status}: no {name}")));
        wrong
    }
}
