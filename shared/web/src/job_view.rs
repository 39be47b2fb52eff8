//! A job as the API shows it.

use domain::job::{Job, State, Task};
use domain::outcome::Made;
use domain::{BatchId, JobId, PersonaId, ProjectId, Provider, Timestamp, Usd};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Time;

/// The JSON of a job. Fields are added, never renamed or removed: scripts rely on them.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Job"))]
#[derive(Debug, Serialize)]
pub struct JobView {
    id: JobId,
    #[cfg_attr(feature = "contract", schemars(extend("enum" = ["image", "persona", "key_test", "export"])))]
    kind: &'static str,
    #[cfg_attr(feature = "contract", schemars(extend("enum" = State::NAMES)))]
    state: &'static str,
    /// Why it waits, failed or is unknown.
    reason: Option<ReasonView>,
    provider: Provider,
    model: Option<String>,
    /// What was asked for, with the model's own parameters.
    request: Option<Value>,
    project: Option<ProjectId>,
    batch: Option<BatchId>,
    /// The one it draws; or the one it has written.
    persona: Option<PersonaId>,
    /// How often a worker has begun it.
    attempts: u32,
    cost: CostView,
    /// Once it has succeeded, if it makes one.
    image: Option<ImageView>,
    /// For a day after it has succeeded, if it makes one.
    export: Option<ExportView>,
    provider_request_id: Option<String>,
    created_by: String,
    created_at: Time,
    updated_at: Time,
    finished_at: Option<Time>,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "JobReason"))]
#[derive(Debug, Serialize)]
struct ReasonView {
    /// For programs, such as `out_of_credit` or `moderated`.
    code: &'static str,
    /// For people.
    message: String,
    /// Where something can be done about it.
    action_url: Option<String>,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "JobCost"))]
#[derive(Debug, Serialize)]
struct CostView {
    estimated: Usd,
    actual: Option<Usd>,
    /// Where the figure is from.
    #[cfg_attr(feature = "contract", schemars(extend("enum" = ["provider", "usage", "price_table", "unknown", null])))]
    source: Option<&'static str>,
    /// What the provider counted, where it charges for tokens.
    tokens: Option<TokensView>,
    /// The upper bound of what nobody knows: an answer was lost, or does not say.
    at_most: Option<Usd>,
    price_version: Option<String>,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "JobTokens"))]
#[derive(Debug, Serialize)]
struct TokensView {
    text_in: u64,
    image_in: u64,
    output: u64,
}

impl CostView {
    fn new(job: &Job) -> Self {
        let (known, at_most) = (job.cost.as_ref().map(|cost| cost.source.name()), job.total_at_most());
        Self {
            estimated: job.estimated,
            actual: job.total_cost(),
            source: known.or(at_most.map(|_| "unknown")),
            tokens: job.cost.as_ref().and_then(|cost| cost.tokens).map(|tokens| TokensView {
                text_in: tokens.text_in,
                image_in: tokens.image_in,
                output: tokens.output,
            }),
            at_most,
            price_version: Some(job.price_version.clone()).filter(|version| !version.is_empty()),
        }
    }
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "JobImage"))]
#[derive(Debug, Serialize)]
struct ImageView {
    /// Works for a few minutes; `/v1/jobs/{id}/image` leads to a new one.
    url: String,
    content_type: String,
    width: u32,
    height: u32,
    bytes: u64,
    sha256: String,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "JobExport"))]
#[derive(Debug, Serialize)]
struct ExportView {
    url: String,
    bytes: u64,
    expires_at: Time,
}

/// Where what a job has made can be fetched, by whoever knows it.
#[derive(Debug)]
pub struct Link {
    /// The address.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl JobView {
    /// Shows a job. `link` is where its image or archive can be fetched for a few minutes, if it has one.
    pub fn new(job: &Job, link: Option<Link>) -> Self {
        let export = match (&job.state, &link) {
            (State::Succeeded { made: Made::Export(export) }, Some(Link { url, expires_at })) => {
                Some(ExportView { url: url.clone(), bytes: export.bytes, expires_at: Time(*expires_at) })
            }
            _ => None,
        };
        let image = match (&job.state, link) {
            (State::Succeeded { made: Made::Image(image) }, Some(Link { url, .. })) => Some(ImageView {
                url,
                content_type: image.content_type.clone(),
                width: image.width,
                height: image.height,
                bytes: image.bytes,
                sha256: image.sha256.clone(),
            }),
            _ => None,
        };
        Self {
            id: job.id,
            kind: job.task.kind(),
            state: job.state.name(),
            reason: reason(job),
            provider: job.provider,
            model: job.task.model().map(str::to_owned),
            request: request(&job.task),
            project: job.project.clone(),
            batch: job.batch,
            persona: job.persona(),
            attempts: job.attempts,
            cost: CostView::new(job),
            image,
            export,
            provider_request_id: job.provider_request_id.clone(),
            created_by: job.created_by.clone(),
            created_at: Time(job.created_at),
            updated_at: Time(job.updated_at),
            finished_at: job.finished_at.map(Time),
        }
    }
}

/// In how many seconds it is worth looking at a job again: half of the time it has been in its state so far, so that
/// a client that follows it asks a handful of times however long it takes. None when nothing will change by itself.
pub fn look_again_after(job: &Job, now: Timestamp) -> Option<u32> {
    match job.state {
        State::Queued { .. } | State::Running { .. } | State::Submitted { .. } => {
            let so_far = now.duration_since(job.updated_at).as_secs();
            Some(u32::try_from(so_far / 2).unwrap_or(1).clamp(1, 15))
        }
        State::Paused { .. } => Some(10),
        State::Unknown | State::Succeeded { .. } | State::Failed { .. } | State::Cancelled => None,
    }
}

fn request(task: &Task) -> Option<Value> {
    match task {
        Task::Image(request) => {
            let mut shown =
                serde_json::Map::from_iter([("prompt".to_owned(), request.prompt.clone().into())]);
            shown.extend(request.parameters.clone());
            if !request.references.is_empty() {
                let from = request.references.iter().map(|reference| reference.from.clone()).collect();
                shown.insert("references".to_owned(), from);
            }
            if let Some(role) = &request.role {
                shown.insert("persona_version".to_owned(), role.version.into());
                shown.insert("scene".to_owned(), role.scene.clone().into());
                shown.insert("style".to_owned(), role.style.clone().into());
            }
            Some(Value::Object(shown))
        }
        Task::Persona(request) => Some(json!({ "brief": request.brief, "language": request.language })),
        Task::Export { batch } => Some(json!({ "batch": batch })),
        Task::ApiKeyTest => None,
    }
}

/// Why a job waits, failed or is unknown, and where a person can do something about it.
fn reason(job: &Job) -> Option<ReasonView> {
    use domain::job::{FailReason, PauseReason};
    let provider = job.provider;
    let (code, action_url) = match &job.state {
        State::Paused { reason, .. } => {
            let url = match reason {
                PauseReason::OutOfCredit => Some(provider.billing_url().to_owned()),
                PauseReason::ApiKeyMissing | PauseReason::ApiKeyInvalid => {
                    Some(provider.api_keys_url().to_owned())
                }
                PauseReason::BudgetExceeded | PauseReason::ProviderDown => None,
            };
            (reason.code(), url)
        }
        State::Failed { reason: FailReason::NoPermission } => {
            (FailReason::NoPermission.code(), Some(provider.api_keys_url().to_owned()))
        }
        State::Failed { reason } => (reason.code(), None),
        // Back in the queue after a call that was not accepted.
        State::Queued { .. } if job.turns_missed > 0 => ("waits_its_turn", None),
        State::Queued { .. } if job.note.is_some() => ("tried_again", None),
        State::Submitted { .. } if job.note.is_some() => ("asked_again", None),
        State::Unknown => ("answer_lost", Some(provider.billing_url().to_owned())),
        State::Queued { .. }
        | State::Running { .. }
        | State::Submitted { .. }
        | State::Succeeded { .. }
        | State::Cancelled => {
            return None;
        }
    };
    Some(ReasonView { code, message: job.note.clone().unwrap_or_default(), action_url })
}
