//! `GET /v1/uploads` and `GET /v1/uploads/{id}`.

use std::sync::Arc;

use axum::extract::State as App;
use axum::response::Response;
use domain::UploadId;
use runtime::now;
use serde::Deserialize;
use web::{JobsRead, Listing, PathOf, Permit, Problem, QueryOf, reply};

use super::view::UploadView;
use crate::JobsApi;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The `next_cursor` of the page before.
    cursor: Option<UploadId>,
    #[serde(default)]
    limit: Listing,
}

pub(crate) async fn list(
    Permit(principal, _): Permit<JobsRead>,
    QueryOf(query): QueryOf<Query>,
    App(app): App<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let page = app.photos.records.list(&principal.tenant, query.cursor, query.limit.limit(), now()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for upload in &page.items {
        items.push(UploadView::new(&app.images, upload).await?);
    }
    Ok(reply::page(&items, page.next.map(|id| id.to_string())))
}

pub(crate) async fn read(
    Permit(principal, _): Permit<JobsRead>,
    PathOf(id): PathOf<UploadId>,
    App(app): App<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let upload = app.photos.records.read(&principal.tenant, id, now()).await?;
    Ok(reply::ok(&UploadView::new(&app.images, &upload).await?))
}
