//! OpenAI's errors, by status **and** body: 429 can mean "slower" and can mean "no money".
//! <https://platform.openai.com/docs/guides/error-codes>

use domain::outcome::{Billed, CallFailure, FailureClass};
use serde_json::Value;

use crate::http::{failure, is_plain_word};

/// `{"error": {"message", "type", "param", "code", "moderation_details"}}`, of which anything may be missing, null or
/// of another type: one odd field must not hide the others.
struct ErrorBody(Value);

impl ErrorBody {
    fn parse(body: &[u8]) -> Self {
        let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
        Self(body.get_mut("error").map(Value::take).unwrap_or_default())
    }

    fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// Why the safety system refused, as far as it says so in plain words.
    fn categories(&self) -> Vec<&str> {
        let categories = self.0.pointer("/moderation_details/categories").and_then(Value::as_array);
        let categories = categories.into_iter().flatten().filter_map(Value::as_str);
        categories.filter(|category| is_plain_word(category)).collect()
    }
}

const OUT_OF_CREDIT: [&str; 6] = [
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "insufficient_quota",
    "billing_hard_limit_reached",
];

/// What an answer other than 200 means. Only our own words leave this function.
pub(crate) fn classify(status: u16, request_id: Option<String>, body: &[u8]) -> CallFailure {
    let error = ErrorBody::parse(body);
    let failure = if let Some(known) = OUT_OF_CREDIT.iter().find(|known| **known == error.text("code")) {
        failure(FailureClass::OutOfCredit, known, "The account behind this API key has no credit left.")
    } else if error.text("message").to_ascii_lowercase().contains("organization must be verified") {
        let message = "OpenAI asks to verify the organisation of this API key before it may use this model.";
        failure(FailureClass::NoPermission, "organization_not_verified", message)
    } else if error.text("code") == "model_not_found" {
        let message = "OpenAI does not have this model for this API key.";
        failure(FailureClass::ModelRetired, "model_not_found", message)
    } else {
        by_status(status, &error)
    };
    CallFailure { request_id, ..failure }
}

fn by_status(status: u16, error: &ErrorBody) -> CallFailure {
    let (code, kind) = (error.text("code"), error.text("type"));
    match status {
        401 if code == "invalid_api_key" || code.is_empty() && kind.is_empty() => {
            failure(FailureClass::BadApiKey, "invalid_api_key", "OpenAI does not accept this API key.")
        }
        401 | 403 => {
            let message =
                "OpenAI knows this API key but does not let it do this (organisation, country or address).";
            failure(FailureClass::NoPermission, "no_permission", message)
        }
        429 if kind == "insufficient_quota" => {
            let message = "The account behind this API key has no credit left.";
            failure(FailureClass::OutOfCredit, "insufficient_quota", message)
        }
        429 => failure(FailureClass::RateLimited, "rate_limited", "OpenAI asks to go slower."),
        // A timeout and a conflict do not say what became of the request.
        400..=499 if !matches!(status, 408 | 409) => {
            if is_moderation(code, kind) {
                moderated(error)
            } else {
                bad_request(error)
            }
        }
        503 if matches!(code, "server_is_overloaded" | "slow_down") => {
            let message = "OpenAI is overloaded and did not take the request.";
            failure(FailureClass::NotAccepted, "overloaded", message)
        }
        // Of any other server error it is not documented whether it is billed, so it is not sent again.
        _ => {
            let message = "OpenAI answered with an error that does not tell whether the image was made.";
            failure(FailureClass::UnknownOutcome, "unclear_answer", message)
        }
    }
}

fn is_moderation(code: &str, kind: &str) -> bool {
    matches!(code, "moderation_blocked" | "content_policy_violation") || kind == "image_generation_user_error"
}

fn moderated(error: &ErrorBody) -> CallFailure {
    let categories = error.categories().join(", ");
    let because = if categories.is_empty() { categories } else { format!(" ({categories})") };
    let message = format!("OpenAI's safety system refused the request{because}. Try another prompt.");
    // Only what was refused before drawing is known to be free.
    let before =
        error.0.pointer("/moderation_details/moderation_stage").and_then(Value::as_str) == Some("input");
    let billed = if before { Billed::Nothing } else { Billed::Unsaid };
    CallFailure { billed, ..failure(FailureClass::Moderated, "moderation_blocked", &message) }
}

fn bad_request(error: &ErrorBody) -> CallFailure {
    let message = match error.text("param") {
        field if is_plain_word(field) => format!("OpenAI does not accept the request: see `{field}`."),
        _ => "OpenAI does not accept the request.".to_owned(),
    };
    failure(FailureClass::BadRequest, "invalid_request", &message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use FailureClass::*;

    /// The rows of the provider's error table: status, body, and what they mean.
    #[test]
    fn every_documented_error_has_its_class() {
        let error = |fields: &str| format!(r#"{{"error":{{{fields}}}}}"#);
        let message =
            |text: &str| error(&format!(r#""message":"{text}","type":"invalid_request_error","code":null"#));
        let rows = [
            (
                401,
                error(r#""code":"invalid_api_key","message":"Incorrect API key provided: sk-...abcd""#),
                BadApiKey,
            ),
            (401, String::new(), BadApiKey),
            (401, message("You must be a member of an organization"), NoPermission),
            (403, error(r#""code":"unsupported_country_region_territory""#), NoPermission),
            (403, message("Your organization must be verified to use the model"), NoPermission),
            (401, message("Your organization must be verified to use the model"), NoPermission),
            (404, error(r#""code":"model_not_found""#), ModelRetired),
            (
                400,
                error(r#""code":"unknown_parameter","param":"sise","type":"invalid_request_error""#),
                BadRequest,
            ),
            (
                400,
                error(r#""code":"billing_hard_limit_reached","type":"invalid_request_error""#),
                OutOfCredit,
            ),
            (400, error(r#""code":"moderation_blocked","type":"image_generation_user_error""#), Moderated),
            (400, error(r#""code":"content_policy_violation""#), Moderated),
            (400, error(r#""code":null,"type":"image_generation_user_error""#), Moderated),
            (429, error(r#""code":"credit_balance_exhausted","type":"insufficient_quota""#), OutOfCredit),
            (429, error(r#""code":"organization_spend_limit_exceeded""#), OutOfCredit),
            (429, error(r#""code":"project_spend_limit_exceeded""#), OutOfCredit),
            (429, error(r#""code":"organization_usage_limit_exceeded""#), OutOfCredit),
            (429, error(r#""code":"insufficient_quota""#), OutOfCredit),
            (429, error(r#""code":"rate_limit_exceeded","type":"requests""#), RateLimited),
            (429, error(r#""code":"slow_down","type":"rate_limit_error""#), RateLimited),
            (429, "<html>".to_owned(), RateLimited),
            (503, error(r#""code":"slow_down""#), NotAccepted),
            (503, error(r#""code":"server_is_overloaded","type":"service_unavailable_error""#), NotAccepted),
            (500, error(r#""type":"server_error","message":null"#), UnknownOutcome),
            (503, error(r#""type":"server_error""#), UnknownOutcome),
            (408, error(r#""type":"invalid_request_error""#), UnknownOutcome),
            (409, String::new(), UnknownOutcome),
            (429, error(r#""code":429,"type":"insufficient_quota","moderation_details":[]"#), OutOfCredit),
            (502, "<html>Bad gateway</html>".to_owned(), UnknownOutcome),
            (504, String::new(), UnknownOutcome),
            (308, String::new(), UnknownOutcome),
        ];
        for (status, body, class) in rows {
            let classified = classify(status, Some("req_1".to_owned()), body.as_bytes());
            assert_eq!(classified.class, class, "{status} {body}");
            // What was refused is not billed; what is not known to have been, may be.
            let unsaid = matches!(class, Moderated | UnknownOutcome);
            let billed = if unsaid { Billed::Unsaid } else { Billed::Nothing };
            assert_eq!(classified.billed, billed, "{status} {body}");
        }
    }

    #[test]
    fn what_was_refused_before_drawing_is_not_billed() {
        let stage = |stage: &str| {
            let details = format!(r#""moderation_details":{{"moderation_stage":"{stage}"}}"#);
            let body = format!(r#"{{"error":{{"code":"moderation_blocked",{details}}}}}"#);
            classify(400, None, body.as_bytes()).billed
        };
        assert_eq!((stage("input"), stage("output")), (Billed::Nothing, Billed::Unsaid));
    }

    #[test]
    fn nothing_the_provider_wrote_is_repeated_but_plain_words() {
        let api_key = "sk-abcdefghijklmnopqrstuvwxyz0123456789";
        let fields = format!(
            r#""message":"{api_key}","param":"{api_key}","moderation_details":{{"categories":["{api_key}","sexual"]}}"#
        );
        for code in ["moderation_blocked", "invalid_value"] {
            let body = format!(r#"{{"error":{{"code":"{code}",{fields}}}}}"#);
            assert!(!classify(400, None, body.as_bytes()).message.contains("sk-"), "{body}");
        }
        let body = format!(r#"{{"error":{{"code":"moderation_blocked",{fields}}}}}"#);
        assert!(classify(400, None, body.as_bytes()).message.contains("(sexual)"));
    }
}
