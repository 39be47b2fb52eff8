//! `DELETE /v1/uploads/{id}`: the photo, the reference that was made of it, and the record. What stays is the audit
//! trail, which shows no more than the id.

use std::sync::Arc;

use axum::extract::State as App;
use axum::response::Response;
use domain::audit::Action;
use domain::upload::UploadState;
use domain::{Fault, UploadId};
use runtime::now;
use web::{JobsWrite, PathOf, Permit, Problem, reply};

use super::{TRIES, event};
use crate::JobsApi;

pub(crate) async fn delete(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<UploadId>,
    App(app): App<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let photos = &app.photos;
    for _ in 0..TRIES {
        let upload = photos.records.read(&principal.tenant, id, now()).await?;
        // The objects first: if this breaks off, the record is still there to delete them by.
        photos.images.delete(&upload.arrival_object_key()).await?;
        if let UploadState::Ready(image) = &upload.state {
            photos.images.delete(&image.object_key).await?;
        }
        let deleted = event(&upload, now(), &principal.actor, Action::UploadDeleted, "ok");
        match photos.records.delete(&upload, deleted).await {
            // It was completed meanwhile, and has a reference now; or somebody else deleted it.
            Err(Fault::Conflict) => {}
            Err(fault) => return Err(fault.into()),
            Ok(()) => return Ok(reply::no_content()),
        }
    }
    Err(Fault::Conflict.into())
}
