#![doc = include_str!("../README.md")]

#[cfg(feature = "contract")]
mod contract;
mod export;
mod list;
mod seals;
mod verify;

#[cfg(feature = "contract")]
pub use contract::operations;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use runtime::{Aws, AwsService};
use store::{Anchors, AuditTrail};

/// What this function works with.
pub struct AuditApi {
    trail: AuditTrail,
    anchors: Anchors,
}

impl AuditApi {
    /// Sets the clients up.
    pub fn new(aws: &Aws, audit_table: String, anchors_bucket: String) -> Self {
        Self {
            trail: AuditTrail::new(&aws.config(AwsService::Dynamodb), audit_table),
            anchors: Anchors::new(&aws.config(AwsService::S3), anchors_bucket),
        }
    }

    /// The routes of this function.
    pub fn router(self) -> Router {
        Router::new()
            .route("/v1/audit", get(list::list))
            .route("/v1/audit/seals", get(seals::list))
            .route("/v1/audit/verify", get(verify::verify))
            .with_state(Arc::new(self))
    }
}
