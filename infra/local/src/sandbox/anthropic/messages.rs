//! `POST /v1/messages`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};

use super::super::Sandbox;
use super::super::account::Account;
use super::super::case::Case;
use super::super::hang_up::Line;
use super::super::ledger::{Charge, NotCharged, Outcome};
use super::answer::Answer;
use super::error::AnthropicError;
use super::models::Model;
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
    charge(&sandbox, &account, request.prompt.model, &answer, id).await?;
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

async fn charge(
    sandbox: &Arc<Sandbox>,
    account: &Account,
    model: &Model,
    answer: &Answer,
    RequestId(request_id): RequestId,
) -> Result<(), AnthropicError> {
    let hung_up = account.case == Case::HangUp;
    let charge = Charge {
        at: runtime::now(),
        provider: "anthropic".to_owned(),
        account: account.id.clone(),
        api_key_hint: account.hint.clone(),
        model: model.id.to_owned(),
        amount: answer.usage.cost(model),
        outcome: if hung_up { Outcome::HungUp } else { Outcome::Generated },
        request_id,
    };
    let (sandbox, prepaid) = (sandbox.clone(), account.case == Case::OutOfCredit);
    match tokio::task::spawn_blocking(move || sandbox.ledger.charge(charge, prepaid)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(NotCharged::OutOfCredit)) => Err(AnthropicError::out_of_credit()),
        failed => {
            tracing::error!(?failed, "the sandbox could not charge");
            Err(AnthropicError::internal())
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
