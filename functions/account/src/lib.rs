#![doc = include_str!("../README.md")]

mod usage;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use runtime::{Aws, AwsService};
use store::{Tables, Usage};

/// What this function works with.
pub struct AccountApi {
    usage: Usage,
}

impl AccountApi {
    /// Sets the client up.
    pub fn new(aws: &Aws, tables: Tables) -> Self {
        Self { usage: Usage::new(&aws.config(AwsService::Dynamodb), tables.main) }
    }

    /// The routes of this function.
    pub fn router(self) -> Router {
        Router::new().route("/v1/usage", get(usage::show)).with_state(Arc::new(self))
    }
}
