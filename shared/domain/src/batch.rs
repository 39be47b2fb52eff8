//! Jobs that were asked for together. One bad end never touches the rest.
//!
//! A batch is put on record first, with everything that is needed to make its jobs; then they are made, some at a time.
//! A crash in between leaves a batch that says how far it has come, and whoever finds it goes on from there.

use jiff::{SignedDuration, Timestamp};

use crate::image_request::ImageRequest;
use crate::job::{Job, NewJob, Task};
use crate::{BatchId, JobId, ProjectId, Provider, TenantId, Usd};

/// How many jobs a batch may have. [`JobId::of_batch`] has room for 4,096.
pub const MOST_JOBS: u32 = 1_000;

/// How long nobody must have gone on with a batch before the sweeper does, in seconds. Longer than a request takes.
pub const MAKING_GRACE_SECONDS: i64 = 60;

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
    /// How many jobs it has, or will have.
    pub total: u32,
    /// How many of them are on record.
    pub progress: Progress,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// How far a batch has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Its jobs are being put on record, in their order.
    Creating {
        /// How many are. Written with them, on condition that it was what it is believed to be: of two that make the
        /// same jobs, one wins.
        made: u32,
        /// When somebody else must go on, because nobody has.
        due: Timestamp,
    },
    /// All are.
    Created,
}

/// What one or more jobs of a batch, one after the other, have in common: an image, held against the model's own schema
/// and priced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// How many jobs.
    pub count: u32,
    /// In which project.
    pub project: Option<ProjectId>,
    /// Who is to do it.
    pub provider: Provider,
    /// What is to be drawn.
    pub request: ImageRequest,
    /// What the price list says that one of them costs.
    pub estimated: Usd,
    /// Which price list.
    pub price_version: String,
}

impl Order {
    /// A job of it.
    pub fn job(&self, id: JobId, (tenant, created_by): (TenantId, String), batch: Option<BatchId>) -> NewJob {
        NewJob {
            id,
            tenant,
            created_by,
            batch,
            project: self.project.clone(),
            provider: self.provider,
            task: Task::Image(self.request.clone()),
            estimated: self.estimated,
            price_version: self.price_version.clone(),
        }
    }
}

impl Batch {
    /// A batch of which no job is on record yet.
    pub fn of(orders: &[Order], id: BatchId, (tenant, created_by): (TenantId, String)) -> Self {
        let created_at = id.made_at();
        let project = match orders {
            [first, rest @ ..] if rest.iter().all(|order| order.project == first.project) => {
                first.project.clone()
            }
            _ => None,
        };
        Self {
            id,
            tenant,
            created_by,
            project,
            total: orders.iter().map(|order| order.count).sum(),
            progress: Progress::Creating { made: 0, due: in_a_while(created_at) },
            created_at,
        }
    }

    /// Whether jobs of it are still to be put on record.
    pub const fn is_creating(&self) -> bool {
        matches!(self.progress, Progress::Creating { .. })
    }

    /// The batch once its first `made` jobs are on record.
    #[must_use]
    pub fn with_made(&self, made: u32, now: Timestamp) -> Self {
        let progress = if made < self.total {
            Progress::Creating { made, due: in_a_while(now) }
        } else {
            Progress::Created
        };
        Self { progress, ..self.clone() }
    }

    /// Its job number `index`, counted from 0. Whoever makes it, and whenever, it is the same job.
    pub fn job(&self, index: u32, order: &Order, now: Timestamp) -> Job {
        let whose = (self.tenant.clone(), self.created_by.clone());
        let new = order.job(JobId::of_batch(self.id, index), whose, Some(self.id));
        Job { created_at: self.created_at, ..Job::queued(new, now) }
    }
}

fn in_a_while(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(MAKING_GRACE_SECONDS)).unwrap_or(Timestamp::MAX)
}
