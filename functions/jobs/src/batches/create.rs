//! `POST /v1/batches`: jobs from a list, or one job several times and in several styles. All of them are put on record,
//! or none.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::batch::{Batch, MOST_JOBS};
use domain::job::{Job, NewJob, Task};
use domain::{AuditId, BatchId, JobId};
use http::HeaderMap;
use runtime::{now, random};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Created;
use web::{JobsWrite, JsonBody, Permit, Principal, Problem, ProblemKind, reply};

use super::view::BatchView;
use crate::JobsApi;
use crate::create::Body as JobBody;
use crate::order::unfit;
use crate::submit::{idempotency_key, key_reused};

/// How much text all prompts of a batch may have, in bytes: it is put on record in one piece of 4 MB.
const MOST_PROMPT_BYTES: usize = 2 * 1024 * 1024;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// These jobs.
    jobs: Option<Vec<JobBody>>,
    /// Or this one, `count` times, in each of these styles.
    job: Option<JobBody>,
    count: Option<usize>,
    styles: Option<Vec<String>>,
}

pub(crate) async fn create(
    Permit(principal, _): Permit<JobsWrite>,
    headers: HeaderMap,
    State(app): State<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let idempotency_key = idempotency_key(&headers, &body)?;
    let new = app.new_jobs(&principal, orders(body)?).await?;
    let at = now();
    let id = BatchId::make(at, &random());
    // In the batch's own millisecond, so that they are found together; in their order.
    let mut jobs: Vec<_> = new
        .into_iter()
        .map(|new| Job::queued(NewJob { id: JobId::make(at, &random()), batch: Some(id), ..new }, at))
        .collect();
    let mut ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    ids.sort();
    for (job, id) in jobs.iter_mut().zip(ids) {
        job.id = id;
    }
    let one_project =
        jobs.windows(2).all(|pair| matches!(pair, [one, other] if one.project == other.project));
    let batch = Batch {
        id,
        tenant: principal.tenant,
        created_by: principal.actor,
        project: jobs.first().filter(|_| one_project).and_then(|job| job.project.clone()),
        total: u32::try_from(jobs.len()).unwrap_or(u32::MAX),
        created_at: at,
    };
    let event = |job: &Job| {
        let id = AuditId::make(at, &random());
        AuditEvent::of_job(id, &job.created_by, Action::JobSubmitted, "ok", job)
    };
    let events: Vec<_> = jobs.iter().map(event).collect();
    let made = match app.jobs.create_batch(&batch, &jobs, idempotency_key.as_ref(), &events).await? {
        Created::New => batch,
        Created::Earlier(batch) => *batch,
        Created::OtherRequest => return Err(key_reused()),
    };
    if made.id == id {
        // On record as queued: a pointer that is not sent now is sent by the sweeper.
        app.queues.send_all(&jobs).await;
    }
    let location = format!("/v1/batches/{}", made.id);
    let jobs = app.jobs.of_batch(&made.tenant, made.id).await?;
    Ok(reply::accepted(&BatchView::new(&made, &jobs), &location, 1))
}

/// The jobs that a body asks for, one by one.
fn orders(body: Body) -> Result<Vec<JobBody>, Problem> {
    let orders = match body {
        Body { jobs: Some(jobs), job: None, count: None, styles: None } => jobs,
        Body { jobs: None, job: Some(job), count, styles } => {
            let styles = styles.unwrap_or_default();
            let styled = match styles.as_slice() {
                [] => vec![job],
                styles => styles.iter().map(|style| job.in_style(style.clone())).collect(),
            };
            let count = count.unwrap_or(1).min(MOST_JOBS + 1);
            styled.iter().flat_map(|job| std::iter::repeat_n(job.clone(), count)).collect()
        }
        _ => {
            let detail = "Send either `jobs`, or `job` with `count` and `styles` if you like.";
            return Err(Problem::new(ProblemKind::InvalidRequest, detail).with("field", "jobs"));
        }
    };
    if (1..=MOST_JOBS).contains(&orders.len()) {
        return Ok(orders);
    }
    Err(unfit("jobs", format!("must be 1 to {MOST_JOBS}; this asks for {} or more", orders.len())))
}

impl JobsApi {
    /// The jobs, or what is wrong with each that does not fit.
    async fn new_jobs(&self, principal: &Principal, orders: Vec<JobBody>) -> Result<Vec<NewJob>, Problem> {
        let (mut new, mut refused) = (Vec::with_capacity(orders.len()), Vec::new());
        for (index, order) in orders.into_iter().enumerate() {
            match self.new_image_job(principal, order.into_order()).await {
                Ok(job) => new.push(job),
                Err(problem) => {
                    let mut item = problem.members();
                    item.insert("index".to_owned(), index.into());
                    refused.push(Value::Object(item));
                }
            }
        }
        if !refused.is_empty() {
            let detail =
                format!("{} of the jobs do not fit; see `items`. Nothing was queued.", refused.len());
            return Err(Problem::new(ProblemKind::BatchRefused, detail).with("items", refused));
        }
        let text = |job: &NewJob| match &job.task {
            Task::Image(request) => request.prompt.len(),
            Task::Persona(_) | Task::ApiKeyTest => 0,
        };
        if new.iter().map(text).sum::<usize>() > MOST_PROMPT_BYTES {
            let detail = "All prompts of a batch may have 2 MB together. Make several batches.";
            return Err(Problem::new(ProblemKind::PayloadTooLarge, detail));
        }
        Ok(new)
    }
}
