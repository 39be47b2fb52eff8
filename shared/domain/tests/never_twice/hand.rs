//! What a worker is at, between two visits to the world outside.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use domain::CredentialId;
use domain::audit::AuditEvent;

use crate::provider::Fate;
use crate::revision::Revision;
use crate::row::Row;
use crate::settling::Ending;

/// What a worker is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hand {
    /// Waits for a pointer.
    Idle,
    /// Has a pointer to this job, and has not looked yet.
    Received(usize),
    /// Has read this job, which waits for a worker.
    Read(usize, Arc<Revision>),
    /// Has taken a job, as far as it knows.
    Working(Run, Step),
}

/// A turn of a job: one call, or one question about an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Which job.
    pub(crate) index: usize,
    /// As it was taken.
    pub(crate) job: Arc<Revision>,
    /// The API key to open.
    pub(crate) credential: (CredentialId, u32),
    /// Whether the lease has run out, by the worker's clock.
    pub(crate) overdue: bool,
}

/// How far a turn is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The lease and the intent were written, but the table did not answer.
    Unsure,
    /// The lease and the intent are on record.
    Taken,
    /// The API key is open, and the clock was looked at: the call goes out next.
    Opened,
    /// The call is out, and the provider has made this of it.
    Sent(Fate),
    /// The turn has ended, and nobody knows yet. `judged`: but for what it says against the API key.
    Heard { ending: Ending, judged: bool },
    /// The end was written with this line, but the table did not answer.
    UnsureSettled { ending: Ending, to: Arc<Revision>, event: Option<Box<AuditEvent>> },
    /// The end is on record. What it says in favour of the API key is not.
    Settled,
}

impl Hand {
    /// Which job it is at.
    pub(crate) fn job(&self) -> Option<usize> {
        match self {
            Self::Idle => None,
            Self::Received(index) | Self::Read(index, _) => Some(*index),
            Self::Working(run, _) => Some(run.index),
        }
    }

    /// Whether it has the lease of the job as it is on record.
    pub(crate) fn holds(&self, row: &Row) -> bool {
        matches!(self, Self::Working(run, _) if run.job.state == row.job.state && run.job.id == row.job.id)
    }

    /// Whether it may yet make a call that is not made.
    pub(crate) fn may_call(&self) -> bool {
        let Self::Working(run, step) = self else { return false };
        let before = match step {
            Step::Unsure | Step::Taken => !run.overdue,
            Step::Opened => true,
            _ => false,
        };
        before && run.job.submission.is_none()
    }

    /// Everything that makes a difference to what it does next.
    pub(crate) fn print(&self, row: &Row) -> u64 {
        let mut print = DefaultHasher::new();
        match self {
            Self::Idle => 0.hash(&mut print),
            Self::Received(_) => 1.hash(&mut print),
            Self::Read(_, job) => (2, job).hash(&mut print),
            Self::Working(run, step) => {
                (3, &run.job, run.credential, run.overdue, self.holds(row)).hash(&mut print);
                step.print(row, &mut print);
            }
        }
        print.finish()
    }
}

impl Step {
    fn print(&self, row: &Row, print: &mut DefaultHasher) {
        match self {
            Self::Unsure => 0.hash(print),
            Self::Taken => 1.hash(print),
            Self::Opened => 2.hash(print),
            Self::Sent(fate) => (3, fate).hash(print),
            Self::Heard { ending, judged } => (4, ending, judged).hash(print),
            Self::UnsureSettled { ending, to, .. } => {
                (5, ending, row.job.revision == to.revision).hash(print)
            }
            Self::Settled => 6.hash(print),
        }
    }
}
