//! A stored API key as the API shows it.

use domain::credential::{CredentialMeta, CredentialState};
use domain::{CredentialId, ProjectId, Provider, Usd};
use serde::Serialize;
use web::Time;

/// A stored API key. The hint is all that is ever shown of the secret.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "ApiKey"))]
#[derive(Serialize)]
pub(crate) struct CredentialView {
    id: CredentialId,
    provider: Provider,
    project: Option<ProjectId>,
    label: Option<String>,
    /// Its last four characters.
    hint: String,
    /// Counts up each time it is replaced.
    version: u32,
    #[cfg_attr(feature = "contract", schemars(extend("enum" = ["active", "unverified", "invalid", "out_of_credit"])))]
    state: &'static str,
    state_reason: Option<String>,
    /// Where something can be done about it.
    action_url: Option<&'static str>,
    created_at: Time,
    verified_at: Option<Time>,
    last_used_at: Option<Time>,
    balance: Option<BalanceView>,
    /// How many jobs wait for it.
    paused_jobs: u64,
}

/// What was left behind it, where the provider says so.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "ApiKeyBalance"))]
#[derive(Serialize)]
struct BalanceView {
    amount: Usd,
    at: Time,
}

impl CredentialView {
    pub(crate) fn new(meta: &CredentialMeta, paused_jobs: u64) -> Self {
        let provider = meta.slot.provider;
        let name = provider.display_name();
        let (state_reason, action_url) = match &meta.state {
            CredentialState::Active => (None, None),
            CredentialState::Unverified => (Some(format!("{name} has not been asked about it yet.")), None),
            CredentialState::Invalid { reason } => (Some(reason.clone()), Some(provider.api_keys_url())),
            CredentialState::OutOfCredit { .. } => {
                (Some(format!("The {name} account has no credit left.")), Some(provider.billing_url()))
            }
        };
        Self {
            id: meta.id,
            provider,
            project: meta.slot.scope.project().cloned(),
            label: meta.label.clone(),
            hint: meta.hint.clone(),
            version: meta.version,
            state: meta.state.name(),
            state_reason,
            action_url,
            created_at: Time(meta.created_at),
            verified_at: meta.verified_at.map(Time),
            last_used_at: meta.last_used_at.map(Time),
            balance: meta.balance.map(|balance| BalanceView { amount: balance.amount, at: Time(balance.at) }),
            paused_jobs,
        }
    }
}
