//! Putting on record what happens to a job, and holding on to it when a store of ours falters.

use std::time::Duration;

use domain::audit::{Action, AuditEvent};
use domain::budget::Shortfall;
use domain::job::{Job, PauseReason, State};
use domain::notice::{News, Notice};
use domain::outcome::StoredImage;
use domain::persona::Persona;
use domain::queue::JobRef;
use domain::settle::turn_wait;
use domain::{AuditId, Fault};
use providers::MadeImage;
use runtime::{now, random};
use store::Taken;

use crate::Worker;

/// How often an image is stored that must not be lost, beyond what the SDK tries by itself.
const TRIES: u32 = 5;

/// The longest wait between two tries of a write.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl Worker {
    /// What the audit trail says about a job, in the name of whoever asked for it.
    pub(crate) fn event(&self, job: &Job, action: Action, outcome: &str) -> AuditEvent {
        AuditEvent::of_job(AuditId::make(now(), &random()), &job.created_by, action, outcome, job)
    }

    /// Takes a job. False when somebody else has it, or when it must wait its turn.
    pub(crate) async fn take(
        &self,
        queued: &Job,
        running: &Job,
        events: &[AuditEvent],
    ) -> Result<bool, Fault> {
        match self.jobs.take(queued, running, events).await {
            Ok(Taken::Yes) => Ok(true),
            Ok(Taken::NoTurn) => self.put_off(queued).await.map(|()| false),
            Ok(Taken::OverBudget(shortfall)) => {
                self.wait_for_budget(queued, &shortfall).await.map(|()| false)
            }
            // The write may have been applied although its answer was lost; the lease's token tells.
            Err(Fault::Conflict | Fault::Unavailable) => self.is_on_record(running).await,
            Err(other) => Err(other),
        }
    }

    /// Records a move from a running job. Tried until it holds or the lease is lost: what the provider did must not be
    /// forgotten.
    pub(crate) async fn record(
        &self,
        from: &Job,
        to: &Job,
        persona: Option<&Persona>,
        event: Option<AuditEvent>,
    ) -> Result<(), Fault> {
        let mut wait = Duration::from_millis(200);
        let until = match from.state {
            State::Running { lease } => lease.until,
            _ => now(),
        };
        loop {
            match self.jobs.advance_with(from, to, persona, event.as_slice()).await {
                Err(Fault::Unavailable) => {}
                // Applied by an earlier try, or overtaken.
                Err(Fault::Conflict) => match self.is_on_record(to).await {
                    Ok(true) => break,
                    Ok(false) => return self.record_late(from, to, event).await,
                    Err(_) => {}
                },
                Ok(()) => break,
                other => return other,
            }
            if now() > until {
                let order = to.submission.as_ref().map(|submission| submission.id.as_str());
                tracing::error!(job.id = %to.id, job.state = to.state.name(), order, "not put on record");
                return Err(Fault::Unavailable);
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        self.metrics.moved(from, to);
        Ok(())
    }

    /// The lease was lost, so the job's state is no longer ours to write. What the call cost is still true, and the
    /// books must hold it; but an order is asked about again, and booked by whoever hears of its end.
    async fn record_late(&self, from: &Job, to: &Job, event: Option<AuditEvent>) -> Result<(), Fault> {
        let Some(event) = event else { return Ok(()) };
        let cost = event.cost.filter(|_| from.submission.is_none());
        let event = AuditEvent { cost, at_most: None, ..event };
        tracing::error!(job.id = %to.id, job.state = to.state.name(), "lease lost; recorded in the trail only");
        self.jobs.append(from, &[AuditEvent { outcome: "too_late".to_owned(), ..event }]).await
    }

    /// Stores an image that has been paid for.
    pub(crate) async fn store(&self, image: &StoredImage, made: MadeImage) -> Result<(), Fault> {
        let mut wait = Duration::from_millis(500);
        for _ in 1..TRIES {
            if self.images.put(image, made.bytes.clone()).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        self.images.put(image, made.bytes).await
    }

    /// The job waits; no call was made for it.
    pub(crate) async fn pause_unstarted(
        &self,
        job: &Job,
        reason: PauseReason,
        note: String,
    ) -> Result<(), Fault> {
        let Ok(paused) = job.pause(reason, note, now()) else { return Ok(()) };
        let event = self.event(&paused, Action::JobPaused, reason.code());
        match self.jobs.advance(job, &paused, &[event]).await {
            // Somebody else moved it meanwhile; then it is theirs.
            Err(Fault::Conflict) => Ok(()),
            Ok(()) => {
                self.metrics.moved(job, &paused);
                Ok(())
            }
            other => other,
        }
    }

    /// A budget has less left than the call may cost. The job waits; no call was made. Everybody is told, once.
    async fn wait_for_budget(&self, job: &Job, shortfall: &Shortfall) -> Result<(), Fault> {
        self.pause_unstarted(job, PauseReason::BudgetExceeded, shortfall.in_words()).await?;
        let at = now();
        let news = News::exceeded(&shortfall.budget, shortfall.month);
        let notice = Notice::after(AuditId::make(at, &random()), at, &job.tenant, news);
        self.budgets.tell_exceeded(&shortfall.budget, shortfall.month, &notice).await
    }

    /// The provider works on enough orders of this API key. The job comes back when one may have ended; no call was made
    /// and none is counted.
    async fn put_off(&self, job: &Job) -> Result<(), Fault> {
        let delay = turn_wait(job.id.spread());
        let note = format!(
            "{} works on as many orders of this API key as it takes at once. This one waits its turn.",
            job.provider.display_name()
        );
        let delay_seconds = i64::try_from(delay.as_secs()).unwrap_or(4);
        let Ok(next) = job.put_off(delay_seconds, note, now()) else { return Ok(()) };
        match self.jobs.advance(job, &next, &[]).await {
            Ok(()) => {
                self.queues.send(next.provider, &JobRef::new(next.tenant.clone(), next.id), delay).await
            }
            // Somebody else moved it meanwhile; then it is theirs.
            Err(Fault::Conflict) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Sends the pointer of a queued job again, a little later, for an invocation with more time.
    pub(crate) async fn send_back(&self, job: &Job) -> Result<(), Fault> {
        self.queues.send(job.provider, &JobRef::new(job.tenant.clone(), job.id), Duration::from_secs(5)).await
    }

    async fn is_on_record(&self, job: &Job) -> Result<bool, Fault> {
        let stored = self.jobs.read(&job.tenant, job.id).await?;
        Ok(stored == Job { audit_id: stored.audit_id, ..job.clone() })
    }
}
