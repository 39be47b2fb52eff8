//! Jobs that somebody should have looked at by now.

use std::time::Duration;

use domain::audit::Action;
use domain::job::{FailReason, Job, POINTER_GRACE_SECONDS, State};
use domain::{Fault, Timestamp};
use futures_util::future::join_all;
use runtime::now;
use store::Work;

use crate::{Belief, Sweeper};

/// How many jobs are moved at the same time.
const AT_ONCE: usize = 16;

impl Sweeper {
    pub(crate) async fn sweep_overdue(&self, belief: Belief) -> Result<(), Fault> {
        let shards = join_all(Work::shards().map(|shard| self.sweep_overdue_in(shard, belief))).await;
        shards.into_iter().fold(Ok(()), Result::and)
    }

    async fn sweep_overdue_in(&self, shard: u8, belief: Belief) -> Result<(), Fault> {
        let started = now();
        let until = if belief == Belief::AllLost { Timestamp::MAX } else { started };
        let (mut swept, mut after) = (Ok(()), None);
        loop {
            let page = self.work.due(shard, until, after).await?;
            // A job that was moved a page ago comes again further on: it is not moved twice.
            let unmoved: Vec<_> = page.items.iter().filter(|job| job.updated_at < started).collect();
            for jobs in unmoved.chunks(AT_ONCE) {
                let moved = join_all(jobs.iter().map(|job| self.move_on(job, belief))).await;
                swept = moved.into_iter().fold(swept, Result::and);
            }
            after = page.next;
            if after.is_none() {
                return swept;
            }
        }
    }

    async fn move_on(&self, job: &Job, belief: Belief) -> Result<(), Fault> {
        let now = now();
        match job.state {
            State::Queued { due, resends } | State::Submitted { due, resends } => {
                if let Ok(failed) = job.give_up_sending(now) {
                    let told = Some((Action::JobFailed, FailReason::Undeliverable.code()));
                    return self.advance(job, &failed, told, None).await;
                }
                let Ok(next) = job.resend(belief == Belief::AllLost, now) else { return Ok(()) };
                // A wait that the provider asked for is still kept. One that only gave an earlier pointer time is over.
                let wait = match resends {
                    0 => due.duration_since(now).as_secs().saturating_sub(POINTER_GRACE_SECONDS),
                    _ => 0,
                };
                let wait = Duration::from_secs(u64::try_from(wait).unwrap_or(0));
                tracing::info!(job.id = %job.id, "pointer sent again");
                self.advance(job, &next, None, Some(wait)).await
            }
            State::Running { .. } => {
                let note = match job.submission {
                    Some(_) => "The worker that asked about the order is gone. It is asked about again.",
                    None => {
                        "The worker that had this job is gone. The provider may have done the work and charged."
                    }
                };
                let Ok(next) = job.lose_answer(note.to_owned(), now) else { return Ok(()) };
                tracing::warn!(job.id = %job.id, job.state = next.state.name(), "lease ran out");
                match next.state {
                    State::Unknown => {
                        self.advance(job, &next, Some((Action::JobUnknown, "worker_lost")), None).await
                    }
                    _ => {
                        self.advance(
                            job,
                            &next,
                            Some((Action::JobRequeued, "worker_lost")),
                            Some(Duration::ZERO),
                        )
                        .await
                    }
                }
            }
            State::Paused { until: Some(until), .. } if belief == Belief::Alive || until <= now => {
                let Ok(next) = job.resume(false, now) else { return Ok(()) };
                self.advance(job, &next, Some((Action::JobResumed, "ok")), Some(Duration::ZERO)).await
            }
            _ => Ok(()),
        }
    }
}
