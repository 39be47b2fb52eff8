//! `GET /v1/get_result?id=`.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Sandbox;
use super::error::BflError;
use super::price::credits;
use super::tasks::{Stage, Task};
use super::{authorization, delivery, here};

#[derive(Deserialize)]
pub(super) struct Wanted {
    id: String,
}

pub(super) async fn get_result(
    State(sandbox): State<Arc<Sandbox>>,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, BflError> {
    // The contract asks for no API key here, the guides do. The stricter one finds more mistakes.
    let account = authorization::account(&headers)?;
    let Query(Wanted { id }) =
        wanted.map_err(|_| BflError::invalid(json!(["query", "id"]), "Field required", "missing"))?;
    let task = sandbox.bfl.tasks.find(&id).ok_or_else(|| BflError::task_not_found(&id))?;
    if task.account != account.id {
        return Err(BflError::of_another_account());
    }
    let now = runtime::now();
    let (stage, progress) = (task.stage(now), task.progress(now));
    let mut answer = json!({
        "id": id,
        "status": stage.name(),
        "result": null,
        "progress": progress,
        "details": null,
        "preview": null,
    });
    match stage {
        Stage::Pending | Stage::Reasoning | Stage::Generating => {}
        Stage::RequestModerated => set(&mut answer, "details", json!({ "Moderation Reasons": ["violence"] })),
        Stage::Ready => {
            let link = delivery::link(&sandbox, &task, now);
            set(&mut answer, "result", result(&task, format!("{}{link}", here(&headers)?)));
            set(&mut answer, "cost", credits(task.cost));
        }
    }
    Ok(Json(answer).into_response())
}

/// Times are seconds since 1970.
fn result(task: &Task, sample: String) -> Value {
    let (started, took) = (task.submitted_at.as_millisecond(), task.takes);
    json!({
        "sample": sample,
        "prompt": task.sitting.prompt,
        "seed": task.seed,
        "start_time": started as f64 / 1000.0,
        "end_time": started.saturating_add(took) as f64 / 1000.0,
        "duration": took as f64 / 1000.0,
    })
}

fn set(answer: &mut Value, field: &str, value: Value) {
    if let Some(fields) = answer.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}
