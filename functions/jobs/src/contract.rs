//! What this function's routes take and answer, a file for each subject.

mod batches;
mod jobs;
mod openai;
mod personas;
mod uploads;

use web::ProblemKind::{
    self, InvalidParameter, ModelRetired, ProjectArchived, TooManyRequests, UnknownModel,
};
use web::contract::Operation;

use crate::estimates::EstimateView;
use crate::models::ModelView;
use crate::{Health, estimates, healthy, models};

/// What can be wrong with something that a job is to be made from.
const ORDER: &[ProblemKind] =
    &[UnknownModel, ModelRetired, InvalidParameter, ProjectArchived, TooManyRequests];

/// Every route.
pub fn operations() -> Vec<Operation> {
    let others = vec![
        Operation::get("/v1/models", models::list)
            .named("listModels", "What there is, what it takes and costs, what shuts down when.")
            .page::<ModelView<'_>>("All of them."),
        Operation::post("/v1/estimates", estimates::estimate)
            .named("estimate", "What a job, a persona or a batch will cost, before anything is ordered.")
            .ok::<EstimateView>("Expected, at least, at most, and in a plan with credits.")
            .problems(ORDER)
            .problems(&[ProblemKind::UploadUnusable, ProblemKind::UploadMissing]),
        Operation::get("/healthz", healthy)
            .named("health", "Whether the stack answers.")
            .ok::<Health>("It does."),
    ];
    [
        jobs::operations(),
        batches::operations(),
        personas::operations(),
        uploads::operations(),
        openai::operations(),
        others,
    ]
    .into_iter()
    .flatten()
    .collect()
}
