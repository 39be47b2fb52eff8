//! Refusals in OpenAI's words: <https://platform.openai.com/docs/guides/error-codes>.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::ledger::NotCharged;

const INVALID: &str = "invalid_request_error";

/// One refusal.
#[derive(Debug)]
pub(super) struct OpenAiError {
    status: StatusCode,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
    /// Asks to come back after a second.
    retry: bool,
    moderation: Option<Value>,
}

impl OpenAiError {
    fn new(status: StatusCode, kind: &'static str, code: Option<&'static str>, message: &str) -> Self {
        let message = message.to_owned();
        Self { status, kind, code, param: None, message, retry: false, moderation: None }
    }

    pub(super) fn no_api_key() -> Self {
        let message =
            "You didn't provide an API key. Send it in an Authorization header: Bearer YOUR_API_KEY.";
        Self::new(StatusCode::UNAUTHORIZED, INVALID, None, message)
    }

    /// Does not repeat the API key: it may be a real one.
    pub(super) fn not_for_the_sandbox() -> Self {
        let message = "This is the sandbox: it takes only API keys that contain `sandbox-`, like sk-sandbox-ok-0000000000000001. \
                       Start with `--providers live` to reach OpenAI itself.";
        Self::new(StatusCode::UNAUTHORIZED, INVALID, Some("invalid_api_key"), message)
    }

    pub(super) fn invalid_api_key(masked: &str) -> Self {
        let message = format!(
            "Incorrect API key provided: {masked}. You can find your API key at \
             https://platform.openai.com/account/api-keys."
        );
        Self::new(StatusCode::UNAUTHORIZED, INVALID, Some("invalid_api_key"), &message)
    }

    /// Real ones have no code; callers know it by its message.
    pub(super) fn unverified(model: &str) -> Self {
        let message = format!(
            "Your organization must be verified to use the model `{model}`. Please go to: \
             https://platform.openai.com/settings/organization/general and click on Verify Organization. If you \
             just verified, it can take up to 15 minutes for access to propagate."
        );
        Self::new(StatusCode::FORBIDDEN, INVALID, None, &message)
    }

    pub(super) fn out_of_credit() -> Self {
        let message = "You have no credit left. In the sandbox, POST /sandbox/top-up refills it.";
        let code = Some("credit_balance_exhausted");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "insufficient_quota", code, message)
    }

    pub(super) fn rate_limited() -> Self {
        let message = "Rate limit exceeded for images per minute. Please try again in 1s.";
        let code = Some("rate_limit_exceeded");
        Self { retry: true, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "requests", code, message) }
    }

    pub(super) fn overloaded() -> Self {
        let message = "The server is currently overloaded. Please try again later.";
        let (kind, code) = ("service_unavailable_error", Some("server_is_overloaded"));
        Self { retry: true, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, code, message) }
    }

    pub(super) fn server_error() -> Self {
        let message = "The server had an error while processing your request. Sorry about that!";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", None, message)
    }

    pub(super) fn slow_down() -> Self {
        let message = "The server is receiving too many requests. Please slow down.";
        let (kind, code) = ("rate_limit_error", Some("slow_down"));
        Self { retry: true, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, code, message) }
    }

    pub(super) fn moderated() -> Self {
        let message = "Your request was rejected by the safety system. safety_violations=[violence].";
        let details = json!({ "moderation_stage": "input", "categories": ["violence"] });
        let (kind, code) = ("image_generation_user_error", Some("moderation_blocked"));
        Self { moderation: Some(details), ..Self::new(StatusCode::BAD_REQUEST, kind, code, message) }
    }

    pub(super) fn unknown_model(model: &str) -> Self {
        let message = format!("The model '{model}' does not exist or you do not have access to it.");
        Self::new(StatusCode::NOT_FOUND, INVALID, Some("model_not_found"), &message).at("model")
    }

    pub(super) fn unknown_url(method: &Method, path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, INVALID, None, &format!("Invalid URL ({method} {path})"))
    }

    pub(super) fn wrong_method(method: &Method, path: &str) -> Self {
        let message = format!("Not allowed to {method} on {path}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, INVALID, None, &message)
    }

    /// Something about the body as a whole.
    pub(super) fn bad_body(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, INVALID, None, message)
    }

    pub(super) fn unreadable_body() -> Self {
        Self::bad_body("The body could not be read: it broke off, is no form, or is too large.")
    }

    pub(super) fn missing(param: &str) -> Self {
        let message = format!("Missing required parameter: '{param}'.");
        Self::new(StatusCode::BAD_REQUEST, INVALID, Some("missing_required_parameter"), &message).at(param)
    }

    pub(super) fn unknown_parameter(param: &str) -> Self {
        let message = format!("Unknown parameter: '{param}'.");
        Self::new(StatusCode::BAD_REQUEST, INVALID, Some("unknown_parameter"), &message).at(param)
    }

    pub(super) fn invalid_type(param: &str, expected: &str) -> Self {
        let message = format!("Invalid type for '{param}': expected {expected}.");
        Self::new(StatusCode::BAD_REQUEST, INVALID, Some("invalid_type"), &message).at(param)
    }

    pub(super) fn invalid_value(param: &str, problem: &str) -> Self {
        let message = format!("Invalid value for '{param}': {problem}");
        Self::new(StatusCode::BAD_REQUEST, INVALID, Some("invalid_value"), &message).at(param)
    }

    fn at(self, param: &str) -> Self {
        Self { param: Some(param.to_owned()), ..self }
    }
}

impl From<NotCharged> for OpenAiError {
    fn from(not_charged: NotCharged) -> Self {
        match not_charged {
            NotCharged::OutOfCredit => Self::out_of_credit(),
            NotCharged::Ledger(_) => Self::server_error(),
        }
    }
}

impl IntoResponse for OpenAiError {
    fn into_response(self) -> Response {
        let mut error =
            json!({ "message": self.message, "type": self.kind, "param": self.param, "code": self.code });
        if let (Some(details), Some(fields)) = (self.moderation, error.as_object_mut()) {
            fields.insert("moderation_details".to_owned(), details);
        }
        let body = json!({ "error": error }).to_string();
        let mut response = (self.status, [(CONTENT_TYPE, "application/json")], body).into_response();
        if self.retry {
            response.headers_mut().insert(RETRY_AFTER, http::HeaderValue::from_static("1"));
        }
        response
    }
}
