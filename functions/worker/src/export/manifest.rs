//! What is known of each job of a batch, as `manifest.json` and `manifest.csv`.

use std::iter::once;
use std::sync::Arc;

use domain::batch::Batch;
use domain::csv::{cell, line};
use domain::job::{Job, State, Task};
use domain::outcome::{CostSource, Made, StoredImage};
use domain::{AuditId, BatchId, JobId, PersonaId, Usd};
use serde_json::{Value, json};

/// The columns, in their order; the members of a job in the JSON. The audit id is that of the line that says how it ended.
const COLUMNS: [&str; 19] = [
    "index",
    "job",
    "file",
    "prompt",
    "style",
    "persona",
    "persona_version",
    "model",
    "seed",
    "cost",
    "cost_source",
    "at_most",
    "sha256",
    "content_type",
    "width",
    "height",
    "state",
    "reason",
    "audit_id",
];

/// The jobs of a batch. Texts that follow each other and are alike are kept once, as the batch was put on record, which
/// takes 8 MB of prompts at most. A style is part of its prompt.
pub(super) struct Manifest {
    batch: BatchId,
    /// Begins with the last job until they are numbered.
    pub(super) rows: Vec<Row>,
}

/// A job as it was when the archive was begun.
pub(super) struct Row {
    index: usize,
    job: JobId,
    /// What it is called in the archive, if it has an image.
    pub(super) file: Option<String>,
    pub(super) image: Option<StoredImage>,
    prompt: Arc<str>,
    style: Option<Arc<str>>,
    persona: Option<(PersonaId, u32)>,
    model: String,
    seed: Option<u64>,
    cost: Option<Usd>,
    cost_source: Option<CostSource>,
    at_most: Option<Usd>,
    state: &'static str,
    reason: Option<&'static str>,
    audit_id: Option<AuditId>,
}

impl Manifest {
    pub(super) fn of(batch: &Batch) -> Self {
        Self { batch: batch.id, rows: Vec::new() }
    }

    /// Adds the next page of jobs, the last first.
    pub(super) fn add(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            let row = Row::of(job, self.rows.last());
            self.rows.extend(row);
        }
    }

    /// Puts the jobs into their order, and names their files: `0001-job_....png`.
    pub(super) fn number(&mut self) {
        self.rows.reverse();
        for (index, row) in (1..).zip(&mut self.rows) {
            row.index = index;
            row.file = row.image.as_ref().map(|image| {
                let extension = match image.content_type.as_str() {
                    "image/jpeg" => "jpg",
                    "image/webp" => "webp",
                    _ => "png",
                };
                format!("{index:04}-{}.{extension}", row.job)
            });
        }
    }

    /// The JSON, piece by piece.
    pub(super) fn json(&self) -> impl Iterator<Item = String> {
        let begin = format!("{{\"batch\":\"{}\",\"jobs\":[", self.batch);
        let rows = self.rows.iter().map(|row| {
            let comma = if row.index == 1 { "" } else { "," };
            let members = COLUMNS.into_iter().map(str::to_owned).zip(row.values());
            format!("{comma}\n{}", Value::Object(members.collect()))
        });
        once(begin).chain(rows).chain(once("\n]}\n".to_owned()))
    }

    /// The CSV (RFC 4180), line by line.
    pub(super) fn csv(&self) -> impl Iterator<Item = String> {
        let rows = self.rows.iter().map(|row| line(row.values().iter().map(cell)));
        once(line(COLUMNS.into_iter().map(str::to_owned))).chain(rows)
    }
}

impl Row {
    fn of(job: Job, before: Option<&Self>) -> Option<Self> {
        let (cost, at_most) = (job.total_cost(), job.total_at_most());
        let Task::Image(request) = job.task else { return None };
        let seed = request.number("seed");
        let (persona, style) = request.role.map(|role| ((role.persona, role.version), role.style)).unzip();
        let style: Option<String> = style.flatten();
        let reason = match &job.state {
            State::Failed { reason } => Some(reason.code()),
            State::Paused { reason, .. } => Some(reason.code()),
            _ => None,
        };
        let state = job.state.name();
        let image = match job.state {
            State::Succeeded { made: Made::Image(image) } => Some(image),
            _ => None,
        };
        Some(Self {
            index: 0,
            job: job.id,
            file: None,
            image,
            prompt: shared(request.prompt, before.map(|before| &before.prompt)),
            style: style.map(|style| shared(style, before.and_then(|before| before.style.as_ref()))),
            persona,
            model: request.model,
            seed,
            cost,
            cost_source: job.cost.map(|cost| cost.source),
            at_most,
            state,
            reason,
            audit_id: job.audit_id,
        })
    }

    fn values(&self) -> [Value; COLUMNS.len()] {
        let image = self.image.as_ref();
        [
            json!(self.index),
            json!(self.job),
            json!(self.file),
            json!(&*self.prompt),
            json!(self.style.as_deref()),
            json!(self.persona.map(|(id, _)| id)),
            json!(self.persona.map(|(_, version)| version)),
            json!(self.model),
            json!(self.seed),
            json!(self.cost),
            json!(self.cost_source.map(CostSource::name)),
            json!(self.at_most),
            json!(image.map(|image| &image.sha256)),
            json!(image.map(|image| &image.content_type)),
            json!(image.map(|image| image.width)),
            json!(image.map(|image| image.height)),
            json!(self.state),
            json!(self.reason),
            json!(self.audit_id),
        ]
    }
}

/// The text as it is kept already, if it is the same.
fn shared(text: String, before: Option<&Arc<str>>) -> Arc<str> {
    before.filter(|before| ***before == *text).cloned().unwrap_or_else(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_alike_are_kept_once() {
        let first = shared("a fox".to_owned(), None);
        assert!(Arc::ptr_eq(&first, &shared("a fox".to_owned(), Some(&first))));
        assert_eq!(&*shared("a hen".to_owned(), Some(&first)), "a hen");
    }
}
