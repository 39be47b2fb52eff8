//! Jobs that were asked for together. One bad end never touches the rest.

use jiff::Timestamp;

use crate::{BatchId, ProjectId, TenantId};

/// How many jobs a batch may have: it is put on record in one transaction, with an audit event for each job.
pub const MOST_JOBS: usize = 48;

/// A batch, as it was asked for. How far its jobs are is read off the jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its jobs are made in the same millisecond, so that they are found together.
    pub id: BatchId,
    /// Whose.
    pub tenant: TenantId,
    /// Who asked for it.
    pub created_by: String,
    /// In which project its jobs are, if they are all in one.
    pub project: Option<ProjectId>,
    /// How many jobs it has.
    pub total: u32,
    /// When it was asked for.
    pub created_at: Timestamp,
}
