//! `GET /v1/models`: what there is, what it takes and costs, what goes when.

use axum::response::Response;
use domain::Provider;
use domain::catalogue::{Catalogue, Model, ModelKind, Price, Status};
use serde::Serialize;
use serde_json::Value;
use web::{JobsRead, Permit, reply};

/// A model of a provider.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Model"))]
#[derive(Serialize)]
pub(crate) struct ModelView<'a> {
    id: &'a str,
    provider: Provider,
    kind: ModelKind,
    status: Status,
    /// The day it goes or went.
    shutdown_date: Option<&'a str>,
    /// What to use instead.
    replacement: Option<&'a str>,
    /// What its jobs take beside `model` and `project`, as a JSON Schema.
    parameters: Value,
    /// What it costs, where the price is from, and as of when. None: it takes no new jobs.
    price: Option<&'a Price>,
}

impl<'a> ModelView<'a> {
    fn new(model: &'a Model) -> Self {
        Self {
            id: &model.id,
            provider: model.provider,
            kind: model.kind,
            status: model.status,
            shutdown_date: model.shutdown_date.as_deref(),
            replacement: model.replacement.as_deref(),
            parameters: model.schema(),
            price: model.price.as_ref(),
        }
    }
}

pub(crate) async fn list(Permit(..): Permit<JobsRead>) -> Response {
    let items: Vec<_> = Catalogue::shipped().models.iter().map(ModelView::new).collect();
    reply::page(&items, None)
}
