//! A job as an item of the main table.

use domain::budget::{Hold, Month};
use domain::image_request::ImageRequest;
use domain::job::{Job, Lease, State, Task};
use domain::outcome::{Made, StoredExport};
use domain::persona::PersonaRequest;
use domain::{
    AuditId, BatchId, CredentialId, Fault, JobId, PersonaId, ProjectId, Provider, TenantId, Timestamp, Usd,
};
use serde::{Deserialize, Serialize};

mod parts;

use parts::{
    CostItem, SubmissionItem, cost_from_item, cost_to_item, earlier_from_item, earlier_to_item,
    submission_from_item, submission_to_item,
};
pub(crate) use parts::{ImageItem, image_from_item, image_to_item};

use crate::audit_item::{Item, unreadable};
use crate::work_entry::work_entry;

#[derive(Serialize, Deserialize)]
struct JobItem {
    pk: String,
    sk: JobId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work_pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work_sk: Option<String>,
    tenant: TenantId,
    created_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<ProjectId>,
    provider: Provider,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    batch: Option<BatchId>,
    kind: String,
    /// Of an image job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<ImageRequest>,
    /// Of a persona job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    persona_request: Option<PersonaRequest>,
    /// Of an export: the batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    export_of: Option<BatchId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submission: Option<SubmissionItem>,
    state: String,
    /// When a queued, running or clock-bound job is to be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(default)]
    resends: u32,
    /// The token of a running job's lease, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lease: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<ImageItem>,
    /// What a persona job has written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    persona: Option<PersonaId>,
    /// Where the archive is that an export has made, and its length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    export: Option<(String, u64)>,
    revision: u64,
    calls: u32,
    attempts: u32,
    strikes: u32,
    #[serde(default)]
    turns_missed: u32,
    /// The month and the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hold: Option<(Month, Usd)>,
    probe: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential: Option<(CredentialId, u32)>,
    estimated: Usd,
    price_version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cost: Option<CostItem>,
    /// Of the calls before a retry: attempts, cost, and at most besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    earlier: Option<(u32, Usd, Usd)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_request_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audit_id: Option<AuditId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
}

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("JOB#{tenant}")
}

pub(crate) fn to_item(job: &Job) -> Result<Item, Fault> {
    let (work_pk, work_sk) = work_entry(job).unzip();
    let (until, resends, reason) = match &job.state {
        State::Queued { due, resends } | State::Submitted { due, resends } => (Some(*due), *resends, None),
        State::Running { lease } => (Some(lease.until), 0, None),
        State::Paused { reason, until } => (*until, 0, Some(reason.code())),
        State::Failed { reason } => (None, 0, Some(reason.code())),
        State::Succeeded { .. } | State::Unknown | State::Cancelled => (None, 0, None),
    };
    let (image, persona, export) = match &job.state {
        State::Succeeded { made: Made::Image(image) } => (Some(image), None, None),
        State::Succeeded { made: Made::Persona(id) } => (None, Some(*id), None),
        State::Succeeded { made: Made::Export(export) } => (None, None, Some(export.clone())),
        _ => (None, None, None),
    };
    let lease = match &job.state {
        State::Running { lease } => Some(format!("{:016x}", lease.token)),
        _ => None,
    };
    let (request, persona_request, export_of) = match &job.task {
        Task::Image(request) => (Some(request.clone()), None, None),
        Task::Persona(request) => (None, Some(request.clone()), None),
        Task::Export { batch } => (None, None, Some(*batch)),
        Task::ApiKeyTest => (None, None, None),
    };
    let item = JobItem {
        pk: partition_key(&job.tenant),
        sk: job.id,
        work_pk,
        work_sk,
        tenant: job.tenant.clone(),
        created_by: job.created_by.clone(),
        project: job.project.clone(),
        provider: job.provider,
        batch: job.batch,
        kind: job.task.kind().to_owned(),
        request,
        persona_request,
        export_of,
        submission: job.submission.as_ref().map(submission_to_item),
        state: job.state.name().to_owned(),
        until,
        resends,
        lease,
        reason: reason.map(str::to_owned),
        note: job.note.clone(),
        image: image.map(image_to_item),
        persona,
        export: export.map(|export| (export.object_key, export.bytes)),
        revision: job.revision,
        calls: job.calls,
        attempts: job.attempts,
        strikes: job.strikes,
        turns_missed: job.turns_missed,
        hold: job.hold.map(|hold| (hold.month, hold.amount)),
        probe: job.probe,
        credential: job.credential,
        estimated: job.estimated,
        price_version: job.price_version.clone(),
        cost: job.cost.as_ref().map(cost_to_item),
        earlier: earlier_to_item(job.earlier),
        provider_request_id: job.provider_request_id.clone(),
        audit_id: job.audit_id,
        created_at: job.created_at,
        updated_at: job.updated_at,
        finished_at: job.finished_at,
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn from_item(item: Item) -> Result<Job, Fault> {
    let item: JobItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    let unfit = |what: &str| unreadable("main", &format!("{}: {what}", item.sk));
    let reason = item.reason.as_deref().unwrap_or_default();
    let until = || item.until.ok_or_else(|| unfit("no time in `until`"));
    let state = match item.state.as_str() {
        "queued" => State::Queued { due: until()?, resends: item.resends },
        "running" => match item.lease.as_deref() {
            Some(hex) => {
                let token = u64::from_str_radix(hex, 16).map_err(|_| unfit("lease"))?;
                State::Running { lease: Lease { token, until: until()? } }
            }
            // Nobody has it: it is with the provider.
            None => State::Submitted { due: until()?, resends: item.resends },
        },
        "paused" => State::Paused { reason: reason.parse().map_err(|_| unfit("reason"))?, until: item.until },
        "unknown" => State::Unknown,
        "succeeded" => State::Succeeded {
            made: match (item.image, item.persona, item.export) {
                (Some(image), ..) => Made::Image(image_from_item(image)),
                (None, Some(id), _) => Made::Persona(id),
                (None, None, Some((object_key, bytes))) => Made::Export(StoredExport { object_key, bytes }),
                (None, None, None) => Made::Nothing,
            },
        },
        "failed" => State::Failed { reason: reason.parse().map_err(|_| unfit("reason"))? },
        "cancelled" => State::Cancelled,
        _ => return Err(unfit("state")),
    };
    let task = match (item.kind.as_str(), item.request, item.persona_request, item.export_of) {
        ("image", Some(request), ..) => Task::Image(request),
        ("persona", _, Some(request), _) => Task::Persona(request),
        ("export", _, _, Some(batch)) => Task::Export { batch },
        ("key_test", ..) => Task::ApiKeyTest,
        _ => return Err(unreadable("main", &format!("{}: kind", item.sk))),
    };
    Ok(Job {
        id: item.sk,
        tenant: item.tenant,
        created_by: item.created_by,
        project: item.project,
        provider: item.provider,
        batch: item.batch,
        task,
        state,
        submission: item.submission.map(submission_from_item),
        note: item.note,
        revision: item.revision,
        calls: item.calls,
        attempts: item.attempts,
        strikes: item.strikes,
        turns_missed: item.turns_missed,
        hold: item.hold.map(|(month, amount)| Hold { month, amount }),
        probe: item.probe,
        credential: item.credential,
        estimated: item.estimated,
        price_version: item.price_version,
        cost: item.cost.map(cost_from_item).transpose()?,
        earlier: earlier_from_item(item.earlier),
        provider_request_id: item.provider_request_id,
        audit_id: item.audit_id,
        created_at: item.created_at,
        updated_at: item.updated_at,
        finished_at: item.finished_at,
    })
}
