//! A provider whose answers a test writes itself.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::Method;

/// What a double was asked: the method, the path with its query, the body, and whether an API key came along.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub api_key: bool,
    pub body: String,
}

/// A double, and what it was asked so far.
#[derive(Clone)]
pub struct Double {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Double {
    /// Answers with what `answer` makes of a request. It is given the double's own address, for answers that name it.
    pub async fn start(answer: impl Fn(&str, &Asked) -> Response + Clone + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let double = Self { url: url.clone(), asked: Arc::default() };
        let log = double.asked.clone();
        let router = Router::new().fallback(move |request: Request| async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
            let asked = Asked {
                method: parts.method,
                path: parts.uri.to_string(),
                api_key: ["authorization", "x-key", "x-api-key"]
                    .iter()
                    .any(|name| parts.headers.contains_key(*name)),
                body: String::from_utf8_lossy(&body).into_owned(),
            };
            log.lock().unwrap().push(asked.clone());
            answer(&url, &asked)
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        double
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The paths, in order.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }

    /// How many calls were made that cost money.
    pub fn posts(&self) -> usize {
        self.asked().iter().filter(|asked| asked.method == Method::POST).count()
    }
}

/// An answer with a body.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let answer = headers
        .iter()
        .fold(http::Response::builder().status(status), |answer, (name, value)| answer.header(*name, *value));
    answer.body(body.into()).unwrap()
}
