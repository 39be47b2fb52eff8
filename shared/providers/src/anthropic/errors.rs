//! Anthropic's errors, by status **and** body: a 400 can mean "no money", and so can a 429.
//! <https://platform.claude.com/docs/en/api/errors>

use domain::outcome::{CallFailure, FailureClass};
use serde_json::Value;

use crate::http::failure;

/// How the messages begin that tell of missing credit by a 400.
const NO_CREDIT: &str = "Your credit balance is too low";
const OWN_LIMITS: [&str; 2] = [
    "You have reached your specified API usage limits",
    "You have reached your specified workspace API usage limits",
];

/// What an answer other than 200 means. Only our own words leave this function.
pub(crate) fn classify(status: u16, body: &[u8]) -> CallFailure {
    use FailureClass as Class;
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (kind, message) = (text("/error/type"), text("/error/message"));
    match status {
        400 if message.starts_with(NO_CREDIT) => no_credit("credit_balance_too_low"),
        400 if OWN_LIMITS.iter().any(|limit| message.starts_with(limit)) => no_credit("usage_limit_reached"),
        401 => failure(Class::BadApiKey, "invalid_api_key", "Anthropic does not accept this API key."),
        402 => no_credit("billing_error"),
        403 => {
            let message = "Anthropic knows this API key but does not let it do this.";
            failure(Class::NoPermission, "no_permission", message)
        }
        404 => failure(
            Class::ModelRetired,
            "model_not_found",
            "Anthropic does not have this model for this API key.",
        ),
        429 if text("/error/details/error_code") == "enforced_spend_limit_reached" => {
            no_credit("spend_limit_reached")
        }
        429 => failure(Class::RateLimited, "rate_limited", "Anthropic asks to go slower."),
        413 => failure(
            Class::BadRequest,
            "request_too_large",
            "Anthropic does not accept a request of this size.",
        ),
        // Known not to have been worked on: the request met another one, or a service without room.
        409 | 503 | 529 => {
            failure(Class::NotAccepted, "overloaded", "Anthropic is overloaded and did not take the request.")
        }
        // Its own error of its own service: nothing was written. A 500 of something in between says no such thing.
        500 if kind == "api_error" => {
            failure(Class::NotAccepted, "api_error", "Anthropic had an error of its own and wrote nothing.")
        }
        400..=499 if status != 408 => {
            failure(Class::BadRequest, "invalid_request", "Anthropic does not accept the request.")
        }
        _ => {
            let message = "Anthropic answered with an error that does not tell whether the work was done.";
            failure(Class::UnknownOutcome, "unclear_answer", message)
        }
    }
}

fn no_credit(code: &'static str) -> CallFailure {
    let message = "The account behind this API key has no credit left, or has reached its spending limit.";
    failure(FailureClass::OutOfCredit, code, message)
}

#[cfg(test)]
mod tests {
    use FailureClass::*;
    use domain::outcome::Billed;

    use super::*;

    /// The rows of the provider's error table: status, body, what they mean, and whether they are billed.
    #[test]
    fn every_documented_error_has_its_class() {
        let error = |kind: &str, message: &str| {
            format!(
                r#"{{"type":"error","error":{{"type":"{kind}","message":"{message}"}},"request_id":"req_1"}}"#
            )
        };
        let capped = r#"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#;
        let rows = [
            (400, error("invalid_request_error", "max_tokens: too large"), BadRequest),
            (
                400,
                error(
                    "invalid_request_error",
                    "Your credit balance is too low to access the Anthropic API. Go to",
                ),
                OutOfCredit,
            ),
            (
                400,
                error("invalid_request_error", "You have reached your specified API usage limits. You will"),
                OutOfCredit,
            ),
            (
                400,
                error("invalid_request_error", "You have reached your specified workspace API usage limits."),
                OutOfCredit,
            ),
            (401, error("authentication_error", "invalid x-api-key"), BadApiKey),
            (402, error("billing_error", "m"), OutOfCredit),
            (403, error("permission_error", "m"), NoPermission),
            (404, error("not_found_error", "model: claude-sonnet-4-5"), ModelRetired),
            (409, error("conflict_error", "m"), NotAccepted),
            (413, "<html>too large</html>".to_owned(), BadRequest),
            (429, error("rate_limit_error", "m"), RateLimited),
            (429, capped.to_owned(), OutOfCredit),
            (500, error("api_error", "m"), NotAccepted),
            (503, error("overloaded_error", "m"), NotAccepted),
            (529, error("overloaded_error", "m"), NotAccepted),
            (500, "<html>".to_owned(), UnknownOutcome),
            (504, error("timeout_error", "m"), UnknownOutcome),
            (502, String::new(), UnknownOutcome),
            (408, String::new(), UnknownOutcome),
            (307, String::new(), UnknownOutcome),
        ];
        for (status, body, class) in rows {
            let classified = classify(status, body.as_bytes());
            let billed = if class == UnknownOutcome { Billed::Unsaid } else { Billed::Nothing };
            assert_eq!((classified.class, classified.billed), (class, billed), "{status} {body}");
        }
    }

    #[test]
    fn nothing_the_provider_wrote_is_repeated() {
        let secret = "sk-ant-abcdefghijklmnopqrstuvwxyz";
        let body = format!(
            r#"{{"error":{{"type":"{secret}","message":"{secret}","details":{{"error_code":"{secret}"}}}}}}"#
        );
        for status in [400, 401, 402, 403, 404, 409, 413, 429, 500, 504, 529] {
            assert!(!classify(status, body.as_bytes()).message.contains("sk-ant"), "{status}");
        }
    }
}
