#![doc = include_str!("../README.md")]

pub mod allowance;
pub mod api_key;
pub mod audit;
pub mod batch;
pub mod budget;
pub mod catalogue;
#[cfg(feature = "contract")]
mod contract;
pub mod credential;
pub mod csv;
pub mod delivery;
pub mod erasure;
pub mod fault;
pub mod id;
pub mod image_request;
pub mod job;
pub mod money;
pub mod notice;
pub mod outcome;
pub mod persona;
pub mod project;
pub mod provider;
pub mod queue;
pub mod settle;
pub mod time;
pub mod upload;
pub mod usage;
pub mod webhook;

pub use api_key::ApiKey;
pub use fault::Fault;
pub use id::{
    AuditId, BatchId, CredentialId, JobId, NoticeId, PersonaId, ProjectId, TenantId, UploadId, WebhookId,
};
pub use jiff::civil::Date;
pub use jiff::{SignedDuration, Timestamp};
pub use money::Usd;
pub use provider::Provider;
