//! A batch as the API shows it.

use std::collections::BTreeMap;

use domain::batch::Batch;
use domain::{BatchId, Fault, ProjectId};
use serde::Serialize;
use serde_json::Value;
use web::Time;

use crate::JobsApi;

/// A batch: how many of its jobs are in which state.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Batch"))]
#[derive(Serialize)]
pub(crate) struct BatchView {
    id: BatchId,
    /// `creating` as long as jobs of it are still being put on record, then `created`.
    #[cfg_attr(feature = "contract", schemars(extend("enum" = ["creating", "created"])))]
    state: &'static str,
    /// Of the jobs that are on record.
    counts: BTreeMap<&'static str, u32>,
    total: u32,
    project: Option<ProjectId>,
    created_by: String,
    created_at: Time,
    /// What was asked for and is no part of it, where the caller took that into account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "contract", schemars(with = "Option<Vec<web::contract::ItemProblem>>"))]
    refused: Option<Vec<Value>>,
    #[serde(flatten)]
    moved: MovedView,
}

/// How many jobs the request has moved, where it moves any.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Default, Serialize)]
pub(super) struct MovedView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cancelled: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retried: Option<u32>,
    /// How many could not be moved although their state allows it. They are for the next request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) missed: Option<u32>,
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
            moved: MovedView::default(),
        })
    }
}

impl BatchView {
    pub(super) fn with_refused(self, refused: Option<Vec<Value>>) -> Self {
        Self { refused, ..self }
    }

    pub(super) fn with_moved(self, moved: MovedView) -> Self {
        Self { moved, ..self }
    }

    /// Whether jobs are still on their way.
    pub(super) fn goes_on(&self) -> bool {
        let on_the_way = |state| self.counts.get(state).is_some_and(|count| *count > 0);
        self.state == "creating" || ["queued", "running", "paused"].into_iter().any(on_the_way)
    }
}
