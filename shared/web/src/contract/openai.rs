//! What is told at the door that OpenAI's clients know: see `openai`.

#![expect(dead_code, reason = "only their schemas are used")]

use schemars::JsonSchema;

use super::Operation;
use crate::ProblemKind;
use crate::openai::{Ending, in_words};

/// An error in OpenAI's words.
#[derive(JsonSchema)]
#[schemars(rename = "OpenaiError")]
pub struct OpenaiErrorBody {
    error: OpenaiErrorTold,
}

/// What its clients show of an error, and what there is to know beside it.
#[derive(JsonSchema)]
#[schemars(inline)]
struct OpenaiErrorTold {
    /// What is wrong, and what to do.
    message: String,
    /// OpenAI's family of errors.
    r#type: String,
    /// Which parameter it is about.
    param: Option<String>,
    /// What kind of error it is. Stable.
    code: String,
    /// The jobs of the request, to be seen at `/v1/jobs`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    jobs: Option<Vec<String>>,
    /// What kind of problem it is at the other routes, and the address of a page about it.
    #[schemars(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// The scope that the token lacks.
    #[schemars(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// How much the limit allows.
    #[schemars(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    /// How many bytes are allowed.
    #[schemars(skip_serializing_if = "Option::is_none")]
    limit_bytes: Option<u64>,
    /// The model to use instead.
    #[schemars(skip_serializing_if = "Option::is_none")]
    replacement: Option<String>,
    /// The day the model goes or went.
    #[schemars(skip_serializing_if = "Option::is_none")]
    shutdown_date: Option<String>,
}

impl Operation {
    /// Errors come in OpenAI's words; these ends of its jobs are among them.
    #[must_use]
    pub fn in_openais_words(self, endings: &'static [Ending]) -> Self {
        Self { openai_endings: Some(endings), ..self }
    }
}

/// Status, code and meaning of a problem in OpenAI's words.
pub fn told_of_problem(kind: ProblemKind) -> (u16, String, &'static str) {
    let (status, _, code) = in_words(kind);
    (status.as_u16(), code, kind.title())
}

/// Status, code and meaning of an end of jobs.
pub fn told_of_ending(ending: Ending) -> (u16, String, &'static str) {
    let (status, _, code) = ending.told_as();
    (status.as_u16(), code.to_owned(), ending.about())
}
