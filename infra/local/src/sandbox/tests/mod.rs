//! Through the routers, as callers see it.

mod anthropic;
mod bfl;
mod books;
mod cases;
mod edits;
mod hang_up;
mod images;
mod refusals;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::{Body, Bytes};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

/// A sandbox that does not wait, with a folder of its own that goes away with it.
struct Scene {
    sandbox: Arc<Sandbox>,
    folder: PathBuf,
}

/// An answer, read to its end.
struct Answer {
    status: u16,
    headers: HeaderMap,
    bytes: Bytes,
    /// Null if it is not JSON.
    body: Value,
}

impl Scene {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("ownkey-sandbox-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self { sandbox: open(&folder), folder }
    }

    /// As after `kill -9`: nothing is told to stop.
    fn restart(&mut self) {
        self.sandbox = open(&self.folder);
    }

    async fn send(router: Router, request: Request<Body>) -> Answer {
        let response = router.oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status, headers, bytes, body }
    }

    async fn provider(&self, method: &str, path: &str, api_key: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/openai/v1{path}"))
            .header("authorization", format!("Bearer {api_key}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()));
        Self::send(self.sandbox.clone().providers(), request.unwrap()).await
    }

    async fn generate(&self, api_key: &str) -> Answer {
        self.order(api_key, small()).await
    }

    async fn order(&self, api_key: &str, body: Value) -> Answer {
        self.provider("POST", "/images/generations", api_key, &body.to_string()).await
    }

    async fn models(&self, api_key: &str) -> Answer {
        self.provider("GET", "/models", api_key, "").await
    }

    async fn top_up(&self, body: Value) -> Answer {
        let request = Request::post("/sandbox/top-up").body(Body::from(body.to_string())).unwrap();
        Self::send(self.sandbox.clone().controls(), request).await
    }

    async fn charges(&self) -> Value {
        let request = Request::get("/sandbox/charges").body(Body::empty()).unwrap();
        Self::send(self.sandbox.clone().controls(), request).await.body
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Answer {
    fn code(&self) -> (u16, Option<&str>) {
        (self.status, self.body["error"]["code"].as_str())
    }

    fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }
}

fn open(folder: &Path) -> Arc<Sandbox> {
    let sandbox = Sandbox::open(folder).unwrap();
    Arc::new(sandbox.with_think_time(Duration::ZERO).with_slow_time(Duration::ZERO))
}

/// The smallest image that there is, so that tests are quick.
fn small() -> Value {
    json!({
        "model": "gpt-image-2.6-flare",
        "prompt": "a friendly baker",
        "size": "1408x480",
        "quality": "low",
    })
}
