//! What only a sandbox has: money for nothing, and a look into the books.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::json;

use super::Sandbox;
use super::account::Account;

/// The routes.
pub(super) fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        // Refills an account to $10.00, whatever was left.
        .route("/sandbox/top-up", post(top_up))
        // What the providers would have billed so far.
        .route("/sandbox/charges", get(charges))
        .with_state(sandbox)
}

/// No `Debug`: it holds an API key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopUp {
    api_key: String,
}

async fn top_up(State(sandbox): State<Arc<Sandbox>>, body: Bytes) -> Response {
    let Ok(TopUp { api_key }) = serde_json::from_slice(&body) else {
        // Without the parser's words, which may quote the API key.
        let detail = "Send {\"api_key\": \"...\"} and nothing else.";
        return problem(StatusCode::BAD_REQUEST, "invalid-request", "The request does not fit", detail);
    };
    let Some(account) = Account::of(&api_key) else {
        let detail =
            "The sandbox takes API keys that contain `sandbox-`, like sk-sandbox-ok-0000000000000001.";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return problem(status, "not-a-sandbox-key", "This API key is not the sandbox's", detail);
    };
    let topped_up =
        tokio::task::spawn_blocking(move || sandbox.ledger.top_up(runtime::now(), account.id)).await;
    match topped_up {
        Ok(Ok(())) => Json(json!({ "balance": "10.00" })).into_response(),
        failed => {
            tracing::error!(?failed, "the sandbox could not top up");
            let detail = "The ledger could not be written; see the log.";
            problem(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The sandbox failed", detail)
        }
    }
}

async fn charges(State(sandbox): State<Arc<Sandbox>>) -> Response {
    let (charges, total) = sandbox.ledger.charges();
    let items: Vec<_> = charges
        .into_iter()
        .map(|charge| {
            json!({
                "at": charge.at,
                "provider": charge.provider,
                "api_key_hint": charge.api_key_hint,
                "model": charge.model,
                "amount": charge.amount,
                "outcome": charge.outcome,
                "request_id": charge.request_id,
            })
        })
        .collect();
    Json(json!({ "items": items, "total": total })).into_response()
}

/// RFC 9457.
fn problem(status: StatusCode, slug: &str, title: &str, detail: &str) -> Response {
    let body = json!({
        "type": format!("/problems/{slug}"),
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
    });
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
