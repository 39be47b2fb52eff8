#![doc = include_str!("../README.md")]

#[cfg(feature = "contract")]
mod contract;
mod delete;
mod erase;
mod list;
mod put;
mod test;
mod view;

#[cfg(feature = "contract")]
pub use contract::operations;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post};
use domain::allowance::JobLimits;
use domain::credential::{CredentialMeta, Scope, Slot};
use domain::{Fault, ProjectId, Provider};
use providers::Providers;
use runtime::{Aws, AwsService};
use serde::Deserialize;
use store::{Allowances, Credentials, Erasures, Jobs, Projects, Queues, Tables};
use vault::{KmsKeyId, Sealer};
use web::{Principal, Problem, ProblemKind};

/// What this function works with.
pub struct ApiKeys {
    credentials: Credentials,
    erasures: Erasures,
    projects: Projects,
    jobs: Jobs,
    allowances: Allowances,
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
    /// How many jobs each tenant may ask for.
    pub limits: JobLimits,
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
            erasures: Erasures::new(&dynamodb, settings.tables.clone()),
            projects: Projects::new(&dynamodb, settings.tables.clone()),
            allowances: Allowances::new(&dynamodb, settings.tables.main.clone(), settings.limits),
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
        let erasures = self.erasures.clone();
        let router = Router::new()
            // Every one; the account's; a project's own.
            .route("/v1/api-keys", get(list::list))
            .route("/v1/projects/{project}/api-keys", get(list::of_project))
            .merge(slot_routes("/v1/api-keys/{provider}"))
            .merge(slot_routes("/v1/projects/{project}/api-keys/{provider}"))
            // With them goes all else.
            .route("/v1/account", delete(erase::erase))
            .with_state(Arc::new(self));
        web::closed_while(router, move |tenant| {
            let erasures = erasures.clone();
            async move { erasures.is_under_way(&tenant).await }
        })
    }
}

/// The account and each project have the same places for API keys.
fn slot_routes(path: &str) -> Router<Arc<ApiKeys>> {
    Router::new()
        .route(path, get(list::read).put(put::put).delete(self::delete::delete))
        .route(&format!("{path}/test"), post(test::test))
}

/// What lies in a slot, or what to do when nothing does.
async fn stored_in(app: &ApiKeys, slot: &Slot) -> Result<CredentialMeta, Problem> {
    app.credentials.read(slot).await.map_err(|fault| match fault {
        Fault::NotFound => {
            let (name, provider) = (slot.provider.display_name(), slot.provider);
            let detail = match &slot.scope {
                Scope::Account => {
                    format!("No API key of {name} is stored. Store one with PUT /v1/api-keys/{provider}.")
                }
                Scope::Project(project) => format!(
                    "The project `{project}` has no API key of {name} of its own. Store one with PUT \
                     /v1/projects/{project}/api-keys/{provider}."
                ),
            };
            Problem::new(ProblemKind::NotFound, detail)
        }
        other => other.into(),
    })
}

/// The place that a path names.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
struct Place {
    #[serde(default)]
    #[cfg_attr(feature = "contract", schemars(with = "ProjectId"))]
    project: Option<String>,
    #[cfg_attr(feature = "contract", schemars(with = "Provider"))]
    provider: String,
}

impl Place {
    fn slot(&self, principal: &Principal) -> Result<Slot, Problem> {
        let provider = self.provider.parse().map_err(|_| {
            let known = Provider::ALL.map(Provider::slug).join(", ");
            Problem::new(ProblemKind::UnknownProvider, format!("Ownkey knows these providers: {known}."))
        })?;
        let project = self.project.as_deref().map(project).transpose()?;
        Ok(Slot { tenant: principal.tenant.clone(), provider, scope: Scope::of(project.as_ref()) })
    }
}

/// A project named in the path. It need not have been made: its first API key makes it.
fn project(name: &str) -> Result<ProjectId, Problem> {
    name.parse().map_err(|_| {
        let detail = "A project is named by 1 to 64 letters, digits, - or _, and not `account`.";
        Problem::new(ProblemKind::InvalidRequest, detail).with("field", "project")
    })
}

/// How many jobs wait for the API key of a slot. The account's also pays for projects without one of their own.
async fn waiting_jobs(app: &ApiKeys, slot: &Slot, stored: &[CredentialMeta]) -> Result<u64, Fault> {
    let all = app.credentials.waiting_jobs(slot).await?;
    if slot.scope != Scope::Account {
        return Ok(all);
    }
    let mut of_projects = 0;
    let own = stored.iter().map(|meta| &meta.slot);
    for own in own.filter(|own| own.provider == slot.provider && own.scope != Scope::Account) {
        of_projects += app.credentials.waiting_jobs(own).await?;
    }
    Ok(all.saturating_sub(of_projects))
}
