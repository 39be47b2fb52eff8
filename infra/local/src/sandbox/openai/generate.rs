//! `POST /images/generations`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::HeaderMap;
use serde_json::json;

use super::super::Sandbox;
use super::super::account::Account;
use super::super::avatar::{Format, Sitting};
use super::super::case::Case;
use super::super::hang_up::{Line, hang_up};
use super::super::studio::Undrawn;
use super::super::till::Bill;
use super::error::OpenAiError;
use super::request::ImageRequest;
use super::usage::Usage;
use super::{RequestId, authorization};

pub(super) async fn generate(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(id): Extension<RequestId>,
    line: Option<Extension<Line>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, OpenAiError> {
    let account = authorization::account(&headers)?;
    let body =
        body.map_err(|_| OpenAiError::bad_body("The body could not be read: it broke off or is too large."))?;
    let request = ImageRequest::parse(&headers, &body)?;
    refuse_by_case(&sandbox, &account, &request)?;

    let usage = Usage::of(&request);
    let RequestId(request_id) = id;
    let bill = Bill { provider: "openai", model: request.model.id, amount: usage.cost, request_id };
    sandbox.charge(&account, bill).await?;
    if account.case == Case::HangUp {
        return Ok(hang_up(line).await);
    }
    let answer = json!({
        "created": runtime::now().as_second(),
        "background": if request.transparent { "transparent" } else { "opaque" },
        "output_format": "png",
        "quality": request.quality.answered(),
        "size": format!("{}x{}", request.size.width, request.size.height),
        "usage": usage.body(),
    });
    let (images, ()) = tokio::join!(draw(&sandbox, request), tokio::time::sleep(sandbox.patience(&account)));
    let data: Vec<_> = images?.into_iter().map(|image| json!({ "b64_json": image })).collect();
    let mut answer = answer;
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("data".to_owned(), data.into());
    }
    Ok(Json(answer).into_response())
}

/// What the API key asks to be refused with. Only good requests count for the cases that take turns.
fn refuse_by_case(sandbox: &Sandbox, account: &Account, request: &ImageRequest) -> Result<(), OpenAiError> {
    match account.case {
        Case::Unverified => Err(OpenAiError::unverified(request.model.id)),
        Case::Moderated => Err(OpenAiError::moderated()),
        Case::RateLimited => match sandbox.turn(account) % 3 {
            2 => Ok(()),
            _ => Err(OpenAiError::rate_limited()),
        },
        Case::Flaky => match sandbox.turn(account) % 3 {
            0 => Err(OpenAiError::overloaded()),
            1 => Err(OpenAiError::slow_down()),
            _ => Ok(()),
        },
        // A bad API key was refused before; a spent balance shows when it is charged.
        Case::Works | Case::Slow | Case::HangUp | Case::OutOfCredit | Case::Invalid => Ok(()),
    }
}

/// The images in base64.
async fn draw(sandbox: &Sandbox, request: ImageRequest) -> Result<Vec<String>, OpenAiError> {
    let ImageRequest { prompt, size, transparent, count, .. } = request;
    let sitting = |variation| Sitting {
        prompt: prompt.clone(),
        likeness: None,
        variation,
        width: size.width,
        height: size.height,
        transparent,
        format: Format::Png,
    };
    let images = sandbox.draw((0..count).map(sitting).collect()).await;
    let images = images.map_err(|Undrawn| OpenAiError::server_error())?;
    Ok(images.into_iter().map(|image| base64_simd::STANDARD.encode_to_string(image)).collect())
}
