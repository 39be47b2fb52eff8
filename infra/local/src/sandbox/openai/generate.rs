//! `POST /images/generations`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::super::Sandbox;
use super::super::account::Account;
use super::super::avatar::{self, Sitting};
use super::super::case::Case;
use super::super::hang_up::Line;
use super::super::ledger::{Charge, NotCharged, Outcome};
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

    // From here on it is paid for, whether the caller waits or not, and whether this process lives or not.
    let usage = Usage::of(&request);
    charge(&sandbox, &account, &request, usage, id).await?;
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

async fn charge(
    sandbox: &Arc<Sandbox>,
    account: &Account,
    request: &ImageRequest,
    usage: Usage,
    RequestId(request_id): RequestId,
) -> Result<(), OpenAiError> {
    let hung_up = account.case == Case::HangUp;
    let charge = Charge {
        at: runtime::now(),
        provider: "openai".to_owned(),
        account: account.id.clone(),
        api_key_hint: account.hint.clone(),
        model: request.model.id.to_owned(),
        amount: usage.cost,
        outcome: if hung_up { Outcome::HungUp } else { Outcome::Generated },
        request_id,
    };
    let (sandbox, prepaid) = (sandbox.clone(), account.case == Case::OutOfCredit);
    match tokio::task::spawn_blocking(move || sandbox.ledger.charge(charge, prepaid)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(NotCharged::OutOfCredit)) => Err(OpenAiError::out_of_credit()),
        failed => {
            tracing::error!(?failed, "the sandbox could not charge");
            Err(OpenAiError::server_error())
        }
    }
}

async fn hang_up(line: Option<Extension<Line>>) -> Response {
    match line {
        Some(Extension(line)) => match line.cut().await {},
        // Not served by us: as good as a proxy that lost the answer.
        None => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// The images in base64.
async fn draw(sandbox: &Sandbox, request: ImageRequest) -> Result<Vec<String>, OpenAiError> {
    let _easel = sandbox.easels.acquire().await;
    let ImageRequest { prompt, size, transparent, count, .. } = request;
    let paint = move || {
        let sitting = |variation| Sitting {
            prompt: prompt.clone(),
            variation,
            width: size.width,
            height: size.height,
            transparent,
        };
        let paint = |variation| avatar::paint(&sitting(variation));
        let images: Result<Vec<_>, _> = (0..count).map(paint).collect();
        images
            .map(|images| images.into_iter().map(|png| base64_simd::STANDARD.encode_to_string(png)).collect())
    };
    match tokio::task::spawn_blocking(paint).await {
        Ok(Ok(images)) => Ok(images),
        failed => {
            tracing::error!(?failed, "the sandbox could not draw");
            Err(OpenAiError::server_error())
        }
    }
}
