//! `GET /v1/models`: what there is, what it takes and costs, what goes when.

use axum::response::Response;
use domain::Provider;
use domain::catalogue::{Catalogue, Model, ModelKind, Price, Status};
use serde::Serialize;
use serde_json::Value;
use web::{JobsRead, Permit, reply};

#[derive(Serialize)]
struct ModelView<'a> {
    id: &'a str,
    provider: Provider,
    kind: ModelKind,
    status: Status,
    shutdown_date: Option<&'a str>,
    replacement: Option<&'a str>,
    parameters: Value,
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
