//! `POST /v1/api-keys/{provider}/test`: asks a worker to open the API key and show it to the provider, free of charge.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::job::{Job, NewJob, Task};
use domain::queue::JobRef;
use domain::{AuditId, Fault, JobId, Usd};
use runtime::{now, random};
use web::{JobView, JsonBody, KeysWrite, Nothing, PathOf, Permit, Problem, reply, with_allowance};

use crate::{ApiKeys, Place, stored_in};

pub(crate) async fn test(
    Permit(principal, _): Permit<KeysWrite>,
    PathOf(place): PathOf<Place>,
    State(app): State<Arc<ApiKeys>>,
    _nothing: Option<JsonBody<Nothing>>,
) -> Result<Response, Problem> {
    let slot = place.slot(&principal)?;
    stored_in(&app, &slot).await?;
    let at = now();
    let allowed = app.allowances.spend(&principal.tenant, 1, at).await??;
    let new = NewJob {
        id: JobId::make(at, &random()),
        tenant: principal.tenant,
        created_by: principal.actor,
        project: slot.scope.project().cloned(),
        provider: slot.provider,
        batch: None,
        task: Task::ApiKeyTest,
        estimated: Usd::ZERO,
        price_version: String::new(),
    };
    let job = Job::queued(new, at);
    let id = AuditId::make(at, &random());
    let event = AuditEvent::of_job(id, &job.created_by, Action::JobSubmitted, "ok", &job);
    let made = app.jobs.create(&job, None, event).await;
    // What was not answered may have been written.
    if made.as_ref().is_err_and(|fault| *fault != Fault::Unavailable) {
        app.allowances.give_back(&job.tenant, &allowed, 1).await;
    }
    made?;
    // The job is on record: if the pointer is not sent now, the sweeper sends it.
    let _sweeper_will =
        app.queues.send(job.provider, &JobRef::new(job.tenant.clone(), job.id), Duration::ZERO).await;
    let answer = reply::accepted(&JobView::new(&job, None), &format!("/v1/jobs/{}", job.id), 1);
    Ok(with_allowance(answer, &allowed))
}
