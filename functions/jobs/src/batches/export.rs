//! `POST /v1/batches/{id}/export`: a job that puts the finished images of a batch into an archive. When it has
//! succeeded, it carries a link to it.

use std::sync::Arc;

use axum::extract::State as App;
use axum::response::Response;
use domain::job::{NewJob, Task};
use domain::{BatchId, Fault, JobId, Usd};
use http::HeaderMap;
use runtime::{now, random};
use store::JobFilter;
use web::{JobsWrite, JsonBody, Nothing, PathOf, Permit, Problem};

use crate::JobsApi;
use crate::submit::idempotency_key;

pub(crate) async fn export(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<BatchId>,
    headers: HeaderMap,
    App(app): App<Arc<JobsApi>>,
    _nothing: Option<JsonBody<Nothing>>,
) -> Result<Response, Problem> {
    let idempotency_key = idempotency_key(&headers, &("export", id))?;
    let batch = app.jobs.read_batch(&principal.tenant, id).await?;
    let batch = app.make_jobs(batch).await;
    // The worker of a provider that made images of it: it may read them.
    let filter = JobFilter { batch: Some(id), ..JobFilter::default() };
    let some = app.jobs.list(&batch.tenant, &filter, 1).await?;
    let provider = some.items.first().ok_or(Fault::Unavailable)?.provider;
    let allowed = app.allow(&principal.tenant, 1).await?;
    let new = NewJob {
        id: JobId::make(now(), &random()),
        tenant: principal.tenant,
        created_by: principal.actor,
        project: batch.project,
        provider,
        // It is about the batch, and none of the jobs that the batch counts.
        batch: None,
        task: Task::Export { batch: id },
        estimated: Usd::ZERO,
        price_version: String::new(),
    };
    app.submit(new, &allowed, idempotency_key.as_ref()).await
}
