//! Asking how far an order is: `GET <polling_url>`. Whatever goes wrong here never means that the order failed.

use std::time::Duration;

use domain::outcome::{Billed, CallFailure, FailureClass};
use domain::{ApiKey, Usd};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::address::{Purpose, allowed};
use super::order::elsewhere;
use super::{API_KEY_HEADER, LONGEST_ANSWER, dollars, refusal};
use crate::http::{failure, is_plain_word, lost_answer, secret, send_within, whole_body};

/// How long an answer may take. The next question costs nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// How far an order is.
#[derive(Debug)]
pub enum Progress {
    /// Not ready yet.
    Working,
    /// Ready, to be fetched within ten minutes.
    Ready(Sample),
    /// The provider does not know the order (yet, or any more).
    NotFound,
    /// The order has failed, or its answer is refused by us.
    Failed(CallFailure),
    /// It could not be asked about. Says nothing about the order.
    Unanswered(CallFailure),
}

/// Where an image waits, and what it cost in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// A signed address: whoever has it has the image, so it is not logged.
    pub url: String,
    /// The settled price, if the provider says so.
    pub cost: Option<Usd>,
}

#[derive(Deserialize)]
struct Answer {
    status: String,
    result: Option<Value>,
    details: Option<Value>,
    cost: Option<Box<RawValue>>,
}

pub(crate) async fn ask(http: &Client, base: &str, api_key: &ApiKey, polling_url: &str) -> Progress {
    let Some(url) = allowed(polling_url, Purpose::Asking, base) else { return Progress::Failed(elsewhere()) };
    let api_key = match secret("", api_key) {
        Ok(value) => value,
        Err(refused) => return Progress::Unanswered(refused),
    };
    let response = match send_within(PATIENCE, http.get(url).header(API_KEY_HEADER, api_key)).await {
        Ok(response) => response,
        Err(failure) => return Progress::Unanswered(failure),
    };
    match response.status() {
        StatusCode::OK => match whole_body(LONGEST_ANSWER, response).await {
            Some(body) => read(&body),
            None => Progress::Unanswered(lost_answer()),
        },
        StatusCode::NOT_FOUND => Progress::NotFound,
        _ => Progress::Unanswered(refusal(response).await),
    }
}

fn read(body: &[u8]) -> Progress {
    let Ok(answer) = serde_json::from_slice::<Answer>(body) else {
        return Progress::Unanswered(lost_answer());
    };
    let cost = answer.cost.as_deref().and_then(dollars);
    match answer.status.as_str() {
        "Ready" => match answer.result.as_ref().and_then(|result| result.get("sample")?.as_str()) {
            Some(url) => Progress::Ready(Sample { url: url.to_owned(), cost }),
            None => Progress::Failed(CallFailure { billed: billed(cost), ..no_sample() }),
        },
        "Request Moderated" => {
            let because = reasons(answer.details.as_ref());
            let message = format!("Black Forest Labs refused the request{because}. Try another prompt.");
            Progress::Failed(failure(FailureClass::Moderated, "request_moderated", &message))
        }
        "Content Moderated" => {
            let because = reasons(answer.details.as_ref());
            let message = format!(
                "Black Forest Labs made the image and withheld it{because}. It may have charged for it. Try another \
                 prompt."
            );
            let failure = failure(FailureClass::Moderated, "content_moderated", &message);
            Progress::Failed(CallFailure { billed: billed(cost), ..failure })
        }
        "Error" => {
            let message =
                "Black Forest Labs could not make the image. It does not say whether it charges for that.";
            let failure = failure(FailureClass::ProviderFailed, "provider_failed", message);
            Progress::Failed(CallFailure { billed: billed(cost), ..failure })
        }
        "Task not found" => Progress::NotFound,
        // `Pending`, `Reasoning`, `Generating`, and whatever is thought of next.
        _ => Progress::Working,
    }
}

fn billed(cost: Option<Usd>) -> Billed {
    cost.map_or(Billed::Unsaid, Billed::Amount)
}

fn no_sample() -> CallFailure {
    let message = "The provider says that the image is ready, but not where. It has probably charged for it.";
    failure(FailureClass::UnusableAnswer, "no_sample", message)
}

/// Why the safety system refused, as far as it says so in plain words.
fn reasons(details: Option<&Value>) -> String {
    let listed = details.and_then(|details| details.get("Moderation Reasons")).and_then(Value::as_array);
    let words = listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_ascii_lowercase);
    let words: Vec<_> = words.filter(|word| is_plain_word(word)).collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the provider's status table: status and body, and what they mean.
    #[test]
    fn every_documented_status_has_its_meaning() {
        let body = |status: &str, more: &str| format!(r#"{{"id":"1","status":"{status}"{more}}}"#);
        for going_on in ["Pending", "Reasoning", "Generating", "Something New"] {
            assert!(matches!(read(body(going_on, "").as_bytes()), Progress::Working), "{going_on}");
        }
        let ready = body("Ready", r#","result":{"sample":"https://delivery-eu1.bfl.ai/x"},"cost":4.5"#);
        let Progress::Ready(sample) = read(ready.as_bytes()) else { panic!("ready") };
        assert_eq!(sample.cost, Some(Usd::from_micros(45_000)));
        assert!(matches!(read(body("Task not found", "").as_bytes()), Progress::NotFound));
        let violence = r#","result":null,"details":{"Moderation Reasons":["Violence","sk-ABC123"]}"#;
        for (status, more, class, billed) in [
            ("Request Moderated", violence, FailureClass::Moderated, Billed::Nothing),
            ("Content Moderated", violence, FailureClass::Moderated, Billed::Unsaid),
            (
                "Content Moderated",
                r#","cost":7"#,
                FailureClass::Moderated,
                Billed::Amount(Usd::from_micros(70_000)),
            ),
            ("Error", r#","details":{"error":"x"}"#, FailureClass::ProviderFailed, Billed::Unsaid),
            ("Ready", r#","result":{}"#, FailureClass::UnusableAnswer, Billed::Unsaid),
        ] {
            let Progress::Failed(failure) = read(body(status, more).as_bytes()) else { panic!("{status}") };
            assert_eq!((failure.class, failure.billed), (class, billed), "{status}");
            assert!(!failure.message.contains("ABC"), "{}", failure.message);
            assert_eq!(failure.message.contains("(violence)"), more == violence);
        }
        for unreadable in ["", "<html>", "[]", r#"{"status":5}"#] {
            assert!(matches!(read(unreadable.as_bytes()), Progress::Unanswered(_)), "{unreadable}");
        }
    }
}
