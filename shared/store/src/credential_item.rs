//! What may be shown of a stored API key, as an item of the main table.

use domain::credential::{Balance, CredentialMeta, CredentialState, Slot};
use domain::{CredentialId, Fault, TenantId, Timestamp, Usd};
use serde::{Deserialize, Serialize};

use crate::audit_item::{Item, unreadable};

#[derive(Serialize, Deserialize)]
struct CredentialItem {
    pk: String,
    sk: String,
    tenant: TenantId,
    provider: domain::Provider,
    scope: String,
    id: CredentialId,
    version: u32,
    revision: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    hint: String,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probe_at: Option<Timestamp>,
    #[serde(default)]
    probes: u32,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verified_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    balance: Option<(Usd, Timestamp)>,
}

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("CREDENTIAL#{tenant}")
}

pub(crate) fn sort_key(slot: &Slot) -> String {
    format!("{}#{}", slot.provider, slot.scope)
}

pub(crate) fn to_item(meta: &CredentialMeta) -> Result<Item, Fault> {
    let (state_reason, probe_at, probes) = match &meta.state {
        CredentialState::Invalid { reason } => (Some(reason.clone()), None, 0),
        CredentialState::OutOfCredit { probe_at, probes } => (None, Some(*probe_at), *probes),
        CredentialState::Active | CredentialState::Unverified => (None, None, 0),
    };
    let item = CredentialItem {
        pk: partition_key(&meta.slot.tenant),
        sk: sort_key(&meta.slot),
        tenant: meta.slot.tenant.clone(),
        provider: meta.slot.provider,
        scope: meta.slot.scope.to_string(),
        id: meta.id,
        version: meta.version,
        revision: meta.revision,
        label: meta.label.clone(),
        hint: meta.hint.clone(),
        state: meta.state.name().to_owned(),
        state_reason,
        probe_at,
        probes,
        created_at: meta.created_at,
        verified_at: meta.verified_at,
        last_used_at: meta.last_used_at,
        balance: meta.balance.map(|balance| (balance.amount, balance.at)),
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn from_item(item: Item) -> Result<CredentialMeta, Fault> {
    let item: CredentialItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    let unfit = |what: &str| unreadable("main", &format!("{}: {what}", item.id));
    let state = match item.state.as_str() {
        "active" => CredentialState::Active,
        "unverified" => CredentialState::Unverified,
        "invalid" => CredentialState::Invalid { reason: item.state_reason.clone().unwrap_or_default() },
        "out_of_credit" => CredentialState::OutOfCredit {
            probe_at: item.probe_at.ok_or_else(|| unfit("no time in `probe_at`"))?,
            probes: item.probes,
        },
        _ => return Err(unfit("state")),
    };
    let scope = item.scope.parse().map_err(|_| unfit("scope"))?;
    Ok(CredentialMeta {
        id: item.id,
        slot: Slot { tenant: item.tenant, provider: item.provider, scope },
        version: item.version,
        revision: item.revision,
        label: item.label,
        hint: item.hint,
        state,
        created_at: item.created_at,
        verified_at: item.verified_at,
        last_used_at: item.last_used_at,
        balance: item.balance.map(|(amount, at)| Balance { amount, at }),
    })
}
