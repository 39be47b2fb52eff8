//! Refusals as FastAPI words them: a `detail`, which is a list where the request does not fit the contract.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::super::ledger::NotCharged;
use super::super::studio::Undrawn;

/// One refusal.
#[derive(Debug)]
pub(super) struct BflError {
    status: StatusCode,
    body: Value,
    /// Asks to come back after a second.
    retry: bool,
}

impl BflError {
    fn new(status: StatusCode, detail: &str) -> Self {
        Self { status, body: json!({ "detail": detail }), retry: false }
    }

    pub(super) fn not_authenticated() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Not authenticated")
    }

    /// Does not repeat the API key: it may be a real one.
    pub(super) fn not_for_the_sandbox() -> Self {
        let detail = "This is the sandbox: it takes only API keys that contain `sandbox-`, like bfl-sandbox-ok-0000000000000001. \
                      Start with `--providers live` to reach Black Forest Labs itself.";
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    pub(super) fn invalid_api_key() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Invalid API key format")
    }

    pub(super) fn unverified() -> Self {
        Self::new(StatusCode::FORBIDDEN, "This organization is not allowed to use this model")
    }

    pub(super) fn of_another_account() -> Self {
        Self::new(StatusCode::FORBIDDEN, "This task belongs to another account")
    }

    pub(super) fn out_of_credit() -> Self {
        let detail = "Insufficient credits. In the sandbox, POST /sandbox/top-up refills them.";
        Self::new(StatusCode::PAYMENT_REQUIRED, detail)
    }

    pub(super) fn rate_limited() -> Self {
        let detail = "Rate limit exceeded. Please try again in a second.";
        Self { retry: true, ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// Does not say when to come back: that depends on the tasks.
    pub(super) fn too_many_tasks() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many active tasks; wait for some of them to end.")
    }

    pub(super) fn overloaded() -> Self {
        Self { retry: true, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "Service is overloaded") }
    }

    pub(super) fn server_error() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    pub(super) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }

    pub(super) fn no_host() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The Host header is missing")
    }

    pub(super) fn unreadable_body() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "The body broke off or is too large")
    }

    /// Also what a result says of a task that is not there.
    pub(super) fn task_not_found(id: &str) -> Self {
        let status = "Task not found";
        let body = json!({ "id": id, "status": status, "result": null, "detail": status });
        Self { status: StatusCode::NOT_FOUND, body, retry: false }
    }

    pub(super) fn api_key_at_delivery() -> Self {
        let detail = "This link is signed. An API key has no business here: do not send it.";
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub(super) fn bad_signature() -> Self {
        Self::new(StatusCode::FORBIDDEN, "The link has expired or is not as it was signed")
    }

    /// Something in the request does not fit: where, what is the matter, and Pydantic's name for it.
    pub(super) fn invalid(place: Value, message: &str, kind: &str) -> Self {
        let body = json!({ "detail": [{ "loc": place, "msg": message, "type": kind }] });
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, body, retry: false }
    }

    /// The same for a field that is as the contract has it, and yet will not do.
    pub(super) fn unfit(field: &str, message: &str) -> Self {
        Self::invalid(json!(["body", field]), &format!("Value error, {message}"), "value_error")
    }
}

impl From<NotCharged> for BflError {
    fn from(not_charged: NotCharged) -> Self {
        match not_charged {
            NotCharged::OutOfCredit => Self::out_of_credit(),
            NotCharged::Ledger(_) => Self::server_error(),
        }
    }
}

impl From<Undrawn> for BflError {
    fn from(Undrawn: Undrawn) -> Self {
        Self::server_error()
    }
}

impl IntoResponse for BflError {
    fn into_response(self) -> Response {
        let headers = [(CONTENT_TYPE, "application/json")];
        let mut response = (self.status, headers, self.body.to_string()).into_response();
        if self.retry {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
