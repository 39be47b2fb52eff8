#![doc = include_str!("../README.md")]

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use domain::audit::{Action, AuditEvent};
use domain::{AuditId, CredentialId, JobId, ProjectId, Provider, Timestamp, Usd};
use runtime::{Aws, AwsService};
use serde::{Deserialize, Serialize};
use store::{AuditFilter, AuditTrail};
use web::{AuditRead, Listing, Permit, Problem, QueryOf, Time, reply};

/// What this function works with.
pub struct AuditApi {
    trail: AuditTrail,
}

impl AuditApi {
    /// Sets the client up.
    pub fn new(aws: &Aws, audit_table: String) -> Self {
        Self { trail: AuditTrail::new(&aws.config(AwsService::Dynamodb), audit_table) }
    }

    /// The routes of this function.
    pub fn router(self) -> Router {
        Router::new().route("/v1/audit", get(list)).with_state(Arc::new(self))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    provider: Option<Provider>,
    model: Option<String>,
    action: Option<Action>,
    job: Option<JobId>,
    cursor: Option<AuditId>,
    #[serde(default)]
    limit: Listing,
}

/// `GET /v1/audit`: newest first.
async fn list(
    Permit(principal, _): Permit<AuditRead>,
    QueryOf(query): QueryOf<Query>,
    State(app): State<Arc<AuditApi>>,
) -> Result<Response, Problem> {
    let limit = query.limit.limit();
    let filter = AuditFilter {
        from: query.from,
        to: query.to,
        provider: query.provider,
        model: query.model,
        action: query.action,
        job: query.job,
        after: query.cursor,
    };
    let page = app.trail.list(&principal.tenant, &filter, limit).await?;
    let items: Vec<_> = page.items.into_iter().map(AuditView::from).collect();
    Ok(reply::page(&items, page.next.map(|id| id.to_string())))
}

/// The JSON of an audit event.
#[derive(Serialize)]
struct AuditView {
    id: AuditId,
    at: Time,
    actor: String,
    action: Action,
    provider: Option<Provider>,
    model: Option<String>,
    project: Option<ProjectId>,
    credential: Option<CredentialId>,
    credential_version: Option<u32>,
    job: Option<JobId>,
    attempt: Option<u32>,
    subject: Option<String>,
    outcome: String,
    cost: Option<Usd>,
    at_most: Option<Usd>,
    provider_request_id: Option<String>,
}

impl From<AuditEvent> for AuditView {
    fn from(event: AuditEvent) -> Self {
        let (credential, credential_version) = event.credential.unzip();
        let (job, attempt) = event.job.unzip();
        Self {
            id: event.id,
            at: Time(event.at),
            actor: event.actor,
            action: event.action,
            provider: event.provider,
            model: event.model,
            project: event.project,
            credential,
            credential_version,
            job,
            attempt,
            subject: event.subject,
            outcome: event.outcome,
            cost: event.cost,
            at_most: event.at_most,
            provider_request_id: event.provider_request_id,
        }
    }
}
