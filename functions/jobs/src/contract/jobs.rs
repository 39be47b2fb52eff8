//! `/v1/jobs`.

use web::JobView;
use web::ProblemKind::{
    Conflict, ImageNotReady, JobStateConflict, TooManyRequests, UploadMissing, UploadUnusable,
};
use web::contract::{Header, Operation};

use super::ORDER;
use crate::{change, create, image, list};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/jobs", list::list)
            .named("listJobs", "What was asked for, the newest first.")
            .page::<JobView>(
            "A page of them. That of a filtered list may hold few, or none, and still have a next one.",
        ),
        Operation::post("/v1/jobs", create::create)
            .named("createJob", "Asks for an image.")
            .accepted::<JobView>("It is on record and will be made.")
            .perhaps_retiring()
            .idempotent()
            .problems(ORDER)
            .problems(&[UploadMissing, UploadUnusable, Conflict]),
        Operation::get("/v1/jobs/{id}", list::read)
            .named("readJob", "What has become of a job.")
            .ok::<JobView>("The job.")
            .perhaps(&Header::RETRY_AFTER)
            .perhaps_retiring(),
        Operation::get("/v1/jobs/{id}/image", image::image)
            .named("readJobImage", "Leads to the image itself.")
            .found("A link that works for five minutes. It is a secret for that time.")
            .problems(&[ImageNotReady]),
        Operation::post("/v1/jobs/{id}/cancel", change::cancel)
            .named("cancelJob", "Takes back a job that waits, or gives up one whose outcome is unknown.")
            .ok::<JobView>("It is cancelled.")
            .problems(&[JobStateConflict, Conflict]),
        Operation::post("/v1/jobs/{id}/retry", change::retry)
            .named("retryJob", "Does a failed job again; with your word also one whose outcome is unknown.")
            .accepted::<JobView>("It is queued again.")
            .perhaps_retiring()
            .problems(&[JobStateConflict, Conflict, TooManyRequests]),
        Operation::post("/v1/jobs/{id}/resume", change::resume)
            .named("resumeJob", "Has a paused job tried at once.")
            .accepted::<JobView>("It is queued again.")
            .perhaps_retiring()
            .problems(&[JobStateConflict, Conflict]),
    ]
}
