#![doc = include_str!("../README.md")]

mod budgets;
mod notices;
mod projects;
mod usage;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use runtime::{Aws, AwsService};
use store::{Budgets, Notices, Projects, Tables, Usage};
use web::{Problem, ProblemKind};

/// What this function works with.
pub struct AccountApi {
    budgets: Budgets,
    notices: Notices,
    projects: Projects,
    usage: Usage,
}

impl AccountApi {
    /// Sets the client up.
    pub fn new(aws: &Aws, tables: Tables) -> Self {
        let dynamodb = aws.config(AwsService::Dynamodb);
        Self {
            notices: Notices::new(&dynamodb, tables.main.clone()),
            usage: Usage::new(&dynamodb, tables.main.clone()),
            projects: Projects::new(&dynamodb, tables.clone()),
            budgets: Budgets::new(&dynamodb, tables),
        }
    }

    /// The routes of this function.
    pub fn router(self) -> Router {
        Router::new()
            .route("/v1/budgets", get(budgets::list))
            .route("/v1/budgets/{budget}", get(budgets::read).put(budgets::put).delete(budgets::delete))
            .route("/v1/notices", get(notices::list))
            .route("/v1/projects", get(projects::list))
            .route("/v1/projects/{project}", get(projects::read).put(projects::put).delete(projects::delete))
            .route("/v1/usage", get(usage::show))
            .with_state(Arc::new(self))
    }
}

/// A field or parameter that cannot be taken, and what would be.
fn unfit(field: &'static str, what: String) -> Problem {
    Problem::new(ProblemKind::InvalidRequest, format!("`{field}` {what}")).with("field", field)
}
