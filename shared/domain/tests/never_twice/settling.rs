//! What follows from the end of a turn: `functions/worker/src/settling.rs`, `judging.rs` and `record.rs`.

use std::sync::Arc;

use domain::Usd;
use domain::audit::{Action, AuditEvent};
use domain::credential::CredentialState;
use domain::job::{FailReason, Job, NotAllowed, State};
use domain::outcome::{Cost, CostSource, FailureClass, Made, Submission};
use domain::settle::{CredentialVerdict, Settlement, settle, verdict};

use crate::NOW;
use crate::hand::{Hand, Run, Step};
use crate::revision::Revision;
use crate::table::{Writer, line_id};
use crate::world::World;

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ending {
    /// The image is stored.
    Image,
    /// The image was made, but could not be stored.
    NotStored,
    /// The provider has taken the order.
    Ordered,
    /// The order is to be asked about again.
    AskAgain,
    /// The provider does not say any more what became of the order.
    LostTrack,
    /// Nothing came of it. `unsaid`: nobody says what it cost; else nothing.
    Failed { class: FailureClass, unsaid: bool },
}

impl Ending {
    /// No call was made.
    pub(crate) const NOT_STARTED: Self = Self::Failed { class: FailureClass::NotAccepted, unsaid: false };

    /// What it says about the API key.
    fn verdict(self) -> Option<CredentialVerdict> {
        match self {
            Self::Image | Self::NotStored | Self::Ordered => Some(CredentialVerdict::Good),
            Self::Failed { class, .. } => verdict(class),
            Self::AskAgain | Self::LostTrack => None,
        }
    }

    /// Whether other jobs of the API key must stop.
    pub(crate) fn is_bad(self) -> bool {
        matches!(self.verdict(), Some(CredentialVerdict::Invalid | CredentialVerdict::OutOfCredit))
    }
}

/// Where the job goes, and what the trail says about it.
type Next = (Job, Option<(Action, &'static str)>);

fn next(job: &Job, ending: Ending, announced: bool) -> Result<Next, NotAllowed> {
    Ok(match ending {
        Ending::Image => {
            (job.succeed(Made::Nothing, Some(cost(job)), NOW)?, Some((Action::JobSucceeded, "ok")))
        }
        Ending::NotStored => failed(job, FailReason::StorageFailed, Some(cost(job)))?,
        Ending::Ordered => {
            let cost = announced.then_some(job.estimated);
            let (id, polling_url) = (String::new(), String::new());
            let submission = Submission { id, polling_url, cost, at: NOW, polls: 0 };
            (job.submitted(submission, 1, NOW)?, Some((Action::JobAccepted, "ok")))
        }
        Ending::AskAgain => (job.ask_again(1, None, NOW)?, None),
        Ending::LostTrack => (job.lose_track(String::new(), NOW)?, Some((Action::JobUnknown, "lost_track"))),
        Ending::Failed { class, unsaid } => match settle(class, job.strikes, None) {
            Settlement::Fail(reason) => {
                let cost = match unsaid && class != FailureClass::UnusableAnswer {
                    true => None,
                    false if unsaid => Some(cost(job)),
                    false => Some(Cost { amount: Usd::ZERO, ..cost(job) }),
                };
                failed(job, reason, cost)?
            }
            Settlement::Pause(reason) => {
                (job.pause(reason, String::new(), NOW)?, Some((Action::JobPaused, reason.code())))
            }
            Settlement::RetryAfter { strike, .. } => {
                (job.requeue(1, strike, String::new(), NOW)?, Some((Action::JobRequeued, "not_accepted")))
            }
            Settlement::Unknown => {
                (job.lose_answer(String::new(), NOW)?, Some((Action::JobUnknown, "no_answer")))
            }
        },
    })
}

fn failed(job: &Job, reason: FailReason, cost: Option<Cost>) -> Result<Next, NotAllowed> {
    Ok((job.fail(reason, String::new(), cost, NOW)?, Some((Action::JobFailed, reason.code()))))
}

/// The provider charges what was announced or estimated.
fn cost(job: &Job) -> Cost {
    let price_version = job.price_version.clone();
    Cost { amount: job.estimated, source: CostSource::Provider, price_version, tokens: None }
}

impl World {
    /// The job, its cost and its line in one write.
    pub(crate) fn settle(&mut self, worker: usize, run: Run, ending: Ending) {
        let (to, event) = self.end_of(worker, &run, ending);
        if self.write(run.index, &run.job, &to, event.as_slice()) {
            self.settled(worker, run, ending, &to);
        } else {
            self.record_late(&run, event);
        }
    }

    /// The same, but the table does not answer.
    pub(crate) fn settle_unanswered(&mut self, worker: usize, run: Run, ending: Ending) {
        let (to, event) = self.end_of(worker, &run, ending);
        self.write(run.index, &run.job, &to, event.as_slice());
        let to = Arc::new(Revision::of(to));
        let step = Step::UnsureSettled { ending, to, event: event.map(Box::new) };
        self.hands[worker] = Hand::Working(run, step);
    }

    /// Written by the first try, or overtaken.
    pub(crate) fn make_sure(
        &mut self,
        worker: usize,
        run: Run,
        ending: Ending,
        to: &Job,
        event: Option<AuditEvent>,
    ) {
        if self.is_on_record(run.index, to) {
            self.settled(worker, run, ending, to);
        } else {
            self.record_late(&run, event);
        }
    }

    fn end_of(&self, worker: usize, run: &Run, ending: Ending) -> (Job, Option<AuditEvent>) {
        let (to, said) = next(&run.job, ending, self.setup.announced).unwrap();
        let id = line_id(Writer::Worker(worker), &to);
        let event =
            said.map(|(action, outcome)| AuditEvent::of_job(id, &to.created_by, action, outcome, &to));
        (to, event)
    }

    fn settled(&mut self, worker: usize, run: Run, ending: Ending, to: &Job) {
        if let State::Queued { .. } | State::Submitted { .. } = to.state {
            self.send_pointer(run.index);
        }
        if !ending.is_bad() && self.word(&run, ending).is_some() {
            self.hands[worker] = Hand::Working(run, Step::Settled);
        }
    }

    /// The lease was lost. What the call cost is still true; an order is booked by whoever hears of its end.
    fn record_late(&mut self, run: &Run, event: Option<AuditEvent>) {
        let Some(event) = event else { return };
        let cost = event.cost.filter(|_| run.job.submission.is_none());
        let event = AuditEvent { cost, at_most: None, outcome: "too_late".to_owned(), ..event };
        self.append(run.index, &run.job, &[event]);
    }

    /// What an ending says about the API key goes on record, unless it was replaced or revoked.
    pub(crate) fn judge(&mut self, run: &Run, ending: &Ending) {
        let state = self.word(run, *ending);
        if let (Some(state), Some(credential)) = (state, &mut self.credential) {
            *credential = Arc::new(credential.with_state(state, NOW));
        }
    }

    fn word(&self, run: &Run, ending: Ending) -> Option<CredentialState> {
        let credential = self.credential.as_ref().filter(|meta| (meta.id, meta.version) == run.credential)?;
        match (ending.verdict()?, &credential.state) {
            (CredentialVerdict::Good, CredentialState::Active) => None,
            (CredentialVerdict::Good, CredentialState::OutOfCredit { .. }) if !run.job.probe => None,
            (CredentialVerdict::Good, _) => Some(CredentialState::Active),
            (CredentialVerdict::OutOfCredit, CredentialState::OutOfCredit { .. }) => None,
            (CredentialVerdict::OutOfCredit, _) => {
                Some(CredentialState::OutOfCredit { probe_at: NOW, probes: 0 })
            }
            (CredentialVerdict::Invalid, _) => Some(CredentialState::Invalid { reason: String::new() }),
        }
    }
}
