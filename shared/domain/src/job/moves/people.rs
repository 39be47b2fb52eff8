//! What people may do with a job that has come to rest, or waits.

use jiff::Timestamp;

use super::{Moved, after};
use crate::job::{Earlier, Job, POINTER_GRACE_SECONDS, State};

impl Job {
    /// User: do it again. A job whose outcome is unknown may then be billed twice: `accept_double_charge`.
    ///
    /// # Errors
    /// [`NotAllowed`](crate::job::NotAllowed) unless it has failed, or is unknown and the risk is accepted.
    pub fn retry(&self, accept_double_charge: bool, now: Timestamp) -> Moved {
        match self.state {
            State::Failed { .. } => {}
            State::Unknown if accept_double_charge => {}
            _ => return self.refuse(),
        }
        let queued = State::Queued { due: after(now, POINTER_GRACE_SECONDS), resends: 0 };
        let next = self.next(queued, now);
        let earlier = Earlier {
            attempts: self.attempts,
            cost: self.total_cost().unwrap_or_default(),
            at_most: self.total_at_most().unwrap_or_default(),
        };
        Ok(Self { strikes: 0, note: None, cost: None, earlier, submission: None, finished_at: None, ..next })
    }

    /// User: take it back, or discard one whose outcome is unknown.
    ///
    /// # Errors
    /// [`NotAllowed`](crate::job::NotAllowed) once it runs or has ended: a call under way cannot be called back.
    pub fn cancel(&self, now: Timestamp) -> Moved {
        let (State::Queued { .. } | State::Paused { .. } | State::Unknown) = self.state else {
            return self.refuse();
        };
        // What the provider has taken it may do and charge: the order stays, with what it was said to cost.
        let ordered = matches!(self.state, State::Paused { .. });
        let submission = self.submission.clone().filter(|_| ordered);
        Ok(Self { note: None, cost: None, submission, ..self.finished(State::Cancelled, now) })
    }
}
