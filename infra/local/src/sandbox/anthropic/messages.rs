//! `POST /v1/messages`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::HeaderMap;

use super::super::Sandbox;
use super::super::account::Account;
use super::super::case::Case;
use super::super::hang_up::{Line, hang_up};
use super::super::ledger::NotCharged;
use super::super::till::Bill;
use super::answer::Answer;
use super::error::AnthropicError;
use super::request::MessageRequest;
use super::{RequestId, authorization};

pub(super) async fn create(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(id): Extension<RequestId>,
    line: Option<Extension<Line>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, AnthropicError> {
    let account = authorization::account(&headers)?;
    let request = MessageRequest::parse(body)?;
    refuse_by_case(&sandbox, &account)?;

    let answer = match account.case {
        Case::Moderated => Answer::refusal(&request),
        _ => Answer::of(&request),
    };
    // From here on it is paid for, whether the caller waits or not, and whether this process lives or not.
    let model = request.prompt.model;
    let (amount, RequestId(request_id)) = (answer.usage.cost(model), id);
    let bill = Bill { provider: "anthropic", model: model.id, amount, request_id };
    sandbox.charge(&account, bill).await.map_err(|not| match not {
        NotCharged::OutOfCredit => AnthropicError::out_of_credit(),
        NotCharged::Ledger(_) => AnthropicError::internal(),
    })?;
    if account.case == Case::HangUp {
        return Ok(hang_up(line).await);
    }
    tokio::time::sleep(sandbox.patience(&account)).await;
    Ok(Json(answer.body()).into_response())
}

/// What the API key asks to be refused with. Only good requests count for the cases that take turns.
fn refuse_by_case(sandbox: &Sandbox, account: &Account) -> Result<(), AnthropicError> {
    let third_time_or = |error| if sandbox.turn(account) % 3 == 2 { Ok(()) } else { Err(error) };
    match account.case {
        Case::Unverified => Err(AnthropicError::not_permitted()),
        Case::RateLimited => third_time_or(AnthropicError::rate_limited()),
        Case::Flaky => third_time_or(AnthropicError::overloaded()),
        // A bad API key was refused before; a spent balance shows when it is charged; a refusal is an answer.
        Case::Works | Case::Slow | Case::HangUp | Case::OutOfCredit | Case::Invalid | Case::Moderated => {
            Ok(())
        }
    }
}
