//! Putting a new job on record, and sending the pointer to it.

use axum::response::Response;
use domain::allowance::Allowed;
use domain::audit::{Action, AuditEvent};
use domain::catalogue::{Catalogue, Model, ModelKind, Status};
use domain::job::{Job, NewJob};
use domain::{AuditId, Fault};
use http::HeaderMap;
use ring::digest::{SHA256, digest};
use runtime::{now, random};
use serde::Serialize;
use store::{Asked, Created, IdempotencyKey};
use web::{Principal, Problem, ProblemKind, with_allowance};

use crate::JobsApi;

impl JobsApi {
    /// What the same request was answered before, as far as it is still so. Asked before the request is looked at: what
    /// it names may be gone meanwhile, and yet it was done.
    pub(crate) async fn answered_before(
        &self,
        principal: &Principal,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Option<Response>, Problem> {
        match self.jobs.created_earlier((&principal.tenant, now()), idempotency_key).await? {
            None | Some(Created::New) => Ok(None),
            Some(Created::Earlier(job)) => self.accepted(&job).await.map(Some),
            Some(Created::OtherRequest) => Err(key_reused()),
        }
    }

    /// 202 with the job that is `allowed`: the new one, or the one that the same request is making at the same time.
    pub(crate) async fn submit(
        &self,
        new: NewJob,
        allowed: &Allowed,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Response, Problem> {
        match self.put_on_record(new, allowed, idempotency_key).await? {
            Submitted::New(job) => Ok(with_allowance(self.accepted(&job).await?, allowed)),
            Submitted::Earlier(job) => self.accepted(&job).await,
        }
    }

    /// Puts a job on record that is `allowed`, and sends the pointer to it.
    pub(crate) async fn put_on_record(
        &self,
        new: NewJob,
        allowed: &Allowed,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Submitted, Problem> {
        let job = Job::queued(new, now());
        let id = AuditId::make(job.created_at, &random());
        let event = AuditEvent::of_job(id, &job.created_by, Action::JobSubmitted, "ok", &job);
        let created = self.jobs.create(&job, idempotency_key, event).await;
        if !matches!(created, Ok(Created::New)) {
            self.not_made(&job.tenant, allowed, created.as_ref().err().copied()).await;
        }
        match created? {
            Created::New => {
                self.point_to(&job).await;
                Ok(Submitted::New(Box::new(job)))
            }
            Created::Earlier(job) => Ok(Submitted::Earlier(job)),
            Created::OtherRequest => Err(key_reused()),
        }
    }
}

/// A job that is on record.
pub(crate) enum Submitted {
    /// Since now.
    New(Box<Job>),
    /// By the same request, which was faster.
    Earlier(Box<Job>),
}

pub(crate) fn key_reused() -> Problem {
    let detail = "Send the same body again, or take a new Idempotency-Key for a new request.";
    Problem::new(ProblemKind::IdempotencyKeyReused, detail)
}

/// The model of that id, if it takes new jobs of that kind.
pub(crate) fn usable(id: &str, kind: ModelKind) -> Result<&'static Model, Problem> {
    let catalogue = Catalogue::shipped();
    let instead =
        || format!("These models can be used: {}. See /v1/models.", catalogue.usable(kind).join(", "));
    match catalogue.find(id) {
        Some(model) if model.kind != kind => {
            let makes = match model.kind {
                ModelKind::Image => "makes images",
                ModelKind::Persona => "writes personas",
            };
            let detail = format!("`{}` {makes}. {}", model.id, instead());
            Err(Problem::new(ProblemKind::UnknownModel, detail).with("field", "model"))
        }
        Some(model) if model.status == Status::Current => Ok(model),
        Some(model) => Err(gone(model)),
        None => Err(Problem::new(ProblemKind::UnknownModel, instead()).with("field", "model")),
    }
}

fn gone(model: &Model) -> Problem {
    let date = model.shutdown_date.as_deref().unwrap_or("an unknown day");
    let happens = match model.status {
        Status::Retired => format!("was shut down on {date}"),
        Status::Current | Status::Deprecated => format!("is shut down on {date} and takes no new jobs"),
    };
    let replacement = model.replacement.as_deref().unwrap_or("another model");
    let detail = format!("`{}` {happens}. Use `{replacement}` instead.", model.id);
    Problem::retired(model, detail)
}

/// What the caller sent to be able to repeat the request, with what the request says.
pub(crate) fn idempotency_key(
    headers: &HeaderMap,
    body: &impl Serialize,
) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let value = value.as_bytes();
    if !(1..=255).contains(&value.len()) || !value.iter().all(u8::is_ascii_graphic) {
        let detail = "An Idempotency-Key has 1 to 255 visible characters; a UUID is a good one.";
        return Err(Problem::new(ProblemKind::InvalidRequest, detail).with("field", "Idempotency-Key"));
    }
    let request = serde_json::to_vec(body).map_err(|_| Fault::Broken)?;
    let (digest, request_digest) = (hex_digest(value), hex_digest(&request));
    Ok(Some(IdempotencyKey { digest, request_digest, asked: Asked::ByName }))
}

pub(crate) fn hex_digest(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
