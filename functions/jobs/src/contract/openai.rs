//! `/openai/v1`: the door for code that knows OpenAI's API.

use web::ProblemKind::{Conflict, UploadMissing, UploadUnusable};
use web::contract::{Header, Operation};
use web::openai::Ending;

use super::ORDER;
use crate::openai::answer::Answer;
use crate::openai::models::{List, ModelView};
use crate::openai::{generate, models};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/openai/v1/images/generations", generate::generate)
            .named("generateOpenaiImages", "Draws images, and waits for them, in OpenAI's format.")
            .ok::<Answer>("The images. Those that have none are told beside.")
            .idempotent()
            .looks_at(&Header::RETRY_COUNT)
            .problems(ORDER)
            .problems(&[UploadMissing, UploadUnusable, Conflict])
            .in_openais_words(Ending::ALL),
        Operation::get("/openai/v1/models", models::list)
            .named("listOpenaiModels", "The models that draw, in OpenAI's format.")
            .ok::<List<'_>>("All of them.")
            .in_openais_words(&[]),
        Operation::get("/openai/v1/models/{model}", models::read)
            .named("readOpenaiModel", "One of them.")
            .ok::<ModelView<'_>>("The model.")
            .problems(&[web::ProblemKind::UnknownModel, web::ProblemKind::ModelRetired])
            .in_openais_words(&[]),
    ]
}
