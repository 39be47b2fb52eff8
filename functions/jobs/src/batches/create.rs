//! `POST /v1/batches`: the batch is put on record with all that its jobs are made from, then the jobs are made. What
//! this request does not come to, the sweeper does.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::batch::Batch;
use domain::job::Job;
use domain::{AuditId, BatchId, Timestamp};
use http::HeaderMap;
use runtime::{now, random};
use serde_json::Value;
use store::Created;
use web::{JobsWrite, JsonBody, Permit, Problem, reply, with_allowance};

use super::asked::Body;
use crate::JobsApi;
use crate::submit::{idempotency_key, key_reused};

/// How long a request makes jobs before it answers. A thousand take about two seconds; the function has 25.
const LONGEST_MAKING: Duration = Duration::from_secs(18);

pub(crate) async fn create(
    Permit(principal, _): Permit<JobsWrite>,
    headers: HeaderMap,
    State(app): State<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let idempotency_key = idempotency_key(&headers, &body)?;
    let partial = body.partial;
    let asked = (&principal.tenant, now());
    // Before anything is looked up: what was asked for once is answered the same, whatever has become of its personas.
    match app.jobs.batch_made_earlier(asked, idempotency_key.as_ref()).await? {
        Some(Created::Earlier(batch)) => return app.answer_again(&batch, partial).await,
        Some(Created::OtherRequest) => return Err(key_reused()),
        Some(Created::New) | None => {}
    }
    let resolved = app.resolve(&principal, body).await?;
    let id = BatchId::make(now(), &random());
    let batch = Batch::of(&resolved.orders, id, (principal.tenant, principal.actor));
    let orders = (resolved.orders.as_slice(), resolved.refused.as_slice());
    let created = app.jobs.create_batch(&batch, orders, idempotency_key.as_ref()).await;
    if !matches!(created, Ok(Created::New)) {
        app.not_made(&batch.tenant, &resolved.allowed, created.as_ref().err().copied()).await;
    }
    match created? {
        Created::New => {
            let batch = app.make_jobs(batch).await;
            let answer = app.answer(&batch, partial.then_some(resolved.refused)).await?;
            Ok(with_allowance(answer, &resolved.allowed))
        }
        Created::Earlier(batch) => app.answer_again(&batch, partial).await,
        Created::OtherRequest => Err(key_reused()),
    }
}

impl JobsApi {
    /// Makes the jobs of a batch that are not on record yet, as far as it comes. It stays on record what is left to do.
    pub(crate) async fn make_jobs(&self, mut batch: Batch) -> Batch {
        let stop = now().saturating_add(LONGEST_MAKING).unwrap_or(Timestamp::MAX);
        while batch.is_creating() && now() < stop {
            match self.jobs.make_next(&batch, now(), submitted).await {
                Ok((next, jobs)) => {
                    self.queues.send_all(&jobs).await;
                    batch = next;
                }
                Err(error) => {
                    tracing::warn!(batch.id = %batch.id, %error, "batch not whole yet; the sweeper goes on");
                    break;
                }
            }
        }
        batch
    }

    async fn answer_again(&self, batch: &Batch, partial: bool) -> Result<Response, Problem> {
        let refused = if partial { Some(self.jobs.refused_of_batch(batch).await?) } else { None };
        self.answer(batch, refused).await
    }

    async fn answer(&self, batch: &Batch, refused: Option<Vec<Value>>) -> Result<Response, Problem> {
        let view = self.batch_view(batch).await?.with_refused(refused);
        Ok(reply::accepted(&view, &format!("/v1/batches/{}", batch.id), 1))
    }
}

fn submitted(job: &Job) -> AuditEvent {
    let id = AuditId::make(job.updated_at, &random());
    AuditEvent::of_job(id, &job.created_by, Action::JobSubmitted, "ok", job)
}
