//! OpenAI Images: <https://platform.openai.com/docs/api-reference/images>.

mod answer;
mod errors;

use std::sync::Arc;

use domain::ApiKey;
use domain::image_request::ImageRequest;
use domain::outcome::{CallFailure, FailureClass};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::Verification;
use crate::http::{error_body, failure, header, read_within, retry_after, secret, send, turn};
use crate::image::{MadeImage, ReferenceImage};
use answer::{Answer, ImageAnswer};

/// `GET /models` is free. It proves the API key, but neither credit nor the right to make images.
pub(crate) async fn verify(http: &Client, base: &str, api_key: &ApiKey) -> Verification {
    let authorization = match secret("Bearer ", api_key) {
        Ok(value) => value,
        Err(refused) => return Verification::Refused(refused),
    };
    match send(http.get(format!("{base}/models")).header(AUTHORIZATION, authorization)).await {
        Err(failure) => Verification::NoAnswer(failure),
        Ok(response) if response.status() == StatusCode::OK => Verification::Accepted { balance: None },
        // A restricted API key may make images and yet not list models.
        Ok(response) if response.status() == StatusCode::FORBIDDEN => Verification::Unproven,
        Ok(response) => {
            let refusal = refusal(response).await;
            match refusal.class {
                FailureClass::BadApiKey | FailureClass::NoPermission => Verification::Refused(refusal),
                _ => Verification::NoAnswer(refusal),
            }
        }
    }
}

/// `POST /images/generations`, or `/images/edits` when there are reference images. The answer is decoded while it
/// arrives.
pub(crate) async fn make_image(
    http: &Client,
    base: &str,
    turns: &Arc<Semaphore>,
    api_key: &ApiKey,
    request: &ImageRequest,
    references: Vec<ReferenceImage>,
) -> Result<MadeImage, CallFailure> {
    let call = if references.is_empty() {
        let call = http.post(format!("{base}/images/generations")).header(CONTENT_TYPE, "application/json");
        call.body(generation_body(request).to_string())
    } else {
        http.post(format!("{base}/images/edits")).multipart(edit_form(request, references)?)
    };
    let response = send(call.header(AUTHORIZATION, secret("Bearer ", api_key)?)).await?;
    if response.status() != StatusCode::OK {
        return Err(refusal(response).await);
    }
    let request_id = header(&response, "x-request-id");
    let with_id = |failure: CallFailure| CallFailure { request_id: request_id.clone(), ..failure };
    let turn = turn(turns).await;
    let answer = read_answer(response).await.map_err(with_id)?;
    let no_image = || with_id(CallFailure { billed: answer.billed, ..answer::no_image() });
    MadeImage::of(answer.image, answer.billed, request_id.clone(), turn).ok_or_else(no_image)
}

/// The request in OpenAI's words. One job is one image.
fn generation_body(request: &ImageRequest) -> Value {
    let mut body = json!({ "model": request.model, "prompt": request.prompt, "n": 1 });
    if let Some(body) = body.as_object_mut() {
        body.extend(request.parameters.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    body
}

/// The same as a form: one picture is `image`, several are `image[]` each.
fn edit_form(request: &ImageRequest, references: Vec<ReferenceImage>) -> Result<Form, CallFailure> {
    let Value::Object(fields) = generation_body(request) else { return Ok(Form::new()) };
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let form = fields.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, text(value)));
    let name = if references.len() == 1 { "image" } else { "image[]" };
    references.into_iter().enumerate().try_fold(form, |form, (index, reference)| {
        let extension = reference.content_type.rsplit('/').next().unwrap_or("png");
        let length = u64::try_from(reference.bytes.len()).unwrap_or(u64::MAX);
        let part = Part::stream_with_length(reference.bytes, length)
            .file_name(format!("reference-{}.{extension}", index + 1))
            .mime_str(&reference.content_type);
        let unsendable =
            |_| failure(FailureClass::BadRequest, "reference_unusable", "A reference is no image.");
        Ok(form.part(name, part.map_err(unsendable)?))
    })
}

async fn read_answer(mut response: Response) -> Result<Answer, CallFailure> {
    let mut answer = ImageAnswer::expecting(response.content_length());
    let reading = async {
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => answer.push(&chunk)?,
                Ok(None) => return Ok(true),
                Err(_) => return Ok(false),
            }
        }
    };
    match read_within(reading).await {
        Some(Ok(true)) => answer.finish(),
        Some(Err(failure)) => Err(failure),
        // The image may be whole although the rest of the answer was cut off.
        Some(Ok(false)) | None => answer.finish_cut_off(),
    }
}

async fn refusal(response: Response) -> CallFailure {
    let status = response.status().as_u16();
    let request_id = header(&response, "x-request-id");
    let retry_after = retry_after(&response);
    let body = error_body(response).await;
    CallFailure { retry_after, ..errors::classify(status, request_id, &body) }
}
