//! `GET /v1/batches` and `GET /v1/batches/{id}`. The jobs themselves are at `/v1/jobs?batch=`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::BatchId;
use futures_util::future::join_all;
use serde::Deserialize;
use web::{JobsRead, Listing, PathOf, Permit, Problem, QueryOf, reply};

use crate::JobsApi;

/// How soon it is worth looking at a batch again, in seconds.
const LOOK_AGAIN: u32 = 2;

/// Of how many batches the jobs are counted at the same time.
const AT_ONCE: usize = 8;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The `next_cursor` of the page before.
    cursor: Option<BatchId>,
    #[serde(default)]
    limit: Listing,
}

pub(crate) async fn list(
    Permit(principal, _): Permit<JobsRead>,
    QueryOf(query): QueryOf<Query>,
    State(app): State<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let page = app.jobs.list_batches(&principal.tenant, query.cursor, query.limit.limit()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for batches in page.items.chunks(AT_ONCE) {
        let views = join_all(batches.iter().map(|batch| app.batch_view(batch))).await;
        items.extend(views.into_iter().collect::<Result<Vec<_>, _>>()?);
    }
    Ok(reply::page(&items, page.next.map(|id| id.to_string())))
}

pub(crate) async fn read(
    Permit(principal, _): Permit<JobsRead>,
    PathOf(id): PathOf<BatchId>,
    State(app): State<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let batch = app.jobs.read_batch(&principal.tenant, id).await?;
    let view = app.batch_view(&batch).await?;
    let response = reply::ok(&view);
    Ok(if view.goes_on() { reply::look_again(response, LOOK_AGAIN) } else { response })
}
