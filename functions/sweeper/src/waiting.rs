//! Jobs that wait for an API key or for credit: when it is there, they go on in the order of their making.

use std::time::Duration;

use domain::audit::Action;
use domain::credential::{CredentialMeta, CredentialState};
use domain::job::{Job, PauseReason, State};
use domain::settle::probe_wait;
use domain::{Fault, SignedDuration, Timestamp};
use futures_util::future::join_all;
use runtime::now;
use store::{WaitingGroup, Work};

use crate::Sweeper;

/// How many jobs of one API key go on in one sweep at most.
const RELEASED_AT_ONCE: i32 = 100;

/// How many go on at first, when only the probe has shown that the API key works.
const RELEASED_AT_FIRST: usize = 10;

/// How long that is.
const AT_FIRST: SignedDuration = SignedDuration::from_secs(10);

impl Sweeper {
    pub(crate) async fn sweep_waiting(&self) -> Result<(), Fault> {
        let shards = join_all(Work::shards().map(|shard| self.sweep_waiting_in(shard))).await;
        let waiting = shards.into_iter().try_fold(0_u64, |sum, shard| Ok(sum.saturating_add(shard?)))?;
        self.metrics.paused_jobs(waiting);
        Ok(())
    }

    /// How many jobs it has found, of one API key no more than it would release.
    async fn sweep_waiting_in(&self, shard: u8) -> Result<u64, Fault> {
        let (mut swept, mut waiting, mut after) = (Ok(()), 0_u64, None);
        while let Some(group) = self.work.next_waiting(shard, after.as_ref(), RELEASED_AT_ONCE).await? {
            waiting = waiting.saturating_add(u64::try_from(group.jobs.len()).unwrap_or(u64::MAX));
            swept = swept.and(self.help(&group).await);
            after = Some(group.prefix);
        }
        swept.map(|()| waiting)
    }

    async fn help(&self, group: &WaitingGroup) -> Result<(), Fault> {
        let Some(first) = group.jobs.first() else { return Ok(()) };
        if matches!(first.state, State::Paused { reason: PauseReason::BudgetExceeded, .. }) {
            return self.help_within_budget(&group.jobs).await;
        }
        let slot = first.slot();
        let paying = match self.credentials.paying_for(&slot).await {
            Err(Fault::NotFound) => return self.tell(group, PauseReason::ApiKeyMissing).await,
            other => other?,
        };
        // A ramp rather than a flood.
        let proven = |at: Timestamp| now().duration_since(at) > AT_FIRST;
        let most = if paying.verified_at.is_none_or(proven) { usize::MAX } else { RELEASED_AT_FIRST };
        let mut jobs = group.jobs.iter().filter(|job| waits_for_the_api_key(job)).take(most);
        match &paying.state {
            CredentialState::Active | CredentialState::Unverified => {
                for job in jobs {
                    self.release(job, false).await?;
                }
                Ok(())
            }
            CredentialState::OutOfCredit { probe_at, probes } if *probe_at <= now() => {
                let Some(first) = jobs.next() else { return Ok(()) };
                // The next probe is put off first, so that of two sweepers only one probes.
                match self.credentials.change(&next_probe(&paying, probes + 1), None, None).await {
                    Err(Fault::Conflict) => Ok(()),
                    Err(fault) => Err(fault),
                    Ok(()) => self.release(first, true).await,
                }
            }
            CredentialState::OutOfCredit { .. } => self.tell(group, PauseReason::OutOfCredit).await,
            CredentialState::Invalid { .. } => self.tell(group, PauseReason::ApiKeyInvalid).await,
        }
    }

    /// What a job waits for may have changed while it waited: its API key was revoked or replaced. People must not
    /// be told to top up an account that no longer pays.
    async fn tell(&self, group: &WaitingGroup, reason: PauseReason) -> Result<(), Fault> {
        let other = |job: &&Job| !matches!(job.state, State::Paused { reason: told, .. } if told == reason);
        for job in group.jobs.iter().filter(|job| waits_for_the_api_key(job)).filter(other) {
            let Ok(next) = job.wait_for(reason, reason.in_words(job.provider), now()) else { continue };
            self.advance(job, &next, Some((Action::JobPaused, reason.code())), None).await?;
        }
        Ok(())
    }

    pub(crate) async fn release(&self, job: &Job, probe: bool) -> Result<(), Fault> {
        let Ok(next) = job.resume(probe, now()) else { return Ok(()) };
        let outcome = if probe { "probe" } else { "ok" };
        self.advance(job, &next, Some((Action::JobResumed, outcome)), Some(Duration::ZERO)).await
    }
}

fn waits_for_the_api_key(job: &Job) -> bool {
    use PauseReason::{ApiKeyInvalid, ApiKeyMissing, OutOfCredit};
    matches!(job.state, State::Paused { reason: OutOfCredit | ApiKeyMissing | ApiKeyInvalid, .. })
}

fn next_probe(meta: &CredentialMeta, probes: u32) -> CredentialMeta {
    let probe_at = now().saturating_add(probe_wait(probes)).unwrap_or(Timestamp::MAX);
    let state = CredentialState::OutOfCredit { probe_at, probes };
    CredentialMeta { state, revision: meta.revision + 1, ..meta.clone() }
}
