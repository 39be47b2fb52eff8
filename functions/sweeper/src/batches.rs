//! Batches whose jobs were not all made: whoever was at it is gone.

use std::time::Duration;

use domain::audit::{Action, AuditEvent};
use domain::batch::Batch;
use domain::job::Job;
use domain::{AuditId, Fault, Timestamp};
use runtime::{now, random};

use crate::{Belief, Sweeper};

/// How long one sweep makes jobs. The next goes on, after the batch's time is over once more.
const LONGEST_MAKING: Duration = Duration::from_secs(30);

impl Sweeper {
    pub(crate) async fn sweep_batches(&self, belief: Belief) -> Result<(), Fault> {
        let started = now();
        let until = if belief == Belief::AllLost { Timestamp::MAX } else { started };
        let stop = started.saturating_add(LONGEST_MAKING).unwrap_or(Timestamp::MAX);
        let mut swept = Ok(());
        for batch in self.work.unfinished_batches(until).await? {
            tracing::warn!(batch.id = %batch.id, "batch not whole; its jobs are made");
            match self.make_jobs(batch, stop).await {
                // In the log already. It stays visible as it is, and keeps nobody from starting.
                Err(Fault::Broken) => {}
                made => swept = swept.and(made),
            }
        }
        swept
    }

    async fn make_jobs(&self, mut batch: Batch, stop: Timestamp) -> Result<(), Fault> {
        while batch.is_creating() && now() < stop {
            let (next, jobs) = self.jobs.make_next(&batch, now(), submitted).await?;
            self.queues.send_all(&jobs).await;
            batch = next;
        }
        Ok(())
    }
}

/// In the name of whoever asked for it: the sweeper only brings to its end what they did.
fn submitted(job: &Job) -> AuditEvent {
    let id = AuditId::make(job.updated_at, &random());
    AuditEvent::of_job(id, &job.created_by, Action::JobSubmitted, "ok", job)
}
