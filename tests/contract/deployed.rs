//! The built functions, behind a gateway that does to requests what API Gateway does: it looks at the token and the
//! route's scope, and hands the function an event. So that schemathesis can ask what is deployed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::support::TestStack;
use crate::support::contract::likeness;
use crate::support::runtime_api::{Function, as_answer, http_event};
use crate::tenants::routes::deployed;
use crate::tidy::root;

struct Gateway {
    functions: HashMap<String, Function>,
    stack: String,
    /// The tenants of the tokens that were given out.
    tenants: Mutex<HashMap<String, String>>,
}

impl Gateway {
    async fn start(stack: &TestStack) -> (String, Arc<Self>) {
        let queue = |provider: &str| {
            let queues = stack.stack.queues().iter();
            queues.clone().find(|(of, _)| of.slug() == provider).map(|(_, url)| url.clone()).unwrap()
        };
        let (openai, bfl, anthropic) = (queue("openai"), queue("bfl"), queue("anthropic"));
        let environment = [
            ("OWNKEY_QUEUE_OPENAI", openai.as_str()),
            ("OWNKEY_QUEUE_BFL", bfl.as_str()),
            ("OWNKEY_QUEUE_ANTHROPIC", anthropic.as_str()),
            ("OWNKEY_IMAGE_ORIGIN", "https://images.example.com"),
        ];
        let mut functions = HashMap::new();
        for (.., folder) in deployed() {
            if let Entry::Vacant(place) = functions.entry(folder) {
                let function = Function::start(place.key(), stack, &environment).await;
                place.insert(function);
            }
        }
        let gateway =
            Arc::new(Self { functions, stack: stack.stack.url().to_owned(), tenants: Mutex::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (url, gateway)
    }

    /// Tokens are the stack's; whose they are is remembered here.
    async fn token(&self, query: &str) -> Response {
        let answer = reqwest::get(format!("{}/local/token?{query}", self.stack)).await.unwrap();
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let tenant = query.strip_prefix("tenant=").unwrap().to_owned();
        self.tenants.lock().unwrap().insert(body["access_token"].as_str().unwrap().to_owned(), tenant);
        body.to_string().into_response()
    }
}

async fn pass(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
    if path == "/local/token" {
        return gateway.token(&query).await;
    }
    let refuse = |status: StatusCode, message: &str| {
        let media_type = [(CONTENT_TYPE, "application/json")];
        (status, media_type, json!({ "message": message }).to_string()).into_response()
    };
    let routes = deployed().into_iter().filter(|(method, ..)| *method == parts.method.as_str());
    let route = routes.max_by_key(|(_, template, ..)| likeness(template, &path));
    let Some((.., scope, folder)) = route.filter(|(_, template, ..)| likeness(template, &path).is_some())
    else {
        return refuse(StatusCode::NOT_FOUND, "Not Found");
    };
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tenant =
        header.strip_prefix("Bearer ").and_then(|token| gateway.tenants.lock().unwrap().get(token).cloned());
    if scope.is_some() && tenant.is_none() {
        return refuse(StatusCode::UNAUTHORIZED, "Unauthorized");
    }
    let mut event = http_event(parts.method.as_str(), &path, scope.as_deref(), None);
    if let Some(tenant) = tenant.filter(|_| scope.is_some()) {
        event["requestContext"]["authorizer"]["jwt"]["claims"]["tenant"] = tenant.into();
    }
    let body = axum::body::to_bytes(body, 16 << 20).await.unwrap();
    event["rawQueryString"] = query.into();
    event["headers"] = parts
        .headers
        .iter()
        // Answers are handed on as texts.
        .filter(|(name, _)| *name != http::header::ACCEPT_ENCODING)
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned().into())
        })
        .collect::<serde_json::Map<_, Value>>()
        .into();
    if !body.is_empty() {
        event["body"] = base64_simd::STANDARD.encode_to_string(&body).into();
        event["isBase64Encoded"] = true.into();
    }
    let answer = gateway.functions[&folder].invoke(event).await.unwrap();
    let answer = as_answer(&answer);
    let mut response = Response::new(Body::from(answer.text));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap();
    *response.headers_mut() = answer.headers;
    response
}

/// Where a Python is named that has schemathesis, as `.ci/run` does.
#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_nothing_wrong_with_the_deployed_functions() {
    let Some(python) = std::env::var_os("OWNKEY_SCHEMATHESIS") else {
        return println!("not asked: OWNKEY_SCHEMATHESIS names no Python that has schemathesis");
    };
    let stack = TestStack::start().await;
    let (url, _gateway) = Gateway::start(&stack).await;
    let asked = tokio::process::Command::new(python)
        .arg(root().join("tests/contract/fuzz.py"))
        .args(["--at", &url])
        .status()
        .await
        .unwrap();
    assert!(asked.success(), "what it says is above");
}
