//! `POST /openai/v1/images/generations`: ordinary jobs, and an answer that waits for them.

use std::sync::Arc;

use axum::extract::State as App;
use axum::response::{IntoResponse, Response};
use domain::allowance::Allowed;
use domain::batch::Batch;
use domain::{BatchId, JobId};
use http::HeaderMap;
use runtime::{now, random};
use store::{Created, IdempotencyKey};
use tokio::time::Instant;
use web::{JobsWrite, JsonBody, Permit, Principal, Problem, with_allowance};

use super::ask::{Asked, Body};
use super::outcome::outcome;
use super::same::{is_found_again, same};
use crate::JobsApi;
use crate::order::ImageOrder;
use crate::sources::Sources;
use crate::submit::{Submitted, key_reused};

/// What a request is waiting for.
pub(super) enum Work {
    /// One image.
    Job(JobId),
    /// Several.
    Batch(Box<Batch>),
}

pub(crate) async fn generate(
    Permit(principal, _): Permit<JobsWrite>,
    headers: HeaderMap,
    App(app): App<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let started = Instant::now();
    let Asked { order, count, format } = body.asked()?;
    let same = same(&headers, &principal, (&order, count))?;
    let (work, allowed) = match app.begun_before(&principal, count, &same).await? {
        Some(work) => (work, None),
        None => app.begin(&principal, (order, count), &same).await?,
    };
    let jobs = app.wait_for(&principal, &work, started).await?;
    let response = match outcome(&jobs, is_found_again(&headers)) {
        Ok(()) => app.images_of(&jobs, format).await?,
        Err(refusal) => refusal.into_response(),
    };
    Ok(match allowed {
        Some(allowed) => with_allowance(response, &allowed),
        None => response,
    })
}

impl JobsApi {
    /// What the same request has begun before.
    async fn begun_before(
        &self,
        principal: &Principal,
        count: u32,
        same: &IdempotencyKey,
    ) -> Result<Option<Work>, Problem> {
        let asked = (&principal.tenant, now());
        if count == 1 {
            return match self.jobs.created_earlier(asked, Some(same)).await? {
                None | Some(Created::New) => Ok(None),
                Some(Created::Earlier(job)) => Ok(Some(Work::Job(job.id))),
                Some(Created::OtherRequest) => Err(key_reused()),
            };
        }
        match self.jobs.batch_made_earlier(asked, Some(same)).await? {
            None | Some(Created::New) => Ok(None),
            Some(Created::Earlier(batch)) => Ok(Some(Work::Batch(batch))),
            Some(Created::OtherRequest) => Err(key_reused()),
        }
    }

    /// Puts on record what is asked for: a job, or a batch of jobs that are all alike.
    async fn begin(
        &self,
        principal: &Principal,
        (order, count): (ImageOrder, u32),
        same: &IdempotencyKey,
    ) -> Result<(Work, Option<Allowed>), Problem> {
        let mut sources = Sources::of(self, principal);
        let order = order.resolve(&mut sources, count).await?;
        let allowed = self.allow(&principal.tenant, count).await?;
        sources.begin_projects().await?;
        let whose = (principal.tenant.clone(), principal.actor.clone());
        if count == 1 {
            let new = order.job(JobId::make(now(), &random()), whose, None);
            return Ok(match self.put_on_record(new, &allowed, Some(same)).await? {
                Submitted::New(job) => (Work::Job(job.id), Some(allowed)),
                Submitted::Earlier(job) => (Work::Job(job.id), None),
            });
        }
        let orders = [order];
        let batch = Batch::of(&orders, BatchId::make(now(), &random()), whose);
        let created = self.jobs.create_batch(&batch, (&orders, &[]), Some(same)).await;
        if !matches!(created, Ok(Created::New)) {
            self.not_made(&batch.tenant, &allowed, created.as_ref().err().copied()).await;
        }
        match created? {
            Created::New => Ok((Work::Batch(Box::new(self.make_jobs(batch).await)), Some(allowed))),
            Created::Earlier(batch) => Ok((Work::Batch(batch), None)),
            Created::OtherRequest => Err(key_reused()),
        }
    }
}
