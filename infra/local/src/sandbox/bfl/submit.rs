//! `POST /v1/{model}`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::account::Account;
use super::super::avatar::Sitting;
use super::super::case::Case;
use super::super::hang_up::{Line, hang_up};
use super::super::reference::sitter;
use super::super::till::Bill;
use super::error::BflError;
use super::order::{Order, pixels};
use super::price::{credits, megapixels};
use super::tasks::Task;
use super::{authorization, here, models};

/// An account may have so many tasks that have not ended.
const MOST_TASKS: usize = 24;

pub(super) async fn submit(
    State(sandbox): State<Arc<Sandbox>>,
    Path(model): Path<String>,
    line: Option<Extension<Line>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, BflError> {
    let model = models::find(&model)?;
    let account = authorization::account(&headers)?;
    let body = body.map_err(|_| BflError::unreadable_body())?;
    let order = Order::parse(model, &headers, &body)?;
    let here = here(&headers)?;
    refuse_by_case(&sandbox, &account)?;

    let (now, moderated) = (runtime::now(), account.case == Case::Moderated);
    let (input_mp, output_mp) = (megapixels(pixels(&order.references)), megapixels(order.pixels()));
    let cost = order.cost;
    let task = task(&sandbox, &account, order, now);
    let id = task.id.clone();
    {
        let _turn = sandbox.bfl.counter.lock().await;
        if sandbox.bfl.tasks.active(&account.id, now) >= MOST_TASKS {
            return Err(BflError::too_many_tasks());
        }
        if !moderated {
            let bill = Bill { provider: "bfl", model: model.id, amount: cost, request_id: id.clone() };
            sandbox.charge(&account, bill).await?;
        }
        keep(&sandbox, task).await?;
    }
    if account.case == Case::HangUp {
        return Ok(hang_up(line).await);
    }
    let answer = json!({
        "id": id,
        "polling_url": format!("{here}/v1/get_result?id={id}"),
        "cost": if moderated { Value::Null } else { credits(cost) },
        "input_mp": input_mp,
        "output_mp": output_mp,
    });
    Ok(Json(answer).into_response())
}

/// What the API key asks to be refused with. Only good requests count for the cases that take turns.
fn refuse_by_case(sandbox: &Sandbox, account: &Account) -> Result<(), BflError> {
    match account.case {
        Case::Unverified => Err(BflError::unverified()),
        Case::RateLimited if sandbox.turn(account) % 3 < 2 => Err(BflError::rate_limited()),
        Case::Flaky if sandbox.turn(account) % 3 < 2 => Err(BflError::overloaded()),
        // A bad API key was refused before, a spent balance shows when it is charged, and the safety system
        // answers later.
        Case::RateLimited
        | Case::Flaky
        | Case::Works
        | Case::Slow
        | Case::HangUp
        | Case::Moderated
        | Case::OutOfCredit
        | Case::Invalid => Ok(()),
    }
}

fn task(sandbox: &Sandbox, account: &Account, order: Order, now: Timestamp) -> Task {
    // Without a seed, each request gets another image.
    let seed = order.seed.unwrap_or_else(|| u32::from_be_bytes(runtime::random()).into());
    let [.., a, b, c, d] = seed.to_be_bytes();
    Task {
        id: uuid::Builder::from_random_bytes(runtime::random()).into_uuid().to_string(),
        account: account.id.clone(),
        submitted_at: now,
        takes: i64::try_from(sandbox.patience(account).as_millis()).unwrap_or(i64::MAX),
        moderated: account.case == Case::Moderated,
        cost: order.cost,
        seed,
        sitting: Sitting {
            likeness: sitter(&order.references),
            prompt: order.prompt,
            variation: u32::from_be_bytes([a, b, c, d]),
            width: order.width,
            height: order.height,
            transparent: false,
            format: order.format,
        },
    }
}

async fn keep(sandbox: &Arc<Sandbox>, task: Task) -> Result<(), BflError> {
    let sandbox = sandbox.clone();
    match tokio::task::spawn_blocking(move || sandbox.bfl.tasks.keep(task)).await {
        Ok(Ok(())) => Ok(()),
        failed => {
            tracing::error!(?failed, "the sandbox could not keep a task");
            Err(BflError::server_error())
        }
    }
}
