#![doc = include_str!("../README.md")]

mod budgets;
#[cfg(feature = "contract")]
mod contract;
mod notices;
mod projects;
mod usage;
mod webhooks;

#[cfg(feature = "contract")]
pub use contract::operations;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use domain::webhook::Reach;
use runtime::{Aws, AwsService};
use signing::Secrets;
use store::{Budgets, Deliveries, Erasures, Jobs, Notices, NotifierQueue, Projects, Tables, Usage, Webhooks};
use web::{Problem, ProblemKind};

/// What this function works with.
pub struct AccountApi {
    budgets: Budgets,
    erasures: Erasures,
    notices: Notices,
    projects: Projects,
    usage: Usage,
    jobs: Jobs,
    webhooks: Webhooks,
    deliveries: Deliveries,
    secrets: Secrets,
    notifier: NotifierQueue,
    reach: Reach,
}

/// What this function is told about its stack.
pub struct Settings {
    /// The name of the stack.
    pub stage: String,
    /// The main and the audit table.
    pub tables: Tables,
    /// The notifier's queue.
    pub notifier: String,
    /// The ARN of the KMS key that the secrets of webhooks are derived from.
    pub webhooks_kms_key: String,
    /// How far webhooks may go.
    pub reach: Reach,
}

impl AccountApi {
    /// Sets the clients up.
    pub fn new(aws: &Aws, settings: Settings) -> Self {
        let (dynamodb, tables) = (aws.config(AwsService::Dynamodb), settings.tables);
        let kms = aws.config(AwsService::Kms);
        Self {
            notices: Notices::new(&dynamodb, tables.main.clone()),
            usage: Usage::new(&dynamodb, tables.main.clone()),
            deliveries: Deliveries::new(&dynamodb, tables.main.clone()),
            erasures: Erasures::new(&dynamodb, tables.clone()),
            projects: Projects::new(&dynamodb, tables.clone()),
            jobs: Jobs::new(&dynamodb, tables.clone()),
            webhooks: Webhooks::new(&dynamodb, tables.clone()),
            budgets: Budgets::new(&dynamodb, tables),
            secrets: Secrets::new(&kms, settings.webhooks_kms_key, settings.stage),
            notifier: NotifierQueue::new(&aws.config(AwsService::Sqs), settings.notifier),
            reach: settings.reach,
        }
    }

    /// The routes of this function.
    pub fn router(self) -> Router {
        let erasures = self.erasures.clone();
        let router = Router::new()
            .route("/v1/budgets", get(budgets::list))
            .route("/v1/budgets/{budget}", get(budgets::read).put(budgets::put).delete(budgets::delete))
            .route("/v1/notices", get(notices::list))
            .route("/v1/projects", get(projects::list))
            .route("/v1/projects/{project}", get(projects::read).put(projects::put).delete(projects::delete))
            .route("/v1/usage", get(usage::show))
            .route("/v1/webhooks", get(webhooks::list).post(webhooks::create))
            .route("/v1/webhooks/{id}", get(webhooks::read).put(webhooks::edit).delete(webhooks::delete))
            .route("/v1/webhooks/{id}/secret", post(webhooks::rotate))
            .route("/v1/webhooks/{id}/test", post(webhooks::test))
            .route("/v1/webhooks/{id}/deliveries", get(webhooks::deliveries))
            .route("/v1/webhooks/{id}/redeliver", post(webhooks::redeliver))
            .with_state(Arc::new(self));
        web::closed_while(router, move |tenant| {
            let erasures = erasures.clone();
            async move { erasures.is_under_way(&tenant).await }
        })
    }
}

/// A field or parameter that cannot be taken, and what would be.
fn unfit(field: &'static str, what: String) -> Problem {
    Problem::new(ProblemKind::InvalidRequest, format!("`{field}` {what}")).with("field", field)
}
