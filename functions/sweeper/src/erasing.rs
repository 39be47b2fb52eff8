//! Accounts that are being erased. Their API keys are gone already, and they take no requests. What is at work ends first,
//! so that the record says what it has cost; then everything goes, page by page, until a look finds nothing more.
//!
//! Each step looks at what is there and not at what was done before, so a crash anywhere costs only the time.

use std::time::Duration;

use domain::audit::{Action, AuditEvent};
use domain::erasure::Erasure;
use domain::job::State;
use domain::{AuditId, Fault, TenantId, Timestamp};
use runtime::{now, random};
use store::JobFilter;

use crate::{ACTOR, Sweeper};

/// How long one sweep erases. The next goes on.
const LONGEST_ERASING: Duration = Duration::from_secs(20);

/// How many jobs are looked at in one page.
const PAGE: usize = 200;

impl Sweeper {
    pub(crate) async fn sweep_erasures(&self) -> Result<(), Fault> {
        let stop = now().saturating_add(LONGEST_ERASING).unwrap_or(Timestamp::MAX);
        let mut swept = Ok(());
        for erasure in self.erasures.list().await? {
            // The index may still tell of one that is over, and whose account has begun anew.
            if self.erasures.find(&erasure.tenant).await?.as_ref() == Some(&erasure) {
                swept = swept.and(self.erase(&erasure, stop).await);
            }
        }
        swept
    }

    async fn erase(&self, erasure: &Erasure, stop: Timestamp) -> Result<(), Fault> {
        let (tenant, go_on) = (&erasure.tenant, || now() < stop);
        let batches = self.remains.clear_batches(tenant, go_on).await?;
        if !batches.whole
            || !self.end_jobs(tenant, go_on).await?
            || !erasure.is_quiet(now(), self.erase_after)
        {
            return Ok(());
        }
        if !self.credentials.list(tenant).await?.is_empty() {
            // Only `api-keys` can delete a sealed secret: it does when it is asked to erase the account again.
            tracing::error!("an account that is being erased still has API keys");
            return Ok(());
        }
        loop {
            let gone = self.remains.clear(tenant, go_on).await?;
            match (gone.whole, gone.deleted) {
                (true, 0) => return self.finish(erasure).await,
                (true, _) => {}
                (false, _) => return Ok(()),
            }
        }
    }

    /// Takes back the jobs that wait. False as long as some are at work, or not all were looked at.
    async fn end_jobs(&self, tenant: &TenantId, go_on: impl Fn() -> bool) -> Result<bool, Fault> {
        let (mut all_ended, mut after) = (true, None);
        loop {
            let filter = JobFilter { after, ..JobFilter::default() };
            let page = self.jobs.list(tenant, &filter, PAGE).await?;
            for job in page.items {
                match job.state {
                    State::Queued { .. } | State::Paused { .. } => {
                        let Ok(cancelled) = job.cancel(now()) else { continue };
                        let told = Some((Action::JobCancelled, "account_erased"));
                        // Looked at again: a worker may have been faster.
                        self.advance(&job, &cancelled, told, None).await?;
                        all_ended = false;
                    }
                    State::Running { .. } | State::Submitted { .. } => all_ended = false,
                    State::Unknown | State::Succeeded { .. } | State::Failed { .. } | State::Cancelled => {}
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(all_ended);
            }
            if !go_on() {
                return Ok(false);
            }
        }
    }

    async fn finish(&self, erasure: &Erasure) -> Result<(), Fault> {
        let at = now();
        let event = AuditEvent::of_subject(
            (AuditId::make(at, &random()), at),
            &erasure.tenant,
            ACTOR,
            Action::AccountErased,
            "ok",
            "account".to_owned(),
        );
        match self.erasures.finish(erasure, event).await {
            // Another sweep was faster.
            Err(Fault::Conflict) => Ok(()),
            other => other,
        }
    }
}
