//! Where a job may go from where it is. Pure: from a job and a time to the next revision of it.
//!
//! Nothing else makes a job change its state. Each move is written with the condition that the stored revision
//! is still the one it was made from (`store`), so two of them can never both win.

use jiff::{SignedDuration, Timestamp};

use super::{
    FailReason, Job, Lease, MOST_RESENDS, POINTER_GRACE_SECONDS, PROVIDER_DOWN_SECONDS, PauseReason, State,
};
use crate::CredentialId;
use crate::budget::{Hold, Month};
use crate::outcome::{Cost, Made, Submission};

/// The job cannot do this from where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible while the job is {state}")]
pub struct NotAllowed {
    /// The name of the state it is in.
    pub state: &'static str,
}

impl Job {
    /// Worker: takes the job and puts the call on record as intended, in one step. From here on a crash leaves
    /// an outcome that nobody knows. The most that it can cost is set aside in `month`.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is queued.
    pub fn begin(
        &self,
        credential: (CredentialId, u32),
        month: Month,
        lease: Lease,
        now: Timestamp,
    ) -> Moved {
        let hold = self.task.costs_money().then(|| Hold { month, amount: self.most() });
        Ok(Self { hold, ..self.begin_with(Some(credential), lease, now)? })
    }

    /// Worker: takes a job that needs no API key, because no provider is asked. A crash leaves it to be begun again.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is queued, and free.
    pub fn begin_without_api_key(&self, lease: Lease, now: Timestamp) -> Moved {
        if self.task.costs_money() { self.refuse() } else { self.begin_with(None, lease, now) }
    }

    fn begin_with(&self, credential: Option<(CredentialId, u32)>, lease: Lease, now: Timestamp) -> Moved {
        let State::Queued { .. } = self.state else { return self.refuse() };
        Ok(Self {
            calls: self.calls + 1,
            attempts: self.attempts + 1,
            credential,
            // The last call's id must not stand beside this one.
            provider_request_id: None,
            submission: None,
            turns_missed: 0,
            note: None,
            ..self.next(State::Running { lease }, now)
        })
    }

    /// Worker: the provider has taken the order. It is on record before it is first asked about, so a crash resumes
    /// the asking and never the order.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is running and nothing was ordered yet.
    pub fn submitted(&self, submission: Submission, delay_seconds: i64, now: Timestamp) -> Moved {
        let (State::Running { .. }, None) = (&self.state, &self.submission) else { return self.refuse() };
        let provider_request_id = Some(submission.id.clone());
        let next = self.next(asked_about_in(delay_seconds, now), now);
        Ok(Self { submission: Some(submission), strikes: 0, probe: false, provider_request_id, ..next })
    }

    /// Worker: takes the job to ask the provider how far it is. No call is counted: nothing is ordered.
    ///
    /// # Errors
    /// [`NotAllowed`] unless the provider has the order.
    pub fn begin_asking(&self, lease: Lease, now: Timestamp) -> Moved {
        let (State::Submitted { .. }, Some(submission)) = (&self.state, &self.submission) else {
            return self.refuse();
        };
        let submission = Some(Submission { polls: submission.polls.saturating_add(1), ..submission.clone() });
        Ok(Self { submission, note: None, ..self.next(State::Running { lease }, now) })
    }

    /// Worker: it is not ready, or could not be asked about. Ask again later.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is running and the provider has the order.
    pub fn ask_again(&self, delay_seconds: i64, note: Option<String>, now: Timestamp) -> Moved {
        let (State::Running { .. }, Some(_)) = (&self.state, &self.submission) else { return self.refuse() };
        Ok(Self { note, ..self.next(asked_about_in(delay_seconds, now), now) })
    }

    /// Worker: the provider does not say any more what became of the order.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is running and the provider has the order.
    pub fn lose_track(&self, note: String, now: Timestamp) -> Moved {
        let (State::Running { .. }, Some(_)) = (&self.state, &self.submission) else { return self.refuse() };
        Ok(Self { note: Some(note), ..self.next(State::Unknown, now) })
    }

    /// Worker: the provider works on as many orders as it takes at once; the job waits its turn. No call was made.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is queued.
    pub fn put_off(&self, delay_seconds: i64, note: String, now: Timestamp) -> Moved {
        let State::Queued { .. } = self.state else { return self.refuse() };
        let queued = State::Queued { due: after(now, delay_seconds + POINTER_GRACE_SECONDS), resends: 0 };
        let turns_missed = self.turns_missed.saturating_add(1);
        Ok(Self { note: Some(note), turns_missed, ..self.next(queued, now) })
    }

    /// Worker or user: the job waits. A call that was not accepted counts as not made.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is queued, running or with the provider.
    pub fn pause(&self, reason: PauseReason, note: String, now: Timestamp) -> Moved {
        let (State::Queued { .. } | State::Running { .. } | State::Submitted { .. }) = self.state else {
            return self.refuse();
        };
        let until = (reason == PauseReason::ProviderDown).then(|| after(now, PROVIDER_DOWN_SECONDS));
        let paused = self.next(State::Paused { reason, until }, now);
        Ok(Self { attempts: self.calls_accepted(), strikes: 0, probe: false, note: Some(note), ..paused })
    }

    /// Sweeper: the job still waits, but for something else: its API key was revoked, say.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is paused.
    pub fn wait_for(&self, reason: PauseReason, note: String, now: Timestamp) -> Moved {
        let State::Paused { .. } = self.state else { return self.refuse() };
        Ok(Self { note: Some(note), ..self.next(State::Paused { reason, until: None }, now) })
    }

    /// Worker: the call was not accepted; the job goes back to the queue and is due after `delay_seconds`.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is running and nothing was ordered yet.
    pub fn requeue(&self, delay_seconds: i64, strike: bool, note: String, now: Timestamp) -> Moved {
        let (State::Running { .. }, None) = (&self.state, &self.submission) else { return self.refuse() };
        let queued = self
            .next(State::Queued { due: after(now, delay_seconds + POINTER_GRACE_SECONDS), resends: 0 }, now);
        let strikes = self.strikes + u32::from(strike);
        Ok(Self { attempts: self.calls_accepted(), strikes, note: Some(note), ..queued })
    }

    /// Worker: done.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is running.
    pub fn succeed(&self, made: Made, cost: Option<Cost>, now: Timestamp) -> Moved {
        let State::Running { .. } = self.state else { return self.refuse() };
        Ok(Self { cost, note: None, ..self.finished(State::Succeeded { made }, now) })
    }

    /// Worker: ended without a result. `cost` is what the call cost all the same, if that is known.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is running.
    pub fn fail(&self, reason: FailReason, note: String, cost: Option<Cost>, now: Timestamp) -> Moved {
        let State::Running { .. } = self.state else { return self.refuse() };
        // Where nobody knows the cost, what the order was said to cost is its upper bound.
        let submission = self.submission.clone().filter(|_| cost.is_none());
        Ok(Self { cost, note: Some(note), submission, ..self.finished(State::Failed { reason }, now) })
    }

    /// Worker or sweeper: the answer is lost. A free call is simply made again, and so is the question how far an
    /// order is.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is running.
    pub fn lose_answer(&self, note: String, now: Timestamp) -> Moved {
        let State::Running { .. } = self.state else { return self.refuse() };
        if self.submission.is_some() {
            return self.ask_again(0, Some(note), now);
        }
        if self.task.costs_money() {
            return Ok(Self { note: Some(note), ..self.next(State::Unknown, now) });
        }
        let queued = State::Queued { due: after(now, POINTER_GRACE_SECONDS), resends: 0 };
        Ok(Self { note: Some(note), ..self.next(queued, now) })
    }

    /// Sweeper: the pointer was lost; the next is due after a longer wait, if it is not `known` that it was: then nothing
    /// speaks against the job.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is queued or with the provider.
    pub fn resend(&self, known: bool, now: Timestamp) -> Moved {
        let (State::Queued { due, resends } | State::Submitted { due, resends }) = self.state else {
            return self.refuse();
        };
        let grace = POINTER_GRACE_SECONDS << resends.min(4);
        // A wait that the provider asked for is kept.
        let (due, resends) = (due.max(after(now, grace)), resends.saturating_add(u32::from(!known)));
        let state = match self.state {
            State::Submitted { .. } => State::Submitted { due, resends },
            _ => State::Queued { due, resends },
        };
        Ok(self.next(state, now))
    }

    /// Worker: something happened that people should know of; the job waits as before.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is queued.
    pub fn noted(&self, note: String, now: Timestamp) -> Moved {
        let State::Queued { .. } = self.state else { return self.refuse() };
        Ok(Self { note: Some(note), ..self.next(self.state.clone(), now) })
    }

    /// Sweeper: no worker has taken it, however often it was sent. No call was made.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is queued and was sent again [`MOST_RESENDS`] times.
    pub fn give_up_sending(&self, now: Timestamp) -> Moved {
        match self.state {
            State::Queued { resends, .. } if resends >= MOST_RESENDS => {
                let note = "No worker has taken it for a day. Nothing was ordered; retry it.".to_owned();
                let state = State::Failed { reason: FailReason::Undeliverable };
                Ok(Self { note: Some(note), ..self.finished(state, now) })
            }
            _ => self.refuse(),
        }
    }

    /// Sweeper or user: what the job waited for is there. `probe`: it goes ahead to find out. What the provider
    /// already has is asked about, not ordered again.
    ///
    /// # Errors
    /// [`NotAllowed`] unless it is paused.
    pub fn resume(&self, probe: bool, now: Timestamp) -> Moved {
        let State::Paused { .. } = self.state else { return self.refuse() };
        let state = match self.submission {
            Some(_) => asked_about_in(0, now),
            None => State::Queued { due: after(now, POINTER_GRACE_SECONDS), resends: 0 },
        };
        Ok(Self { probe, note: None, ..self.next(state, now) })
    }

    fn next(&self, state: State, now: Timestamp) -> Self {
        Self { state, revision: self.revision + 1, updated_at: now, ..self.clone() }
    }

    fn finished(&self, state: State, now: Timestamp) -> Self {
        Self { finished_at: Some(now), strikes: 0, probe: false, submission: None, ..self.next(state, now) }
    }

    fn refuse(&self) -> Moved {
        Err(NotAllowed { state: self.state.name() })
    }

    fn calls_accepted(&self) -> u32 {
        let refused = matches!(self.state, State::Running { .. }) && self.submission.is_none();
        self.attempts.saturating_sub(u32::from(refused))
    }
}

fn asked_about_in(delay_seconds: i64, now: Timestamp) -> State {
    State::Submitted { due: after(now, delay_seconds + POINTER_GRACE_SECONDS), resends: 0 }
}

type Moved = Result<Job, NotAllowed>;

pub(super) fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

mod people;
#[cfg(test)]
mod tests;
