//! Stands for OpenAI where a bench wants the same image each time, of a size of its choice, and no drawing.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use serde_json::json;

/// A provider that answers every order with the same image.
pub struct Drawer {
    /// Its address, with the version, as clients want it.
    pub url: String,
}

impl Drawer {
    /// With images of `bytes`, each after `wait`.
    pub async fn start(bytes: usize, wait: Duration) -> Self {
        let answer = Bytes::from(answer(bytes));
        let draw = move || {
            let answer = answer.clone();
            async move {
                tokio::time::sleep(wait).await;
                ([("content-type", "application/json"), ("x-request-id", "req_bench")], answer)
            }
        };
        let models = || async { axum::Json(json!({ "object": "list", "data": [] })) };
        let router = Router::new()
            .route("/v1/images/generations", post(draw))
            .route("/v1/models", get(models))
            .layer(axum::extract::DefaultBodyLimit::disable());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url }
    }
}

/// As the Images API answers: <https://platform.openai.com/docs/api-reference/images/object>.
fn answer(bytes: usize) -> String {
    let usage = json!({
        "input_tokens": 50, "input_tokens_details": { "image_tokens": 0, "text_tokens": 50 }, "output_tokens": 196,
        "total_tokens": 246
    });
    json!({
        "created": 1_795_392_000, "background": "opaque", "output_format": "png", "quality": "low",
        "size": "1024x1024", "usage": usage,
        "data": [{ "b64_json": base64_simd::STANDARD.encode_to_string(image(bytes)) }]
    })
    .to_string()
}

/// The head of a PNG file (<https://www.w3.org/TR/png-3/#11IHDR>) and, in the place of pixels, what cannot be packed.
fn image(bytes: usize) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x02\0\0\0\xf0\x7f\xbc\xd4";
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    });
    head.iter().copied().chain(noise).take(bytes).collect()
}
