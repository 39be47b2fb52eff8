//! `GET /openai/v1/models` and `/openai/v1/models/{model}`: what the door can draw with.

use axum::response::Response;
use domain::Provider;
use domain::catalogue::{Catalogue, Model, ModelKind, Status};
use serde::Serialize;
use web::{JobsRead, PathOf, Permit, Problem, reply};

use crate::submit::usable;

/// A model, as OpenAI tells of one.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "OpenaiModel"))]
#[derive(Serialize)]
pub(crate) struct ModelView<'a> {
    id: &'a str,
    object: &'static str,
    /// OpenAI's clients want one. The catalogue does not say when a model began.
    created: i64,
    owned_by: Provider,
}

/// All of them.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "OpenaiModels"))]
#[derive(Serialize)]
pub(crate) struct List<'a> {
    object: &'static str,
    data: Vec<ModelView<'a>>,
}

fn view(model: &Model) -> ModelView<'_> {
    ModelView { id: &model.id, object: "model", created: 0, owned_by: model.provider }
}

pub(crate) async fn list(Permit(..): Permit<JobsRead>) -> Response {
    let draws = |model: &&Model| model.kind == ModelKind::Image && model.status == Status::Current;
    let data = Catalogue::shipped().models.iter().filter(draws).map(view).collect();
    reply::ok(&List { object: "list", data })
}

pub(crate) async fn read(
    Permit(..): Permit<JobsRead>,
    PathOf(model): PathOf<String>,
) -> Result<Response, Problem> {
    Ok(reply::ok(&view(usable(&model, ModelKind::Image)?)))
}
