//! The sweeper: `functions/sweeper/src/overdue.rs`, `waiting.rs` and `budgets.rs`. It reads and writes in one step, which
//! hides nothing: what comes between the two makes its write fail, and it looks again a minute later.

use std::sync::Arc;

use domain::audit::{Action, AuditEvent};
use domain::credential::{CredentialMeta, CredentialState};
use domain::job::{Job, PauseReason, State};

use crate::NOW;
use crate::hand::Hand;
use crate::setup::Mutant;
use crate::table::{Writer, line_id};
use crate::world::World;

impl World {
    /// Whether nobody has a pointer to the job, nor is one on its way.
    fn pointer_is_lost(&self, index: usize) -> bool {
        let before = |hand: &Hand| !matches!(hand, Hand::Working(..)) && hand.job() == Some(index);
        self.rows[index].pointers == 0 && !self.hands.iter().any(before)
    }

    /// What is overdue: a pointer, a lease, or a wait for a provider that is down.
    pub(crate) fn is_due(&self, index: usize) -> bool {
        let row = &self.rows[index];
        match row.job.state {
            State::Queued { .. } | State::Submitted { .. } => {
                self.pointer_is_lost(index) && self.setup.mutant != Some(Mutant::NoSweeper)
            }
            State::Running { .. } => row.overdue,
            State::Paused { until, .. } => until.is_some(),
            _ => false,
        }
    }

    /// `move_on`.
    pub(crate) fn sweep(&mut self, index: usize) {
        let job = Arc::clone(&self.rows[index].job);
        let (next, said) = match job.state {
            State::Queued { .. } | State::Submitted { .. } => (job.resend(false, NOW), None),
            State::Running { .. } => {
                let next = job.lose_answer(String::new(), NOW).unwrap();
                let action =
                    if next.state == State::Unknown { Action::JobUnknown } else { Action::JobRequeued };
                (Ok(next), Some((action, "worker_lost")))
            }
            _ => (job.resume(false, NOW), Some((Action::JobResumed, "ok"))),
        };
        self.move_on(index, &job, &next.unwrap(), said);
    }

    /// Whether the job waits for an API key or for credit, and either is there. Or for a budget that has enough left.
    pub(crate) fn can_go_on(&self, index: usize) -> bool {
        let job = &self.rows[index].job;
        match job.state {
            State::Paused { reason: PauseReason::BudgetExceeded, .. } => {
                job.most() <= self.ledger.left(&self.setup.budget())
            }
            _ => {
                self.waits_for_the_api_key(index)
                    && self.credential.as_ref().is_some_and(|meta| meta.admits(false))
            }
        }
    }

    /// Whether the job may go ahead to find out whether there is credit again.
    pub(crate) fn can_probe(&self, index: usize) -> bool {
        let state = self.credential.as_ref().map(|credential| &credential.state);
        self.waits_for_the_api_key(index) && matches!(state, Some(CredentialState::OutOfCredit { .. }))
    }

    /// What a job waits for in truth, if it was told something else.
    pub(crate) fn waits_in_truth_for(&self, index: usize) -> Option<PauseReason> {
        let State::Paused { reason: told, .. } = self.rows[index].job.state else { return None };
        let reason = match self.credential.as_ref().map(|credential| &credential.state) {
            None => PauseReason::ApiKeyMissing,
            Some(CredentialState::OutOfCredit { .. }) => PauseReason::OutOfCredit,
            Some(CredentialState::Invalid { .. }) => PauseReason::ApiKeyInvalid,
            Some(_) => return None,
        };
        (self.waits_for_the_api_key(index) && told != reason).then_some(reason)
    }

    /// `release`, after the next probe was put off if this is one.
    pub(crate) fn release(&mut self, index: usize, probe: bool) {
        if let (true, Some(credential)) = (probe, &mut self.credential) {
            let revision = credential.revision + 1;
            *credential = Arc::new(CredentialMeta { revision, ..CredentialMeta::clone(credential) });
        }
        let job = Arc::clone(&self.rows[index].job);
        let next = job.resume(probe, NOW).unwrap();
        self.move_on(index, &job, &next, Some((Action::JobResumed, "ok")));
    }

    /// `tell`.
    pub(crate) fn tell_what_it_waits_for(&mut self, index: usize) {
        let Some(reason) = self.waits_in_truth_for(index) else { return };
        let job = Arc::clone(&self.rows[index].job);
        let next = job.wait_for(reason, String::new(), NOW).unwrap();
        self.move_on(index, &job, &next, Some((Action::JobPaused, reason.code())));
    }

    fn waits_for_the_api_key(&self, index: usize) -> bool {
        use PauseReason::{ApiKeyInvalid, ApiKeyMissing, OutOfCredit};
        let state = &self.rows[index].job.state;
        matches!(state, State::Paused { reason: OutOfCredit | ApiKeyMissing | ApiKeyInvalid, .. })
    }

    /// A move that nobody's lease stands behind, with its pointer if it needs one.
    pub(crate) fn move_on(&mut self, index: usize, from: &Job, to: &Job, said: Option<(Action, &str)>) {
        let id = line_id(Writer::Other, to);
        let event = said.map(|(action, outcome)| AuditEvent::of_job(id, "sweeper", action, outcome, to));
        let written = self.write(index, from, to, event.as_slice());
        if let (true, State::Queued { .. } | State::Submitted { .. }) = (written, &to.state) {
            self.send_pointer(index);
        }
    }
}
