//! A batch as the API shows it.

use std::collections::BTreeMap;

use domain::batch::Batch;
use domain::job::{Job, State};
use domain::{BatchId, ProjectId};
use serde::Serialize;
use web::Time;

/// The JSON of a batch: how many of its jobs are in which state.
#[derive(Serialize)]
pub(super) struct BatchView {
    id: BatchId,
    counts: BTreeMap<&'static str, u32>,
    total: u32,
    project: Option<ProjectId>,
    created_by: String,
    created_at: Time,
}

impl BatchView {
    pub(super) fn new(batch: &Batch, jobs: &[Job]) -> Self {
        let mut counts: BTreeMap<_, _> = State::NAMES.into_iter().map(|name| (name, 0)).collect();
        for job in jobs {
            *counts.entry(job.state.name()).or_default() += 1;
        }
        Self {
            id: batch.id,
            counts,
            total: batch.total,
            project: batch.project.clone(),
            created_by: batch.created_by.clone(),
            created_at: Time(batch.created_at),
        }
    }

    /// Whether jobs are still on their way.
    pub(super) fn goes_on(&self) -> bool {
        ["queued", "running", "paused"]
            .iter()
            .any(|state| self.counts.get(state).is_some_and(|count| *count > 0))
    }
}
