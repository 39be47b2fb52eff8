//! The table, the trail and the queue, as `store` keeps them. A pointer is sent in the same step as its job is written,
//! which hides nothing: whoever dies between the two leaves a pointer that is lost.

use std::sync::Arc;

use domain::audit::{Action, AuditEvent};
use domain::budget::Posting;
use domain::job::Job;
use domain::{AuditId, Usd};

use crate::NOW;
use crate::revision::Revision;
use crate::setup::Mutant;
use crate::world::World;

/// Who writes a line, so that no two lines have one id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Writer {
    /// The sweeper, or a person through the API.
    Other,
    /// The worker of this number.
    Worker(usize),
}

/// The id of a line about a job that has become `to`.
pub(crate) fn line_id(writer: Writer, to: &Job) -> AuditId {
    let who = match writer {
        Writer::Other => 0,
        Writer::Worker(worker) => u8::try_from(worker).unwrap() + 1,
    };
    let [.., high, low] = to.revision.to_be_bytes();
    // The first bytes hold the version of the id too; the last one counts what is written together.
    let entropy = [0, 0, 0, 0, 0, 0, who, high, low, 0];
    AuditId::make(NOW, &entropy)
}

impl World {
    /// A move of a job, its lines, and what both change in the books: together, on condition that the job is at the
    /// revision that the move was made from. Whether it was written.
    pub(crate) fn write(&mut self, index: usize, from: &Job, to: &Job, events: &[AuditEvent]) -> bool {
        let row = &self.rows[index];
        let fenced = row.job.revision == to.revision - 1 || self.setup.mutant == Some(Mutant::NoFence);
        if !fenced || events.iter().any(|event| row.lines.contains(&event.id)) {
            return false;
        }
        if let Some(posting) = Posting::of(from, to, events) {
            self.post(posting);
        }
        let row = self.row(index);
        row.job = Arc::new(Revision::of(to.told_in(events)));
        row.overdue = false;
        self.tell(index, events);
        true
    }

    /// Lines about a job that is in other hands.
    pub(crate) fn append(&mut self, index: usize, of: &Job, events: &[AuditEvent]) {
        if events.iter().any(|event| self.rows[index].lines.contains(&event.id)) {
            return;
        }
        if let Some(posting) = of.hold.map(|hold| Posting::of_events(hold.month, events)) {
            self.post(posting);
        }
        self.tell(index, events);
    }

    /// A pointer to a job goes on its way.
    pub(crate) fn send_pointer(&mut self, index: usize) {
        self.row(index).pointers += 1;
    }

    fn tell(&mut self, index: usize, events: &[AuditEvent]) {
        let row = self.row(index);
        for event in events {
            row.lines.push(event.id);
            // Whatever is said before the first call is not about one.
            let Some((_, number @ 1..)) = event.job else { continue };
            let call = row.call(number);
            call.intents += u8::from(event.action == Action::JobIntent);
            call.booked = call.booked + event.cost.unwrap_or_default();
            call.at_most = call.at_most + event.at_most.unwrap_or_default();
        }
    }

    fn post(&mut self, posting: Posting) {
        let held = self.ledger.held + posting.held;
        self.ledger.held = Usd::from_micros(held.micros().saturating_sub(posting.released.micros()));
        self.ledger.spent = self.ledger.spent + posting.spent;
        self.ledger.unknown = self.ledger.unknown + posting.unknown;
    }
}
