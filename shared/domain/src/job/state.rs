//! Where a job is.

use jiff::Timestamp;

use super::{FailReason, PauseReason};
use crate::outcome::Made;

/// The right to work on a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Random, so that a worker knows its own lease again when the answer to its write was lost.
    pub token: u64,
    /// When the worker must have settled the job, or it is taken for dead.
    pub until: Timestamp,
}

/// Where a job is. Each variant carries what is true only there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// On record; a pointer to it is on its way.
    Queued {
        /// When the pointer must have been picked up, or it is sent again.
        due: Timestamp,
        /// How often it was sent again.
        resends: u32,
    },
    /// A worker has it and may be calling the provider.
    Running {
        /// The worker's right to it.
        lease: Lease,
    },
    /// The provider has taken the order and works on it; a pointer to ask about it is on its way. People see it as
    /// running.
    Submitted {
        /// When the pointer must have been picked up, or it is sent again.
        due: Timestamp,
        /// How often it was sent again.
        resends: u32,
    },
    /// Waits visibly for somebody.
    Paused {
        /// For what.
        reason: PauseReason,
        /// When it goes on by itself, if time alone helps.
        until: Option<Timestamp>,
    },
    /// The provider may have done and billed it. The user decides.
    Unknown,
    /// Done.
    Succeeded {
        /// What came of it.
        made: Made,
    },
    /// Ended without a result.
    Failed {
        /// Why.
        reason: FailReason,
    },
    /// Taken back by the user.
    Cancelled,
}

impl State {
    /// Every name in the API and in the tables.
    pub const NAMES: [&'static str; 7] =
        ["queued", "running", "paused", "unknown", "succeeded", "failed", "cancelled"];

    /// The name in the API and in the tables.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Running { .. } | Self::Submitted { .. } => "running",
            Self::Paused { .. } => "paused",
            Self::Unknown => "unknown",
            Self::Succeeded { .. } => "succeeded",
            Self::Failed { .. } => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}
