//! What a person may do with a job: `POST /v1/jobs/{id}/cancel`, `/retry` and `/resume`.

use std::sync::Arc;

use axum::extract::State as App;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::credential::{CredentialMeta, CredentialState};
use domain::job::{Job, NotAllowed, PauseReason, State};
use domain::settle::probe_wait;
use domain::{AuditId, Fault, JobId, Timestamp};
use runtime::{now, random};
use serde::Deserialize;
use web::{
    JobsWrite, JsonBody, Nothing, PathOf, Permit, Principal, Problem, ProblemKind, reply, with_allowance,
};

use crate::JobsApi;

/// How often a change is tried when a worker changes the job at the same time.
const TRIES: usize = 3;

/// What a retry takes.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "JobRetry"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retry {
    /// Does a job again whose outcome is unknown, although the provider may have done and charged it.
    #[serde(default)]
    accept_double_charge: bool,
}

pub(crate) async fn cancel(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<JobId>,
    App(app): App<Arc<JobsApi>>,
    _nothing: Option<JsonBody<Nothing>>,
) -> Result<Response, Problem> {
    let job = app.change(&principal, id, Action::JobCancelled, |job| job.cancel(now())).await?;
    Ok(reply::ok(&app.view(&job).await?))
}

pub(crate) async fn retry(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<JobId>,
    App(app): App<Arc<JobsApi>>,
    body: Option<JsonBody<Retry>>,
) -> Result<Response, Problem> {
    let accept = body.is_some_and(|JsonBody(body)| body.accept_double_charge);
    let retry = |job: &Job| job.retry(accept, now());
    let job = app.jobs.read(&principal.tenant, id).await?;
    retry(&job).map_err(|refused| not_allowed(&job, refused))?;
    let allowed = app.allow(&principal.tenant, 1).await?;
    let retried = app.move_on(&principal, job, Action::JobRetried, retry).await;
    // What was not answered may have been written.
    if retried.as_ref().is_err_and(|problem| problem.kind() != ProblemKind::Unavailable) {
        app.allowances.give_back(&principal.tenant, &allowed, 1).await;
    }
    let job = retried?;
    app.point_to(&job).await;
    Ok(with_allowance(app.accepted(&job).await?, &allowed))
}

/// A job that waits for credit goes ahead as a probe; the others follow once it has succeeded.
pub(crate) async fn resume(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<JobId>,
    App(app): App<Arc<JobsApi>>,
    _nothing: Option<JsonBody<Nothing>>,
) -> Result<Response, Problem> {
    let job = app.jobs.read(&principal.tenant, id).await?;
    let job = app.resume_waiting(&principal, job).await?;
    app.accepted(&job).await
}

impl JobsApi {
    /// Makes a move of a job with its audit event.
    async fn change(
        &self,
        principal: &Principal,
        id: JobId,
        action: Action,
        make: impl Fn(&Job) -> Result<Job, NotAllowed>,
    ) -> Result<Job, Problem> {
        let job = self.jobs.read(&principal.tenant, id).await?;
        self.move_on(principal, job, action, make).await
    }

    /// Makes a move of a job as it was just read, again from what is there when somebody else was first.
    pub(crate) async fn move_on(
        &self,
        principal: &Principal,
        mut job: Job,
        action: Action,
        make: impl Fn(&Job) -> Result<Job, NotAllowed>,
    ) -> Result<Job, Problem> {
        for _ in 0..TRIES {
            let next = make(&job).map_err(|refused| not_allowed(&job, refused))?;
            let event_id = AuditId::make(next.updated_at, &random());
            let event = AuditEvent::of_job(event_id, &principal.actor, action, "ok", &next);
            match self.jobs.advance(&job, &next, &[event]).await {
                Err(Fault::Conflict) => job = self.jobs.read(&principal.tenant, job.id).await?,
                Err(fault) => return Err(fault.into()),
                Ok(()) => return Ok(next),
            }
        }
        Err(Fault::Conflict.into())
    }

    /// Lets a job go on that waits, as a probe if it waits for credit.
    pub(crate) async fn resume_waiting(&self, principal: &Principal, job: Job) -> Result<Job, Problem> {
        let probe = |job: &Job| matches!(job.state, State::Paused { reason: PauseReason::OutOfCredit, .. });
        if probe(&job) {
            self.probe_now(&job).await?;
        }
        let resume = |job: &Job| job.resume(probe(job), now());
        let job = self.move_on(principal, job, Action::JobResumed, resume).await?;
        self.point_to(&job).await;
        Ok(job)
    }

    /// The user says that there is credit again, and finds out with this job: the waits begin anew.
    async fn probe_now(&self, job: &Job) -> Result<(), Problem> {
        let meta = match self.credentials.paying_for(&job.slot()).await {
            Ok(meta) => meta,
            Err(Fault::NotFound) => return Ok(()),
            Err(fault) => return Err(fault.into()),
        };
        if let CredentialState::OutOfCredit { .. } = meta.state {
            // This job is the probe; the sweeper's next one waits for what it finds out.
            let probe_at = now().saturating_add(probe_wait(0)).unwrap_or(Timestamp::MAX);
            let state = CredentialState::OutOfCredit { probe_at, probes: 0 };
            let next = CredentialMeta { state, revision: meta.revision + 1, ..meta };
            match self.credentials.change(&next, None, None).await {
                Ok(()) | Err(Fault::Conflict) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(())
    }
}

fn not_allowed(job: &Job, refused: NotAllowed) -> Problem {
    let detail = match job.state {
        State::Unknown => {
            "The provider may already have done and charged for this. To do it again all the same, POST \
             {\"accept_double_charge\": true} to its /retry; to drop it, POST to its /cancel."
        }
        State::Running { .. } | State::Submitted { .. } => {
            "The call to the provider is under way and cannot be called back. Wait for its end."
        }
        State::Succeeded { .. } | State::Cancelled => "The job has ended. Make a new one.",
        State::Queued { .. } => "The job is already waiting for its turn.",
        State::Paused { .. } => "The job waits. Resume or cancel it.",
        State::Failed { .. } => "The job has failed. Retry it, or make a new one.",
    };
    Problem::new(ProblemKind::JobStateConflict, detail).with("state", refused.state)
}
