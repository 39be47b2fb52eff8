//! Messages that are no pointers to jobs: they are put aside with the reason, rather than tried again and again.

use domain::queue::NotAJobRef;
use domain::{Fault, JobId, TenantId};
use runtime::now;

use crate::Worker;

impl Worker {
    /// Whether the message is out of the way. If not, SQS puts it aside after some receives, without a reason.
    pub(crate) async fn put_aside(&self, body: &str, reason: &NotAJobRef) -> bool {
        if let NotAJobRef::OtherVersion { job: Some((tenant, job)), .. } = reason {
            // Best effort: the job itself is on record, and the sweeper sends a pointer that this code can read.
            if let Err(error) = self.note(tenant, *job, reason).await {
                tracing::warn!(job.id = %job, %error, "not noted");
            }
        }
        self.dead_letters.put(body, &reason.to_string()).await.is_ok()
    }

    async fn note(&self, tenant: &TenantId, job: JobId, reason: &NotAJobRef) -> Result<(), Fault> {
        let job = self.jobs.read(tenant, job).await?;
        let note = format!("A message about it could not be read: {reason}. It is sent again.");
        match job.noted(note, now()) {
            Ok(next) => self.jobs.advance(&job, &next, &[]).await,
            Err(_) => Ok(()),
        }
    }
}
