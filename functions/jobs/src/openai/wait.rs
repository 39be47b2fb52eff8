//! Waiting for jobs, by looking at their rows.
//!
//! Who calls this door takes an error for the end: no image, nothing charged, nothing left behind. So a job that would
//! wait for a person is taken back here. One that waits for credit only because another has met with none asks the
//! provider once itself, as a job does that somebody resumes: without a waiting job nobody would ever find out that there
//! is credit again.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use domain::JobId;
use domain::audit::Action;
use domain::job::{Job, NotAllowed, PauseReason, State};
use futures_util::future::join_all;
use runtime::now;
use tokio::time::{Instant, sleep};
use web::{Principal, Problem, ProblemKind};

use super::generate::Work;
use crate::JobsApi;

/// How long a request waits. The function has 25 seconds, the gateway 30; what is left is for reading the images.
const LONGEST_WAIT: Duration = Duration::from_secs(21);

/// The first look comes soon, the others a second apart: a look is a read of one row, or of a batch's few.
const FIRST_LOOK: Duration = Duration::from_millis(125);
const LOOKS: Duration = Duration::from_secs(1);

impl JobsApi {
    /// The jobs as they are when all of them have come to rest, or the time is over. A job that was taken back is as it was
    /// just before.
    pub(super) async fn wait_for(
        &self,
        principal: &Principal,
        work: &Work,
        started: Instant,
    ) -> Result<Vec<Job>, Problem> {
        let (mut helped, mut look) = (HashSet::new(), FIRST_LOOK);
        loop {
            sleep(look).await;
            look = (look * 2).min(LOOKS);
            let jobs = self.look_at(principal, work).await?;
            if started.elapsed() >= LONGEST_WAIT {
                return Ok(jobs);
            }
            if self.ask_once_more(principal, &jobs, &mut helped).await? || !all_at_rest(work, &jobs) {
                continue;
            }
            let taken_back = self.take_back(principal, &jobs).await?;
            if let Some(taken_back) = taken_back {
                let as_before = |job: Job| taken_back.get(&job.id).cloned().unwrap_or(job);
                return Ok(jobs.into_iter().map(as_before).collect());
            }
        }
    }

    async fn look_at(&self, principal: &Principal, work: &Work) -> Result<Vec<Job>, Problem> {
        match work {
            Work::Job(id) => Ok(vec![self.jobs.read(&principal.tenant, *id).await?]),
            Work::Batch(batch) => {
                let mut jobs = self.jobs.of_batch(batch, None).await?.items;
                jobs.reverse();
                Ok(jobs)
            }
        }
    }

    /// Lets each job ask the provider itself once that waits for credit on another's word.
    async fn ask_once_more(
        &self,
        principal: &Principal,
        jobs: &[Job],
        helped: &mut HashSet<JobId>,
    ) -> Result<bool, Problem> {
        let on_anothers_word = |job: &&Job| {
            matches!(job.state, State::Paused { reason: PauseReason::OutOfCredit, .. }) && job.calls == 0
        };
        let to_help: Vec<_> =
            jobs.iter().filter(on_anothers_word).filter(|job| helped.insert(job.id)).collect();
        for job in &to_help {
            match self.resume_waiting(principal, (*job).clone()).await {
                Err(problem) if has_moved(&problem) => {}
                resumed => drop(resumed?),
            }
        }
        Ok(!to_help.is_empty())
    }

    /// Takes back what would wait for somebody. None, if one of them has gone on meanwhile.
    async fn take_back(
        &self,
        principal: &Principal,
        jobs: &[Job],
    ) -> Result<Option<HashMap<JobId, Job>>, Problem> {
        let waiting = jobs.iter().filter(|job| matches!(job.state, State::Paused { .. }));
        let cancel = |job: &Job| match job.state {
            State::Paused { .. } => job.cancel(now()),
            _ => Err(NotAllowed { state: job.state.name() }),
        };
        let cancelled = join_all(waiting.map(async |job| {
            let taken = self.move_on(principal, job.clone(), Action::JobCancelled, cancel).await;
            (job.clone(), taken)
        }));
        let mut taken_back = HashMap::new();
        for (job, cancelled) in cancelled.await {
            match cancelled {
                Ok(_) => drop(taken_back.insert(job.id, job)),
                Err(problem) if has_moved(&problem) => return Ok(None),
                Err(other) => return Err(other),
            }
        }
        Ok(Some(taken_back))
    }
}

/// Whether a job could not be moved because it has moved by itself.
fn has_moved(problem: &Problem) -> bool {
    matches!(problem.kind(), ProblemKind::JobStateConflict | ProblemKind::Conflict)
}

/// Whether nothing will change by itself soon. An order that the provider has taken is not given up, whatever it waits for.
fn all_at_rest(work: &Work, jobs: &[Job]) -> bool {
    let whole = match work {
        Work::Job(_) => true,
        Work::Batch(batch) => u32::try_from(jobs.len()) == Ok(batch.total),
    };
    let at_rest = |job: &Job| match job.state {
        State::Queued { .. } | State::Running { .. } | State::Submitted { .. } => false,
        State::Paused { .. } => job.submission.is_none(),
        State::Unknown | State::Succeeded { .. } | State::Failed { .. } | State::Cancelled => true,
    };
    whole && jobs.iter().all(at_rest)
}
