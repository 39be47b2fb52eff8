//! `POST /v1/jobs`: the life of a job begins here. It is put on record, then a pointer to it is sent.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::catalogue::{Catalogue, Model, RequestRefused, Status};
use domain::image_request::ImageRequest;
use domain::job::{Job, NewJob, Task};
use domain::{AuditId, JobId, ProjectId, Usd};
use http::HeaderMap;
use ring::digest::{SHA256, digest};
use runtime::{now, random};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Created, IdempotencyKey};
use web::{JobsWrite, JsonBody, Permit, Problem, ProblemKind, plain_name};

use crate::JobsApi;

/// What a caller may set. Everything else belongs to the model, whose own schema refuses what it does not know.
#[derive(Deserialize, Serialize)]
pub(crate) struct Body {
    kind: Kind,
    model: String,
    prompt: String,
    project: Option<ProjectId>,
    #[serde(flatten)]
    parameters: Map<String, Value>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Image,
}

pub(crate) async fn create(
    Permit(principal, _): Permit<JobsWrite>,
    headers: HeaderMap,
    State(app): State<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let idempotency_key = idempotency_key(&headers, &body)?;
    let model = usable(&body.model)?;
    let request = model.accept(&body.prompt, body.parameters).map_err(refused)?;
    let at = now();
    let new = NewJob {
        id: JobId::make(at, &random()),
        tenant: principal.tenant,
        created_by: principal.actor,
        project: body.project,
        provider: model.provider,
        estimated: estimate(model, &request),
        price_version: Catalogue::shipped().price_version.clone(),
        task: Task::Image(request),
    };
    let job = Job::queued(new, at);
    let event =
        AuditEvent::of_job(AuditId::make(at, &random()), &job.created_by, Action::JobSubmitted, "ok", &job);
    match app.jobs.create(&job, idempotency_key.as_ref(), event).await? {
        Created::New => {
            app.point_to(&job).await;
            app.accepted(&job).await
        }
        Created::Earlier(job) => app.accepted(&job).await,
        Created::OtherRequest => {
            let detail = "Send the same body again, or take a new Idempotency-Key for a new request.";
            Err(Problem::new(ProblemKind::IdempotencyKeyReused, detail))
        }
    }
}

fn usable(id: &str) -> Result<&'static Model, Problem> {
    let catalogue = Catalogue::shipped();
    match catalogue.find(id) {
        Some(model) if model.status != Status::Retired => Ok(model),
        Some(model) => {
            let gone = model.shutdown_date.as_deref().unwrap_or("some time ago");
            let instead = model.replacement.as_deref().unwrap_or("another model");
            let detail = format!("`{}` was shut down on {gone}. Use `{instead}` instead.", model.id);
            Err(Problem::new(ProblemKind::ModelRetired, detail)
                .with("replacement", model.replacement.clone()))
        }
        None => {
            let detail =
                format!("These models can be used: {}. See /v1/models.", catalogue.usable().join(", "));
            Err(Problem::new(ProblemKind::UnknownModel, detail).with("field", "model"))
        }
    }
}

fn refused(refused: RequestRefused) -> Problem {
    let kind = if refused.unknown { ProblemKind::InvalidRequest } else { ProblemKind::InvalidParameter };
    // A field that is not ours may be anything, even a pasted secret: only a plain name is repeated.
    match plain_name(&refused.field) {
        Some(field) => Problem::new(kind, format!("`{field}` {}.", refused.problem)).with("field", field),
        None => Problem::new(kind, format!("A field {}.", refused.problem)),
    }
}

fn estimate(model: &Model, request: &ImageRequest) -> Usd {
    model.price.as_ref().map_or(Usd::ZERO, |price| price.estimate(request))
}

fn idempotency_key(headers: &HeaderMap, body: &Body) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let value = value.as_bytes();
    if !(1..=255).contains(&value.len()) || !value.iter().all(u8::is_ascii_graphic) {
        let detail = "An Idempotency-Key has 1 to 255 visible characters; a UUID is a good one.";
        return Err(Problem::new(ProblemKind::InvalidRequest, detail).with("field", "Idempotency-Key"));
    }
    let request = serde_json::to_vec(body).map_err(|_| domain::Fault::Broken)?;
    Ok(Some(IdempotencyKey { digest: hex_digest(value), request_digest: hex_digest(&request) }))
}

fn hex_digest(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
