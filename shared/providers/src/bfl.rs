//! Black Forest Labs: <https://docs.bfl.ai>. An order is taken at once and drawn later; it is asked about at the
//! address that the answer names, and the image is fetched from a third one within ten minutes.

mod address;
mod ask;
mod decimal;
mod errors;
mod fetch;
mod order;

use domain::outcome::{CallFailure, FailureClass};
use domain::{ApiKey, Usd};
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Verification;
use crate::http::{error_body, retry_after, secret, send, whole_body};

pub use ask::{Progress, Sample};
pub use fetch::SampleFailure;
pub use order::Ordered;

pub(crate) use ask::ask;
pub(crate) use fetch::fetch;
pub(crate) use order::order;

/// The header that carries the API key. reqwest would take it along on a redirect, so none is followed.
const API_KEY_HEADER: &str = "x-key";

/// An answer that is no image is some hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// `GET /v1/credits` is free, proves the API key and says what is left.
pub(crate) async fn verify(http: &Client, base: &str, api_key: &ApiKey) -> Verification {
    let api_key = match secret("", api_key) {
        Ok(value) => value,
        Err(refused) => return Verification::Refused(refused),
    };
    match send(http.get(format!("{base}/v1/credits")).header(API_KEY_HEADER, api_key)).await {
        Err(failure) => Verification::NoAnswer(failure),
        Ok(response) if response.status() == StatusCode::OK => {
            let body = whole_body(LONGEST_ANSWER, response).await.unwrap_or_default();
            let balance =
                serde_json::from_slice::<Credits>(&body).ok().and_then(|body| dollars(&body.credits));
            Verification::Accepted { balance }
        }
        Ok(response) => {
            let refusal = refusal(response).await;
            match refusal.class {
                FailureClass::BadApiKey => Verification::Refused(refusal),
                _ => Verification::NoAnswer(refusal),
            }
        }
    }
}

#[derive(Deserialize)]
struct Credits {
    credits: Box<RawValue>,
}

/// Credits in US dollars, from the digits as they were written: a credit is a cent. None for what is no amount.
fn dollars(credits: &RawValue) -> Option<Usd> {
    Some(Usd::from_micros(decimal::millionths(credits.get())?.div_ceil(100)))
}

async fn refusal(response: Response) -> CallFailure {
    let status = response.status().as_u16();
    let retry_after = retry_after(&response);
    let body = error_body(response).await;
    CallFailure { retry_after, ..errors::classify(status, &body) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_cents_to_the_last_digit() {
        for (credits, expected) in [
            ("4.5", Some(45_000)),
            ("7", Some(70_000)),
            ("0", Some(0)),
            ("0.1", Some(1_000)),
            ("1.7000000000000002", Some(17_000)),
            ("1e2", Some(1_000_000)),
            ("-1", None),
        ] {
            let body: Credits = serde_json::from_str(&format!("{{\"credits\":{credits}}}")).unwrap();
            assert_eq!(dollars(&body.credits), expected.map(Usd::from_micros), "{credits}");
        }
    }
}
