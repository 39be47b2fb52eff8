//! Reference photos: `/v1/uploads`.
//!
//! A photo does not pass through this function on its way in: a form is signed, and the browser posts the file straight
//! to S3. What arrived is looked at when its upload is completed, or when a job first asks for it, and from then on only
//! the cleaned reference exists.

mod clean;
mod complete;
mod create;
mod delete;
mod read;
mod sniff;
pub(crate) mod view;

pub(crate) use complete::complete;
pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use read::{list, read};

use std::sync::Arc;

use domain::audit::{Action, AuditEvent};
use domain::upload::Upload;
use domain::{AuditId, Timestamp};
use runtime::{Aws, AwsService, random};
use store::{Images, UploadForms, Uploads};
use tokio::sync::Semaphore;

use crate::Settings;

/// The code of every refusal, in the API and the audit trail. Why exactly is said in words.
const UNUSABLE: &str = "unusable";

/// How often a change is tried when somebody else changes the upload at the same time.
const TRIES: usize = 3;

/// What uploads are kept with.
pub(crate) struct Photos {
    records: Uploads,
    forms: UploadForms,
    images: Images,
    /// One photo at a time is in memory.
    desk: Arc<Semaphore>,
}

impl Photos {
    pub(crate) fn new(aws: &Aws, settings: &Settings) -> Self {
        let s3 = aws.config(AwsService::S3);
        Self {
            records: Uploads::new(&aws.config(AwsService::Dynamodb), settings.tables.clone()),
            forms: UploadForms::new(&s3, settings.images_bucket.clone()),
            images: Images::new(&s3, settings.images_bucket.clone()),
            desk: Arc::new(Semaphore::new(1)),
        }
    }
}

fn event(upload: &Upload, at: Timestamp, actor: &str, action: Action, outcome: &str) -> AuditEvent {
    upload.event((AuditId::make(at, &random()), at), actor, action, outcome)
}
