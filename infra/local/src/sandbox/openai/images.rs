//! What becomes of a good request for images, whichever way it came.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use super::super::Sandbox;
use super::super::account::Account;
use super::super::avatar::Sitting;
use super::super::case::Case;
use super::super::hang_up::{Line, hang_up};
use super::super::reference::sitter;
use super::super::studio::Undrawn;
use super::super::till::Bill;
use super::RequestId;
use super::error::OpenAiError;
use super::request::ImageRequest;
use super::usage::Usage;

/// Charges, draws and answers, unless the API key asks for something else.
pub(super) async fn make(
    sandbox: Arc<Sandbox>,
    account: Account,
    RequestId(request_id): RequestId,
    line: Option<Extension<Line>>,
    request: ImageRequest,
) -> Result<Response, OpenAiError> {
    refuse_by_case(&sandbox, &account, &request)?;
    let usage = Usage::of(&request);
    let bill = Bill { provider: "openai", model: request.model.id, amount: usage.cost, request_id };
    sandbox.charge(&account, bill).await?;
    if account.case == Case::HangUp {
        return Ok(hang_up(line).await);
    }
    let drawing = draw(&sandbox, &request);
    let (images, ()) = tokio::join!(drawing, tokio::time::sleep(sandbox.patience(&account)));
    let data: Vec<_> = images?.into_iter().map(|image| json!({ "b64_json": image })).collect();
    let answer = json!({
        "created": runtime::now().as_second(),
        "background": if request.transparent { "transparent" } else { "opaque" },
        "output_format": request.format.name(),
        "quality": request.quality.answered(),
        "size": format!("{}x{}", request.size.width, request.size.height),
        "usage": usage.body(),
        "data": data,
    });
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
async fn draw(sandbox: &Sandbox, request: &ImageRequest) -> Result<Vec<String>, OpenAiError> {
    let likeness = sitter(&request.references);
    let sitting = |variation| Sitting {
        prompt: request.prompt.clone(),
        likeness: likeness.clone(),
        variation,
        width: request.size.width,
        height: request.size.height,
        transparent: request.transparent,
        format: request.format,
    };
    let images = sandbox.draw((0..request.count).map(sitting).collect()).await;
    let images = images.map_err(|Undrawn| OpenAiError::server_error())?;
    Ok(images.into_iter().map(|image| base64_simd::STANDARD.encode_to_string(image)).collect())
}
