//! A worker goes on, from one visit to the world outside to the next: `functions/worker/src/story.rs`, `asking.rs` and
//! `record.rs`, with the moves themselves.

use std::mem::replace;
use std::sync::Arc;

use domain::audit::{Action, AuditEvent};
use domain::credential::CredentialState;
use domain::job::{Job, Lease, PauseReason, State};
use domain::{CredentialId, Usd};

use crate::NOW;
use crate::hand::{Hand, Run, Step};
use crate::revision::Revision;
use crate::settling::Ending;
use crate::setup::{Mutant, month};
use crate::table::{Writer, line_id};
use crate::world::World;

impl World {
    /// A worker goes on to the next visit outside, and everybody answers.
    pub(crate) fn go_on(&mut self, worker: usize) {
        match replace(&mut self.hands[worker], Hand::Idle) {
            Hand::Idle => {}
            Hand::Received(index) => {
                let job = Arc::clone(&self.rows[index].job);
                if let State::Queued { .. } | State::Submitted { .. } = job.state {
                    self.hands[worker] = Hand::Read(index, job);
                }
            }
            Hand::Read(index, job) => {
                self.hands[worker] = self.take(worker, index, &job).unwrap_or(Hand::Idle)
            }
            Hand::Working(run, step) => self.work(worker, run, step),
        }
    }

    fn work(&mut self, worker: usize, run: Run, step: Step) {
        let step = match step {
            // `is_on_record`: the lease's token tells.
            Step::Unsure if self.is_on_record(run.index, &run.job) => Step::Taken,
            Step::Unsure => return,
            Step::Taken => self.open(&run),
            Step::Sent(fate) => self.hear(&run, fate),
            Step::Heard { ending, judged: false } if ending.is_bad() => {
                self.judge(&run, &ending);
                Step::Heard { ending, judged: true }
            }
            Step::Heard { ending, .. } => return self.settle(worker, run, ending),
            Step::UnsureSettled { ending, to, event } => {
                return self.make_sure(worker, run, ending, &to, event.map(|event| *event));
            }
            Step::Settled => return self.judge(&run, &Ending::Image),
            // What happens next is up to the provider.
            Step::Opened => Step::Opened,
        };
        self.hands[worker] = Hand::Working(run, step);
    }

    /// Whether a job is on record as it is here.
    pub(crate) fn is_on_record(&self, index: usize, job: &Job) -> bool {
        let stored = &self.rows[index].job;
        ***stored == Job { audit_id: stored.audit_id, ..job.clone() }
    }

    /// Puts the lease and the intent on record, if there is an API key to pay with, and enough is left of the budget. That
    /// the API key is read in the same step hides nothing: whether it is still the one is looked at when it is opened.
    pub(crate) fn take(&mut self, worker: usize, index: usize, job: &Job) -> Option<Hand> {
        let credential = match self.usable(job) {
            Ok(credential) => credential,
            Err(reason) => return self.wait_unstarted(worker, index, job, reason),
        };
        // Random, in truth: no two leases are alike.
        let lease = Lease { token: job.revision << 8 | u64::try_from(worker).unwrap(), until: NOW };
        let ordered = matches!(job.state, State::Submitted { .. });
        let taken =
            if ordered { job.begin_asking(lease, NOW) } else { job.begin(credential, month(), lease, NOW) };
        let taken = taken.unwrap();
        if !ordered
            && self.ledger.left(&self.setup.budget()) < taken.hold.map_or(Usd::ZERO, |hold| hold.amount)
        {
            return self.wait_unstarted(worker, index, job, PauseReason::BudgetExceeded);
        }
        let id = line_id(Writer::Worker(worker), &taken);
        let intent = AuditEvent::of_job(id, &job.created_by, Action::JobIntent, "intended", &taken);
        let opened = AuditEvent { id: id.following(), action: Action::CredentialOpened, ..intent.clone() };
        let events = if ordered { vec![opened] } else { vec![intent, opened] };
        let taken_in = Revision::of(taken.told_in(&events));
        let written = self.setup.mutant == Some(Mutant::NoIntent) || self.write(index, job, &taken, &events);
        let run = Run { index, job: Arc::new(taken_in), credential, overdue: false };
        written.then_some(Hand::Working(run, Step::Taken))
    }

    /// `usable`, for an order as well as for a call: asking is free, so missing credit does not matter to an order.
    fn usable(&self, job: &Job) -> Result<(CredentialId, u32), PauseReason> {
        let Some(credential) = &self.credential else { return Err(PauseReason::ApiKeyMissing) };
        match &credential.state {
            CredentialState::Invalid { .. } => Err(PauseReason::ApiKeyInvalid),
            _ if matches!(job.state, State::Submitted { .. }) || credential.admits(job.probe) => {
                Ok((credential.id, credential.version))
            }
            _ => Err(PauseReason::OutOfCredit),
        }
    }

    /// `pause_unstarted`: no call was made.
    fn wait_unstarted(
        &mut self,
        worker: usize,
        index: usize,
        job: &Job,
        reason: PauseReason,
    ) -> Option<Hand> {
        let paused = job.pause(reason, String::new(), NOW).unwrap();
        let id = line_id(Writer::Worker(worker), &paused);
        let event = AuditEvent::of_job(id, &job.created_by, Action::JobPaused, reason.code(), &paused);
        self.write(index, job, &paused, &[event]);
        None
    }

    /// Reads the sealed secret, and looks at the clock: a worker that was held up makes no call.
    fn open(&self, run: &Run) -> Step {
        let stored = self.credential.as_ref().is_some_and(|meta| (meta.id, meta.version) == run.credential);
        let ordered = run.job.submission.is_some();
        let ending = match (stored, ordered) {
            (true, true) => return Step::Opened,
            (true, false) if !run.overdue => return Step::Opened,
            (_, true) => Ending::AskAgain,
            (_, false) => Ending::NOT_STARTED,
        };
        Step::Heard { ending, judged: false }
    }

    /// A worker goes on to write: the table does, and its answer is lost.
    pub(crate) fn write_unanswered(&mut self, worker: usize) {
        match replace(&mut self.hands[worker], Hand::Idle) {
            Hand::Read(index, job) => {
                if let Some(Hand::Working(run, _)) = self.take(worker, index, &job) {
                    self.hands[worker] = Hand::Working(run, Step::Unsure);
                }
            }
            Hand::Working(run, Step::Heard { ending, .. }) => self.settle_unanswered(worker, run, ending),
            other => self.hands[worker] = other,
        }
    }

    /// `put_off`: the provider works on enough. The job waits its turn, and no call is made.
    pub(crate) fn put_off(&mut self, worker: usize) {
        if let Hand::Read(index, job) = replace(&mut self.hands[worker], Hand::Idle) {
            let next = job.put_off(1, String::new(), NOW).unwrap();
            self.move_on(index, &job, &next, None);
        }
    }

    /// It dies, and the queue delivers its pointer to another.
    pub(crate) fn crash(&mut self, worker: usize) {
        if let Some(index) = replace(&mut self.hands[worker], Hand::Idle).job() {
            self.send_pointer(index);
        }
    }

    /// A lease runs out, and who has it can see that.
    pub(crate) fn expire(&mut self, index: usize) {
        let row = Arc::clone(&self.rows[index]);
        for hand in self.hands.iter_mut().filter(|hand| hand.holds(&row)) {
            if let Hand::Working(run, _) = hand {
                run.overdue = true;
            }
        }
        self.row(index).overdue = true;
    }
}
