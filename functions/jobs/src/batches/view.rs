//! A batch as the API shows it.

use std::collections::BTreeMap;

use domain::batch::Batch;
use domain::{BatchId, Fault, ProjectId};
use serde::Serialize;
use serde_json::Value;
use web::Time;

use crate::JobsApi;

/// The JSON of a batch: how many of its jobs are in which state.
#[derive(Serialize)]
pub(super) struct BatchView {
    id: BatchId,
    /// `creating` as long as jobs of it are still being put on record, then `created`.
    state: &'static str,
    /// Of the jobs that are on record.
    counts: BTreeMap<&'static str, u32>,
    total: u32,
    project: Option<ProjectId>,
    created_by: String,
    created_at: Time,
    /// What was asked for and is no part of it, where the caller took that into account.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Vec<Value>>,
    /// How many jobs the request has moved.
    #[serde(flatten)]
    moved: BTreeMap<&'static str, u32>,
}

impl JobsApi {
    pub(super) async fn batch_view(&self, batch: &Batch) -> Result<BatchView, Fault> {
        Ok(BatchView {
            id: batch.id,
            state: if batch.is_creating() { "creating" } else { "created" },
            counts: self.jobs.count_states(batch).await?,
            total: batch.total,
            project: batch.project.clone(),
            created_by: batch.created_by.clone(),
            created_at: Time(batch.created_at),
            refused: None,
            moved: BTreeMap::new(),
        })
    }
}

impl BatchView {
    pub(super) fn with_refused(self, refused: Option<Vec<Value>>) -> Self {
        Self { refused, ..self }
    }

    pub(super) fn with_moved(self, moved: BTreeMap<&'static str, u32>) -> Self {
        Self { moved, ..self }
    }

    /// Whether jobs are still on their way.
    pub(super) fn goes_on(&self) -> bool {
        let on_the_way = |state| self.counts.get(state).is_some_and(|count| *count > 0);
        self.state == "creating" || ["queued", "running", "paused"].into_iter().any(on_the_way)
    }
}
