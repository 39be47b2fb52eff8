#![doc = include_str!("../README.md")]

mod delete;
mod list;
mod put;
mod test;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use domain::credential::{CredentialMeta, Scope, Slot};
use domain::{Fault, Provider};
use providers::Providers;
use runtime::{Aws, AwsService};
use store::{Credentials, Jobs, Queues, Tables};
use vault::{KmsKeyId, Sealer};
use web::{Principal, Problem, ProblemKind};

/// What this function works with.
pub struct ApiKeys {
    credentials: Credentials,
    jobs: Jobs,
    queues: Queues,
    vault_table: String,
    sealer: Sealer,
    providers: Providers,
    /// What to try when a provider refuses an API key, where the stack has something to say about it.
    refusal_hint: Option<String>,
}

/// What this function is told about its stack.
pub struct Settings {
    /// The main and the audit table.
    pub tables: Tables,
    /// The vault table.
    pub vault_table: String,
    /// The queues of the workers.
    pub queues: Vec<(Provider, String)>,
    /// The KMS key that wraps the data keys.
    pub kms_key: KmsKeyId,
    /// The name of the stack.
    pub stage: String,
    /// What to try when a provider refuses an API key.
    pub refusal_hint: Option<String>,
}

impl ApiKeys {
    /// Sets the clients up.
    pub fn new(aws: &Aws, providers: Providers, settings: Settings) -> Self {
        let dynamodb = aws.config(AwsService::Dynamodb);
        Self {
            credentials: Credentials::new(&dynamodb, settings.tables.clone()),
            jobs: Jobs::new(&dynamodb, settings.tables),
            queues: Queues::new(&aws.config(AwsService::Sqs), settings.queues),
            vault_table: settings.vault_table,
            sealer: Sealer::new(&aws.config(AwsService::Kms), settings.kms_key, settings.stage),
            providers,
            refusal_hint: settings.refusal_hint,
        }
    }

    /// The routes of this function.
    pub fn router(self) -> Router {
        Router::new()
            .route("/v1/api-keys", get(list::list))
            .route("/v1/api-keys/{provider}", get(list::read).put(put::put).delete(delete::delete))
            .route("/v1/api-keys/{provider}/test", post(test::test))
            .with_state(Arc::new(self))
    }
}

/// What lies in a slot, or what to do when nothing does.
async fn stored_in(app: &ApiKeys, slot: &Slot) -> Result<CredentialMeta, Problem> {
    app.credentials.read(slot).await.map_err(|fault| match fault {
        Fault::NotFound => {
            let name = slot.provider.display_name();
            let detail =
                format!("No API key of {name} is stored. Store one with PUT /v1/api-keys/{}.", slot.provider);
            Problem::new(ProblemKind::NotFound, detail)
        }
        other => other.into(),
    })
}

/// The slot of the account's API key for a provider named in the path.
fn account_slot(principal: &Principal, provider: &str) -> Result<Slot, Problem> {
    let provider = provider.parse().map_err(|_| {
        let known = Provider::ALL.map(Provider::slug).join(", ");
        Problem::new(ProblemKind::UnknownProvider, format!("Ownkey knows these providers: {known}."))
    })?;
    Ok(Slot { tenant: principal.tenant.clone(), provider, scope: Scope::Account })
}
