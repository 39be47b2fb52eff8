//! A receiver of webhooks, as people write one: it verifies with the published library. Its paths answer as they are called.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// How long a test waits for something that takes a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// What has come.
#[derive(Clone, Debug)]
pub struct Seen {
    pub headers: HeaderMap,
    pub body: Bytes,
    pub at: Instant,
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Whether the published library takes it with a secret.
    pub fn is_signed_by(&self, secret: &Value) -> bool {
        let webhook = standardwebhooks::Webhook::new(secret.as_str().unwrap()).unwrap();
        webhook.verify(&self.body, &self.headers).is_ok()
    }
}

type Log = Arc<Mutex<Vec<Seen>>>;

pub struct Receiver {
    pub url: String,
    seen: Log,
}

impl Receiver {
    pub async fn start() -> Self {
        let seen = Log::default();
        let router = Router::new()
            .route("/ok", noting(StatusCode::OK))
            .route("/fails", noting(StatusCode::INTERNAL_SERVER_ERROR))
            .route("/gone", noting(StatusCode::GONE))
            .route("/moved", post(async || (StatusCode::MOVED_PERMANENTLY, [("location", "/ok")])))
            .route("/tarpit", post(tarpit))
            .route("/endless", post(endless))
            .with_state(seen.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits for so many, and gives them back.
    pub async fn wait_for(&self, count: usize) -> Vec<Seen> {
        let started = Instant::now();
        loop {
            let seen = self.seen();
            if seen.len() >= count {
                return seen;
            }
            assert!(started.elapsed() < PATIENCE, "{} of {count} have come", seen.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn noting(status: StatusCode) -> MethodRouter<Log> {
    post(move |State(seen): State<Log>, headers: HeaderMap, body: Bytes| async move {
        seen.lock().unwrap().push(Seen { headers, body, at: Instant::now() });
        status
    })
}

async fn tarpit() -> StatusCode {
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    StatusCode::OK
}

/// A body that never ends, and comes fast.
async fn endless() -> Response {
    let chunks =
        futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 8192])));
    Response::new(Body::from_stream(chunks))
}
