//! An audit event as a row.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::{Action, AuditEvent};
use domain::{AuditId, CredentialId, Fault, JobId, ProjectId, Provider, TenantId, Timestamp, Usd};
use serde::{Deserialize, Serialize};

pub(crate) type Item = HashMap<String, AttributeValue>;

#[derive(Serialize, Deserialize)]
struct AuditItem {
    pk: TenantId,
    sk: AuditId,
    at: Timestamp,
    actor: String,
    action: Action,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<Provider>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<ProjectId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential: Option<(CredentialId, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    job: Option<(JobId, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cost: Option<Usd>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_most: Option<Usd>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_request_id: Option<String>,
}

pub(crate) fn to_item(event: &AuditEvent) -> Result<Item, Fault> {
    let event = event.clone();
    let row = AuditItem {
        pk: event.tenant,
        sk: event.id,
        at: event.at,
        actor: event.actor,
        action: event.action,
        provider: event.provider,
        model: event.model,
        project: event.project,
        credential: event.credential,
        job: event.job,
        subject: event.subject,
        outcome: event.outcome,
        cost: event.cost,
        at_most: event.at_most,
        provider_request_id: event.provider_request_id,
    };
    serde_dynamo::to_item(row).map_err(|_| Fault::Broken)
}

pub(crate) fn from_item(item: Item) -> Result<AuditEvent, Fault> {
    let row: AuditItem = serde_dynamo::from_item(item).map_err(|error| unreadable("audit", &error))?;
    Ok(AuditEvent {
        id: row.sk,
        at: row.at,
        tenant: row.pk,
        actor: row.actor,
        action: row.action,
        provider: row.provider,
        model: row.model,
        project: row.project,
        credential: row.credential,
        job: row.job,
        subject: row.subject,
        outcome: row.outcome,
        cost: row.cost,
        at_most: row.at_most,
        provider_request_id: row.provider_request_id,
    })
}

/// A stored item that this code cannot read: a bug, or a table that somebody else wrote to.
pub(crate) fn unreadable(table: &'static str, error: &dyn std::fmt::Display) -> Fault {
    tracing::error!(table, error = %error, "stored item cannot be read");
    Fault::Broken
}
