//! Refusals in Anthropic's words: <https://platform.claude.com/docs/en/api/errors>.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::json;

const INVALID: &str = "invalid_request_error";

/// One refusal.
#[derive(Clone, Debug)]
pub(super) struct AnthropicError {
    status: StatusCode,
    kind: &'static str,
    message: String,
    /// Asks to come back after a second.
    retry: bool,
    /// It comes from the edge in front of the API, which speaks HTML.
    html: bool,
}

impl AnthropicError {
    fn new(status: StatusCode, kind: &'static str, message: &str) -> Self {
        Self { status, kind, message: message.to_owned(), retry: false, html: false }
    }

    pub(super) fn no_api_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "authentication_error", "x-api-key header is required")
    }

    /// Does not repeat the API key: it may be a real one.
    pub(super) fn not_for_the_sandbox() -> Self {
        let message = "This is the sandbox: it takes only API keys that contain `sandbox-`, like \
                       sk-ant-sandbox-ok-0000000000000001. Start with `--providers live` to reach Anthropic itself.";
        Self::new(StatusCode::UNAUTHORIZED, "authentication_error", message)
    }

    pub(super) fn invalid_api_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "authentication_error", "invalid x-api-key")
    }

    pub(super) fn not_permitted() -> Self {
        let message = "Your API key does not have permission to use the specified resource.";
        Self::new(StatusCode::FORBIDDEN, "permission_error", message)
    }

    /// Has no type of its own; callers know it by its message.
    pub(super) fn out_of_credit() -> Self {
        Self::invalid(
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or \
             purchase credits.",
        )
    }

    pub(super) fn rate_limited() -> Self {
        let message = "This request would exceed your organization's rate limit of requests per minute.";
        Self { retry: true, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", message) }
    }

    /// 529 is Anthropic's own and says nothing about when to come back.
    pub(super) fn overloaded() -> Self {
        let status = StatusCode::from_u16(529).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        Self::new(status, "overloaded_error", "Overloaded")
    }

    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "api_error", "Internal server error")
    }

    pub(super) fn too_large() -> Self {
        let message = "<html><head><title>413 Request Entity Too Large</title></head></html>";
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self { html: true, ..Self::new(status, "request_too_large", message) }
    }

    pub(super) fn not_found(message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found_error", message)
    }

    pub(super) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, INVALID, "Method Not Allowed")
    }

    /// Something about the request as a whole.
    pub(super) fn invalid(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, INVALID, message)
    }

    /// Something about a field: `messages.0.role: Field required`.
    pub(super) fn at(place: &str, problem: &str) -> Self {
        Self::invalid(&format!("{place}: {problem}"))
    }

    /// The answer, once the request's id is known.
    pub(super) fn signed(self, request_id: &str) -> Response {
        let (content_type, body) = if self.html {
            ("text/html", self.message)
        } else {
            let error = json!({ "type": self.kind, "message": self.message });
            let body = json!({ "type": "error", "error": error, "request_id": request_id });
            ("application/json", body.to_string())
        };
        let mut response = (self.status, [(CONTENT_TYPE, content_type)], body).into_response();
        if self.retry {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Without a body: that has to wait for the request's id, see [`AnthropicError::signed`].
impl IntoResponse for AnthropicError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
