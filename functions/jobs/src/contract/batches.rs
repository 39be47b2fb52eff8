//! `/v1/batches`.

use web::JobView;
use web::ProblemKind::{BatchRefused, InvalidParameter, TooManyRequests};
use web::contract::{Header, Operation};

use crate::batches;
use crate::batches::view::BatchView;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/batches", batches::list)
            .named("listBatches", "Batches, the newest first.")
            .page::<BatchView>("A page of them."),
        Operation::post("/v1/batches", batches::create)
            .named(
                "createBatch",
                "Asks for up to 1,000 images at once: all or none, or with `partial` those that fit.",
            )
            .accepted::<BatchView>("It is on record. Its jobs are being put there.")
            .idempotent()
            .problems(&[BatchRefused, InvalidParameter, TooManyRequests]),
        Operation::get("/v1/batches/{id}", batches::read)
            .named(
                "readBatch",
                "How many jobs of a batch are in which state. The jobs are at `/v1/jobs?batch=`.",
            )
            .ok::<BatchView>("The batch.")
            .perhaps(&Header::RETRY_AFTER),
        Operation::post("/v1/batches/{id}/cancel", batches::cancel)
            .named("cancelBatch", "Cancels the jobs of a batch that wait.")
            .ok::<BatchView>("They are cancelled, but for those that were `missed`."),
        Operation::post("/v1/batches/{id}/retry", batches::retry)
            .named("retryBatch", "Does the failed jobs of a batch again, and no others.")
            .accepted::<BatchView>("They are queued again, but for those that were `missed`.")
            .problems(&[TooManyRequests]),
        Operation::post("/v1/batches/{id}/export", batches::export)
            .named("exportBatch", "Puts the finished images of a batch into an archive.")
            .accepted::<JobView>("A job of the kind `export`. When it has succeeded, it carries a link.")
            .idempotent()
            .problems(&[TooManyRequests]),
    ]
}
