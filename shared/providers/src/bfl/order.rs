//! Placing an order: `POST /v1/<model>`.

use base64_simd::STANDARD;
use domain::image_request::ImageRequest;
use domain::outcome::{Billed, CallFailure, FailureClass};
use domain::{ApiKey, Usd};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::address::{Purpose, allowed};
use super::{API_KEY_HEADER, LONGEST_ANSWER, dollars, refusal};
use crate::http::{failure, lost_answer, secret, send, whole_body};
use crate::image::ReferenceImage;

/// An order that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// The provider's id for it.
    pub id: String,
    /// Where to ask about it: one of the provider's own hosts.
    pub polling_url: String,
    /// What it will cost, if the provider says so.
    pub cost: Option<Usd>,
}

#[derive(Deserialize)]
struct Answer {
    id: String,
    polling_url: String,
    cost: Option<Box<RawValue>>,
}

pub(crate) async fn order(
    http: &Client,
    base: &str,
    api_key: &ApiKey,
    request: &ImageRequest,
    references: Vec<ReferenceImage>,
) -> Result<Ordered, CallFailure> {
    let call = http
        .post(format!("{base}/v1/{}", request.model))
        .header(API_KEY_HEADER, secret("", api_key)?)
        .header(CONTENT_TYPE, "application/json")
        .body(order_body(request, &references));
    drop(references);
    let response = send(call).await?;
    if response.status() != StatusCode::OK {
        return Err(refusal(response).await);
    }
    let body = whole_body(LONGEST_ANSWER, response).await.ok_or_else(lost_answer)?;
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| no_order())?;
    let cost = answer.cost.as_deref().and_then(dollars);
    let printable =
        |text: &str| (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !printable(&answer.id) {
        return Err(CallFailure { billed: cost.map_or(Billed::Unsaid, Billed::Amount), ..no_order() });
    }
    if allowed(&answer.polling_url, Purpose::Asking, base).is_none() {
        let billed = cost.map_or(Billed::Unsaid, Billed::Amount);
        return Err(CallFailure { billed, request_id: Some(answer.id), ..elsewhere() });
    }
    Ok(Ordered { id: answer.id, polling_url: answer.polling_url, cost })
}

/// The request in the provider's words. FLUX 3 takes its pictures as a list, FLUX.2 one field each. They are encoded into
/// the body itself, which has its size from the beginning, so that they are in memory once as they are and once in base64.
fn order_body(request: &ImageRequest, references: &[ReferenceImage]) -> String {
    let mut fields = Map::from_iter([("prompt".to_owned(), Value::from(request.prompt.clone()))]);
    fields.extend(request.parameters.clone());
    let fields = Value::Object(fields).to_string();
    let encoded: usize = references.iter().map(|reference| reference.bytes.len().div_ceil(3) * 4 + 24).sum();
    let mut body = String::with_capacity(fields.len() + encoded + 24);
    body.push_str(fields.strip_suffix('}').unwrap_or(&fields));
    let as_list = request.model.starts_with("flux-3") && !references.is_empty();
    if as_list {
        body.push_str(",\"images\":[");
    }
    for (index, reference) in references.iter().enumerate() {
        match (as_list, index) {
            (true, 0) => {}
            (true, _) => body.push(','),
            (false, _) => {
                body.push_str(",\"");
                body.push_str(&image_field(index));
                body.push_str("\":");
            }
        }
        body.push('"');
        STANDARD.encode_append(&reference.bytes, &mut body);
        body.push('"');
    }
    body.push_str(if as_list { "]}" } else { "}" });
    body
}

/// `input_image`, `input_image_2`, and so on.
fn image_field(index: usize) -> String {
    if index == 0 { "input_image".to_owned() } else { format!("input_image_{}", index + 1) }
}

/// What is asked at an address that is not the provider's would hand it the API key.
pub(super) fn elsewhere() -> CallFailure {
    let message = "The provider named an address outside its own domain to ask about the image. Ownkey did not go \
                   there. The provider has probably charged for the order.";
    failure(FailureClass::UnusableAnswer, "foreign_address", message)
}

fn no_order() -> CallFailure {
    let message =
        "The provider took the order but did not say how to ask about it. It has probably charged for it.";
    failure(FailureClass::UnusableAnswer, "no_order", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pictures_go_where_each_model_wants_them() {
        let references = || {
            let reference = |bytes: &'static [u8]| ReferenceImage {
                bytes: bytes::Bytes::from_static(bytes),
                content_type: "image/png".to_owned(),
            };
            vec![reference(b"one"), reference(b"two")]
        };
        let body = |model| -> Value {
            let references = references();
            let body = order_body(&ImageRequest::plain(model, "a fox"), &references);
            serde_json::from_str(&body).unwrap()
        };
        let two = json!({ "prompt": "a fox", "input_image": "b25l", "input_image_2": "dHdv" });
        assert_eq!(body("flux-2-max"), two);
        assert_eq!(body("flux-3-image"), json!({ "prompt": "a fox", "images": ["b25l", "dHdv"] }));
        let none = order_body(&ImageRequest::plain("flux-3-image", "a fox"), &[]);
        assert_eq!(none, r#"{"prompt":"a fox"}"#);
    }
}
