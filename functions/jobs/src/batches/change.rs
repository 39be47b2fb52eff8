//! `POST /v1/batches/{id}/cancel` and `/retry`: what a person may do with all jobs of a batch. Each job makes its own
//! move, with its own audit event; one that cannot does not hold up the others.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as App;
use axum::response::Response;
use domain::audit::Action;
use domain::batch::Batch;
use domain::job::{Job, NotAllowed, State};
use domain::{BatchId, Timestamp};
use futures_util::future::join_all;
use runtime::now;
use serde::Deserialize;
use web::{
    JobsWrite, JsonBody, Nothing, PathOf, Permit, Principal, Problem, ProblemKind, reply, with_allowance,
};

use super::view::MovedView;
use crate::JobsApi;

/// How many jobs are moved at the same time: as many as one message batch has pointers.
const AT_ONCE: usize = 10;

/// How long a request moves jobs before it answers. Those that are left count as missed, and are for the next request.
const LONGEST_MOVING: Duration = Duration::from_secs(18);

/// What a cancellation takes.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "BatchCancellation"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancel {
    /// Also the jobs that the provider may have done and billed: they are given up.
    #[serde(default)]
    discard_unknown: bool,
}

/// Cancels what is queued or paused; what runs cannot be called back, what has ended stays.
pub(crate) async fn cancel(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<BatchId>,
    App(app): App<Arc<JobsApi>>,
    body: Option<JsonBody<Cancel>>,
) -> Result<Response, Problem> {
    let discard_unknown = body.is_some_and(|JsonBody(body)| body.discard_unknown);
    let batch = app.jobs.read_batch(&principal.tenant, id).await?;
    // Jobs that are made after this would not be cancelled.
    let batch = app.make_jobs(batch).await;
    let cancel = |job: &Job| match job.state {
        State::Unknown if !discard_unknown => Err(NotAllowed { state: job.state.name() }),
        _ => job.cancel(now()),
    };
    let moved = app.move_each(&principal, &batch, (Action::JobCancelled, u32::MAX), cancel).await?;
    let Moved { moved, missed } = moved;
    let moved = MovedView { cancelled: Some(moved), missed: Some(missed), ..MovedView::default() };
    Ok(reply::ok(&app.batch_view(&batch).await?.with_moved(moved)))
}

/// Does the failed jobs again, and no others: one whose outcome is unknown may have been billed, and is for its own job's
/// `/retry`, one by one.
pub(crate) async fn retry(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<BatchId>,
    App(app): App<Arc<JobsApi>>,
    _nothing: Option<JsonBody<Nothing>>,
) -> Result<Response, Problem> {
    let batch = app.jobs.read_batch(&principal.tenant, id).await?;
    let failed = app.jobs.count_states(&batch).await?.get("failed").copied().unwrap_or(0);
    let allowed = app.allow(&principal.tenant, failed).await?;
    let retry = |job: &Job| job.retry(false, now());
    let moved = app.move_each(&principal, &batch, (Action::JobRetried, failed), retry).await?;
    app.allowances.give_back(&principal.tenant, &allowed, failed.saturating_sub(moved.moved)).await;
    let Moved { moved, missed } = moved;
    let moved = MovedView { retried: Some(moved), missed: Some(missed), ..MovedView::default() };
    let view = app.batch_view(&batch).await?.with_moved(moved);
    let answer = reply::accepted(&view, &format!("/v1/batches/{id}"), 1);
    Ok(with_allowance(answer, &allowed))
}

/// How many jobs were moved, and how many could not be although their state allows it: a store of ours did not answer,
/// or others kept changing them. Those are for the next request.
#[derive(Default)]
struct Moved {
    moved: u32,
    missed: u32,
}

impl JobsApi {
    /// Makes a move of each job of a batch whose state allows it, of `most` at most. Those that are queued then get
    /// their pointers.
    async fn move_each(
        &self,
        principal: &Principal,
        batch: &Batch,
        (action, most): (Action, u32),
        make: impl Fn(&Job) -> Result<Job, NotAllowed>,
    ) -> Result<Moved, Problem> {
        let (mut all, mut after, mut tried) = (Moved::default(), None, 0);
        let stop = now().saturating_add(LONGEST_MOVING).unwrap_or(Timestamp::MAX);
        loop {
            let page = self.jobs.of_batch(batch, after).await?;
            let movable: Vec<_> = page.items.into_iter().filter(|job| make(job).is_ok()).collect();
            for jobs in movable.chunks(AT_ONCE) {
                // Those that came into the state only now are for the next request.
                tried += u32::try_from(jobs.len()).unwrap_or(0);
                if now() > stop || tried > most {
                    all.missed += u32::try_from(jobs.len()).unwrap_or(0);
                    continue;
                }
                let moves = jobs.iter().map(|job| self.move_on(principal, job.clone(), action, &make));
                let mut moved = Vec::with_capacity(jobs.len());
                for job in join_all(moves).await {
                    match job {
                        Ok(job) => moved.push(job),
                        // Somebody else has moved it out of the way; the counts tell where it is.
                        Err(problem) if problem.kind() == ProblemKind::JobStateConflict => {}
                        Err(_) => all.missed += 1,
                    }
                }
                all.moved += u32::try_from(moved.len()).unwrap_or(0);
                moved.retain(|job| matches!(job.state, State::Queued { .. }));
                self.queues.send_all(&moved).await;
            }
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }
}
