//! An audit event as everybody sees it: in an answer, in an export, and under a seal.

use serde::Serialize;
use serde_json::Value;

use super::{Action, AuditEvent};
use crate::time::Time;
use crate::{AuditId, CredentialId, JobId, ProjectId, Provider, Usd};

/// The JSON of an audit event. Its bytes are promised for ever, because seals are made over them: the order of the
/// members stays, and a new member must be left out where there is nothing to say, so that old lines stay as they are.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "AuditEvent"))]
#[derive(Debug, Serialize)]
pub struct AuditLine {
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

impl AuditLine {
    /// The members, in their order.
    pub const COLUMNS: [&str; 16] = [
        "id",
        "at",
        "actor",
        "action",
        "provider",
        "model",
        "project",
        "credential",
        "credential_version",
        "job",
        "attempt",
        "subject",
        "outcome",
        "cost",
        "at_most",
        "provider_request_id",
    ];

    /// The line of an export, without its end: what a seal is made over.
    pub fn json(&self) -> String {
        // Cannot fail: the members are texts and numbers.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The values, in the order of the columns.
    pub fn values(&self) -> Vec<Value> {
        let mut members = serde_json::to_value(self).unwrap_or_default();
        Self::COLUMNS.iter().map(|name| members.get_mut(name).map(Value::take).unwrap_or_default()).collect()
    }
}

impl From<AuditEvent> for AuditLine {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Never change this text: older seals would break. A further test for a further member.
    const FROZEN: &str = r#"{"id":"aud_019aae3fad007070b070707070707070","at":"2025-11-23T01:06:40.000Z","actor":"ada \"x\"","action":"job.succeeded","provider":"openai","model":"gpt-image-2","project":null,"credential":"cred_019aae3fad007070b070707070707070","credential_version":2,"job":"job_019aae3fad007070b070707070707070","attempt":1,"subject":null,"outcome":"ok","cost":"0.0420","at_most":null,"provider_request_id":"req_1"}"#;

    #[test]
    fn the_bytes_of_a_line_stay_as_they_are() {
        let (at, entropy) = (jiff::Timestamp::constant(1_763_860_000, 0), [0x70; 10]);
        let line = AuditLine::from(AuditEvent {
            id: AuditId::make(at, &entropy),
            at,
            tenant: "ada".parse().unwrap(),
            actor: "ada \"x\"".to_owned(),
            action: Action::JobSucceeded,
            provider: Some(Provider::Openai),
            model: Some("gpt-image-2".to_owned()),
            project: None,
            credential: Some((CredentialId::make(at, &entropy), 2)),
            job: Some((JobId::make(at, &entropy), 1)),
            subject: None,
            outcome: "ok".to_owned(),
            cost: Some(Usd::from_micros(42_000)),
            at_most: None,
            provider_request_id: Some("req_1".to_owned()),
        });
        assert_eq!(line.json(), FROZEN);
        let columns: Vec<_> =
            line.json().split(",\"").map(|member| member.split('"').next().unwrap().to_owned()).collect();
        assert_eq!(columns[1..], AuditLine::COLUMNS[1..]);
        assert_eq!((line.values()[4].as_str(), line.values()[6].as_str()), (Some("openai"), None));
    }
}
