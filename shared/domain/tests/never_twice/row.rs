//! A job on record, and what only somebody who sees everything knows about it.

use std::sync::Arc;

use domain::{AuditId, Usd};

use crate::provider::Progress;
use crate::revision::Revision;

/// A job on record, its pointers, and the calls that were made for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    /// As it is on record.
    pub(crate) job: Arc<Revision>,
    /// How many pointers to it are on their way. They have no order.
    pub(crate) pointers: u8,
    /// Whether its lease has run out.
    pub(crate) overdue: bool,
    /// Its calls, the first one first.
    pub(crate) calls: Vec<Call>,
    /// How many calls may have been accepted by the provider: one, and one more each time its owner says so.
    pub(crate) licensed: u8,
    /// The lines of the trail about it. None is ever written twice.
    pub(crate) lines: Vec<AuditId>,
}

/// A call: what the provider knows of it, and what the trail says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Call {
    /// How often the trail says that it was about to be made.
    pub(crate) intents: u8,
    /// How often it was sent.
    pub(crate) sent: u8,
    /// How often a worker heard from the provider that it was not accepted.
    pub(crate) refused: u8,
    /// What the provider charges for it.
    pub(crate) charged: Usd,
    /// What the trail says that it cost.
    pub(crate) booked: Usd,
    /// What the trail says that it may have cost at most.
    pub(crate) at_most: Usd,
    /// What the provider has made of the order, once that is certain.
    pub(crate) made: Option<Progress>,
}

impl Row {
    /// A new job. Its pointer is on its way.
    pub(crate) fn new(job: Revision) -> Self {
        let lines = Vec::new();
        Self { job: Arc::new(job), pointers: 1, overdue: false, calls: Vec::new(), licensed: 1, lines }
    }

    /// The call of this number. The first is number 1.
    pub(crate) fn call(&mut self, number: u32) -> &mut Call {
        let index = usize::try_from(number).unwrap() - 1;
        if self.calls.len() <= index {
            self.calls.resize_with(index + 1, Call::default);
        }
        &mut self.calls[index]
    }

    /// How many calls the provider may have accepted, as far as anybody knows.
    pub(crate) fn perhaps_accepted(&self) -> u8 {
        self.calls.iter().map(|call| call.sent - call.refused).sum()
    }
}
