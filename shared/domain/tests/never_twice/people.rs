//! People: `functions/jobs/src/change.rs`, and what they do with API keys and at the provider. Their moves read and write
//! in one step, as the sweeper's do.

use std::sync::Arc;

use domain::audit::Action;
use domain::credential::{CredentialMeta, CredentialState};
use domain::job::{PauseReason, State};

use crate::NOW;
use crate::hand::Hand;
use crate::world::World;

impl World {
    /// Takes a job back, or gives up one of which nobody knows what became.
    pub(crate) fn cancel(&mut self, index: usize) {
        let job = Arc::clone(&self.rows[index].job);
        let next = job.cancel(NOW).unwrap();
        self.move_on(index, &job, &next, Some((Action::JobCancelled, "ok")));
    }

    /// Has a job done again.
    pub(crate) fn retry(&mut self, index: usize, accept: bool) {
        let job = Arc::clone(&self.rows[index].job);
        let next = job.retry(accept, NOW).unwrap();
        // Whoever has a job done again that has failed was told what it cost. Else the risk must be accepted.
        if accept || matches!(job.state, State::Failed { .. }) {
            // A worker that is believed dead may yet make its call: that is part of the risk.
            let may_call = |hand: &&Hand| hand.job() == Some(index) && hand.may_call();
            let coming = u8::try_from(self.hands.iter().filter(may_call).count()).unwrap();
            let row = self.row(index);
            row.licensed = row.perhaps_accepted() + coming + 1;
        }
        self.move_on(index, &job, &next, Some((Action::JobRetried, "ok")));
    }

    /// Sends a job on that waits. One that waits for credit goes ahead to find out.
    pub(crate) fn resume(&mut self, index: usize) {
        let job = Arc::clone(&self.rows[index].job);
        let probe = matches!(job.state, State::Paused { reason: PauseReason::OutOfCredit, .. });
        let next = job.resume(probe, NOW).unwrap();
        self.move_on(index, &job, &next, Some((Action::JobResumed, "ok")));
    }

    /// Stores an API key: in the place of another, or where there is none.
    pub(crate) fn store(&mut self) {
        let stored = match &self.credential {
            Some(old) => CredentialMeta {
                version: old.version + 1,
                revision: old.revision + 1,
                state: CredentialState::Active,
                ..CredentialMeta::clone(old)
            },
            None => {
                self.credentials += 1;
                self.setup.credential(self.credentials - 1)
            }
        };
        self.credential = Some(Arc::new(stored));
    }
}
