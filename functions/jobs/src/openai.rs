//! The door for code that knows OpenAI's API: `POST /openai/v1/images/generations` and `GET /openai/v1/models`.
//!
//! What comes in by it becomes ordinary jobs, with all that holds for them, and the answer waits for their end. A client
//! that sends a request again because it heard nothing, or was told that the jobs are still running, finds the same jobs:
//! by its `Idempotency-Key`, or by `x-stainless-retry-count`, which the official clients count up.

pub(crate) mod answer;
mod ask;
pub(crate) mod generate;
pub(crate) mod models;
mod outcome;
mod same;
mod wait;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::JobsApi;

/// The routes of the door.
pub(crate) fn routes() -> Router<Arc<JobsApi>> {
    Router::new()
        .route("/openai/v1/images/generations", post(generate::generate))
        .route("/openai/v1/models", get(models::list))
        .route("/openai/v1/models/{model}", get(models::read))
}
