//! `POST /v1/uploads/{id}/complete`: looks at what was uploaded, and makes a reference of it. Asked again, it gives the
//! same answer.

use std::sync::Arc;

use axum::extract::State as App;
use axum::response::Response;
use bytes::Bytes;
use domain::audit::Action;
use domain::outcome::StoredImage;
use domain::upload::{MOST_BYTES, Upload, UploadState};
use domain::{Fault, UploadId};
use ring::digest::{SHA256, digest};
use runtime::now;
use web::{JobsWrite, JsonBody, Nothing, PathOf, Permit, Principal, Problem, ProblemKind, reply};

use super::clean::{Cleaned, Unusable, clean};
use super::view::UploadView;
use super::{Photos, TRIES, UNUSABLE, event};
use crate::JobsApi;

pub(crate) async fn complete(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<UploadId>,
    App(app): App<Arc<JobsApi>>,
    _nothing: Option<JsonBody<Nothing>>,
) -> Result<Response, Problem> {
    let upload = app.ready_upload(&principal, id).await?;
    Ok(reply::ok(&UploadView::new(&app.images, &upload).await?))
}

impl JobsApi {
    /// An upload that can be used. One that nobody has completed yet is completed now; its state is then
    /// [`UploadState::Ready`] all the same.
    ///
    /// # Errors
    /// `not-found`, `upload-missing` while nothing was uploaded, `upload-unusable` with the reason.
    pub(crate) async fn ready_upload(&self, principal: &Principal, id: UploadId) -> Result<Upload, Problem> {
        let mut came = Came::Something;
        for _ in 0..TRIES {
            let upload = self.photos.records.read(&principal.tenant, id, now()).await?;
            match &upload.state {
                UploadState::Ready(_) => return Ok(upload),
                UploadState::Refused { reason } => {
                    return Err(Problem::new(ProblemKind::UploadUnusable, reason.clone()));
                }
                UploadState::Waiting if came == Came::Nothing => {
                    let detail = "Upload the photo first, with the form that the upload was made with. The form works \
                                  for five minutes; after that, make a new upload.";
                    return Err(Problem::new(ProblemKind::UploadMissing, detail));
                }
                // What becomes of it is then read afresh: somebody else may be first, and delete what came.
                UploadState::Waiting => came = self.photos.look_at(&upload, principal).await?,
            }
        }
        Err(Fault::Conflict.into())
    }
}

/// What there was to look at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    Something,
    Nothing,
}

impl Photos {
    /// Looks at what was uploaded and puts on record what becomes of it, unless somebody else was first.
    async fn look_at(&self, upload: &Upload, principal: &Principal) -> Result<Came, Fault> {
        // Waited for before the photo is fetched, so that what waits holds no memory.
        let turn = self.desk.clone().acquire_owned().await.map_err(|_| Fault::Broken)?;
        let arrival = upload.arrival_object_key();
        let uploaded = match self.images.read(&arrival, MOST_BYTES).await {
            Ok(uploaded) => uploaded,
            Err(Fault::NotFound) => return Ok(Came::Nothing),
            Err(fault) => return Err(fault),
        };
        let announced = upload.content_type;
        let cleaned = tokio::task::spawn_blocking(move || {
            // Kept until it is done, even if nobody waits for it any more.
            let _turn = turn;
            clean(&uploaded, announced)
        });
        match cleaned.await.map_err(|_| Fault::Broken)? {
            Ok(cleaned) => self.keep(upload, cleaned, principal).await?,
            Err(Unusable(reason)) => self.refuse(upload, reason, principal).await?,
        }
        // Only now that the record no longer needs it. If this fails, it goes by itself within a day or two.
        let _the_bucket_will = self.images.delete(&arrival).await;
        Ok(Came::Something)
    }

    async fn keep(&self, upload: &Upload, cleaned: Cleaned, principal: &Principal) -> Result<(), Fault> {
        let sha256 = hex(digest(&SHA256, &cleaned.bytes).as_ref());
        let image = StoredImage {
            object_key: upload.reference_object_key(&sha256),
            content_type: cleaned.content_type.media_type().to_owned(),
            width: cleaned.width,
            height: cleaned.height,
            bytes: cleaned.bytes.len() as u64,
            sha256,
        };
        let reference = image.object_key.clone();
        self.images.put(&image, Bytes::from(cleaned.bytes)).await?;
        let at = now();
        let accepted = event(upload, at, &principal.actor, Action::UploadAccepted, "ok");
        match self.records.advance(&upload.ready(image, at), accepted).await {
            Err(Fault::Conflict) => self.forget(upload, &reference).await,
            other => other,
        }
    }

    async fn refuse(&self, upload: &Upload, reason: String, principal: &Principal) -> Result<(), Fault> {
        let refused = event(upload, now(), &principal.actor, Action::UploadRefused, UNUSABLE);
        match self.records.advance(&upload.refused(reason), refused).await {
            Err(Fault::Conflict) => Ok(()),
            other => other,
        }
    }

    /// Deletes a reference that did not make it onto the record, unless it is the very one of whoever was first.
    async fn forget(&self, upload: &Upload, reference: &str) -> Result<(), Fault> {
        match self.records.read(&upload.tenant, upload.id, now()).await {
            Ok(Upload { state: UploadState::Ready(image), .. }) if image.object_key == reference => Ok(()),
            Ok(_) | Err(Fault::NotFound) => self.images.delete(reference).await,
            Err(fault) => Err(fault),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
