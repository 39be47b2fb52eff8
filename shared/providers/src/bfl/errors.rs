//! Black Forest Labs' errors, by status and, for what is wrong with a request, by body.
//! <https://docs.bfl.ai/api_integration/errors>

use std::time::Duration;

use domain::outcome::{CallFailure, FailureClass};
use serde_json::Value;

use crate::http::{failure, is_plain_word};

/// How long to wait after a 429 that does not say.
const SLOWER: Duration = Duration::from_secs(5);

/// What an answer other than 200 means. Only our own words leave this function.
pub(crate) fn classify(status: u16, body: &[u8]) -> CallFailure {
    use FailureClass as Class;
    match status {
        401 | 403 => {
            failure(Class::BadApiKey, "invalid_api_key", "Black Forest Labs does not accept this API key.")
        }
        402 => failure(
            Class::OutOfCredit,
            "out_of_credit",
            "The account behind this API key has no credit left.",
        ),
        404 => {
            let message = "Black Forest Labs does not have this model for this API key.";
            failure(Class::ModelRetired, "model_not_found", message)
        }
        429 => {
            let message = "Black Forest Labs works on as many orders of this API key as it takes at once.";
            CallFailure { retry_after: Some(SLOWER), ..failure(Class::RateLimited, "rate_limited", message) }
        }
        // An answer came, so no order was made of it.
        500 | 503 => {
            let message = "Black Forest Labs is overloaded and did not take the order.";
            failure(Class::NotAccepted, "overloaded", message)
        }
        // A timeout and a conflict do not say what became of the request.
        400..=499 if !matches!(status, 408 | 409) => bad_request(body),
        _ => {
            let message =
                "Black Forest Labs answered with an error that does not tell whether it took the order.";
            failure(Class::UnknownOutcome, "unclear_answer", message)
        }
    }
}

/// `{"detail": [{"loc": ["body", "width"], "msg", "type"}]}` names the field.
fn bad_request(body: &[u8]) -> CallFailure {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let place = body.pointer("/detail/0/loc").and_then(Value::as_array);
    let field = place.and_then(|place| place.last()?.as_str()).filter(|field| is_plain_word(field));
    let message = match field {
        Some(field) => format!("Black Forest Labs does not accept the request: see `{field}`."),
        None => "Black Forest Labs does not accept the request.".to_owned(),
    };
    failure(FailureClass::BadRequest, "invalid_request", &message)
}

#[cfg(test)]
mod tests {
    use FailureClass::*;
    use domain::outcome::Billed;

    use super::*;

    /// The rows of the provider's error table: status, body, what they mean, and whether they are billed.
    #[test]
    fn every_documented_error_has_its_class() {
        let detail = r#"{"detail":"Not authenticated"}"#;
        let rows = [
            (401, detail, BadApiKey, Billed::Nothing),
            (403, detail, BadApiKey, Billed::Nothing),
            (403, r#"{"detail":"Invalid API key format"}"#, BadApiKey, Billed::Nothing),
            (402, r#"{"error":"Insufficient credits","message":"top up"}"#, OutOfCredit, Billed::Nothing),
            (402, "", OutOfCredit, Billed::Nothing),
            (400, r#"{"detail":"bad"}"#, BadRequest, Billed::Nothing),
            (
                422,
                r#"{"detail":[{"loc":["body","width"],"msg":"x","type":"y"}]}"#,
                BadRequest,
                Billed::Nothing,
            ),
            (404, "", ModelRetired, Billed::Nothing),
            (413, "<html>", BadRequest, Billed::Nothing),
            (429, "", RateLimited, Billed::Nothing),
            (500, "", NotAccepted, Billed::Nothing),
            (503, "<html>", NotAccepted, Billed::Nothing),
            (408, "", UnknownOutcome, Billed::Unsaid),
            (409, "", UnknownOutcome, Billed::Unsaid),
            (502, "<html>", UnknownOutcome, Billed::Unsaid),
            (504, "", UnknownOutcome, Billed::Unsaid),
            (308, "", UnknownOutcome, Billed::Unsaid),
        ];
        for (status, body, class, billed) in rows {
            let classified = classify(status, body.as_bytes());
            assert_eq!((classified.class, classified.billed), (class, billed), "{status} {body}");
        }
        assert_eq!(classify(429, b"").retry_after, Some(SLOWER));
        let named = classify(422, br#"{"detail":[{"loc":["body","width"],"msg":"sk-abc","type":"y"}]}"#);
        assert_eq!(named.message, "Black Forest Labs does not accept the request: see `width`.");
        let sly = classify(422, br#"{"detail":[{"loc":["sk-ABC123"],"msg":"sk-abc","type":"y"}]}"#);
        assert!(!sly.message.contains("sk-"));
    }
}
