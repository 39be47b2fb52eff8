//! What a route takes and answers, for the OpenAPI document. What it takes is read off its handler's signature, so it
//! cannot differ from what is taken; what it answers is said beside the handler. Compiled for tests only.

mod asked;
mod header;
mod openai;
mod problem;

pub use asked::{Asked, Handler};
pub use header::Header;
pub use openai::{OpenaiErrorBody, told_of_ending, told_of_problem};
pub use problem::{GatewayMessage, ItemProblem, ProblemBody};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::ProblemKind;
use crate::openai::Ending;
use crate::reply::Page;

/// Makes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One route.
#[derive(Debug)]
pub struct Operation {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path as in the router and the template.
    pub path: String,
    /// What clients in other languages call it.
    pub id: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Which scope a token needs; None: no token.
    pub scope: Option<&'static str>,
    /// The parts of the path: one text, or an object of several.
    pub path_parts: Option<SchemaOf>,
    /// The query's parameters, as an object.
    pub query: Option<SchemaOf>,
    /// The JSON body, and whether it must be there.
    pub body: Option<(SchemaOf, bool)>,
    /// Request headers that it looks at.
    pub headers: Vec<&'static Header>,
    /// Answers that are no problems.
    pub answers: Vec<Answer>,
    /// Every kind of problem that it answers with.
    pub problems: Vec<ProblemKind>,
    /// At the door of OpenAI's clients: how jobs may end there without an image. All is told in OpenAI's words.
    pub openai_endings: Option<&'static [Ending]>,
}

/// An answer that is no problem.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// What it means.
    pub meaning: &'static str,
    /// What it may hold, by media type; a text unless a schema is given.
    pub content: Vec<(&'static str, Option<SchemaOf>)>,
    /// Its headers, and whether each is always there.
    pub headers: Vec<(&'static Header, bool)>,
}

impl Operation {
    /// `GET`.
    pub fn get<A>(path: impl Into<String>, handler: impl Handler<A>) -> Self {
        Self::new("GET", path.into(), handler)
    }

    /// `POST`.
    pub fn post<A>(path: impl Into<String>, handler: impl Handler<A>) -> Self {
        Self::new("POST", path.into(), handler)
    }

    /// `PUT`.
    pub fn put<A>(path: impl Into<String>, handler: impl Handler<A>) -> Self {
        Self::new("PUT", path.into(), handler)
    }

    /// `DELETE`.
    pub fn delete<A>(path: impl Into<String>, handler: impl Handler<A>) -> Self {
        Self::new("DELETE", path.into(), handler)
    }

    fn new<A, H: Handler<A>>(method: &'static str, path: String, _: H) -> Self {
        let mut operation = Self {
            method,
            path,
            id: "",
            summary: "",
            scope: None,
            path_parts: None,
            query: None,
            body: None,
            headers: Vec::new(),
            answers: Vec::new(),
            problems: vec![ProblemKind::Unavailable, ProblemKind::Internal],
            openai_endings: None,
        };
        H::tell(&mut operation);
        operation
    }

    /// What clients call it, such as `readJob`, and what it does.
    #[must_use]
    pub fn named(self, id: &'static str, summary: &'static str) -> Self {
        Self { id, summary, ..self }
    }

    /// 200 with a body.
    #[must_use]
    pub fn ok<T: JsonSchema>(self, meaning: &'static str) -> Self {
        self.json::<T>(200, meaning)
    }

    /// 200 with a page of a list.
    #[must_use]
    pub fn page<T: JsonSchema + 'static>(self, meaning: &'static str) -> Self {
        self.ok::<Page<'static, T>>(meaning)
    }

    /// 201.
    #[must_use]
    pub fn created<T: JsonSchema>(self, meaning: &'static str) -> Self {
        self.json::<T>(201, meaning)
    }

    /// 202, with where and when to look.
    #[must_use]
    pub fn accepted<T: JsonSchema>(self, meaning: &'static str) -> Self {
        self.json::<T>(202, meaning).always(&Header::LOCATION).always(&Header::RETRY_AFTER)
    }

    /// 202, with when to look, and no place to look at.
    #[must_use]
    pub fn begun<T: JsonSchema>(self, meaning: &'static str) -> Self {
        self.json::<T>(202, meaning).always(&Header::RETRY_AFTER)
    }

    /// 204.
    #[must_use]
    pub fn no_content(self, meaning: &'static str) -> Self {
        self.answer(204, meaning)
    }

    /// 302.
    #[must_use]
    pub fn found(self, meaning: &'static str) -> Self {
        self.answer(302, meaning).always(&Header::LOCATION)
    }

    /// 304, to a request that knows the answer already.
    #[must_use]
    pub fn not_modified(self) -> Self {
        self.answer(304, "You have it already.").always(&Header::ETAG)
    }

    /// 200 as a text of another kind, beside what else it may be.
    #[must_use]
    pub fn text(mut self, media_type: &'static str, meaning: &'static str) -> Self {
        match self.answers.iter_mut().find(|answer| answer.status == 200) {
            Some(answer) => {
                answer.content.push((media_type, None));
                self
            }
            None => {
                let content = vec![(media_type, None)];
                self.answers.push(Answer { status: 200, meaning, content, headers: Vec::new() });
                self
            }
        }
    }

    /// A header that the last of the answers always has.
    #[must_use]
    pub fn always(self, header: &'static Header) -> Self {
        self.with_header(header, true)
    }

    /// A header that the last of the answers may have.
    #[must_use]
    pub fn perhaps(self, header: &'static Header) -> Self {
        self.with_header(header, false)
    }

    /// The last of the answers may say when the model goes.
    #[must_use]
    pub fn perhaps_retiring(self) -> Self {
        self.perhaps(&Header::DEPRECATION).perhaps(&Header::SUNSET)
    }

    /// A request header that it looks at.
    #[must_use]
    pub fn looks_at(mut self, header: &'static Header) -> Self {
        self.headers.push(header);
        self
    }

    /// Repeats of a request are told by its `Idempotency-Key`.
    #[must_use]
    pub fn idempotent(self) -> Self {
        let kinds = [ProblemKind::InvalidRequest, ProblemKind::IdempotencyKeyReused];
        self.looks_at(&Header::IDEMPOTENCY_KEY).problems(&kinds)
    }

    /// It changes the version that `If-Match` names.
    #[must_use]
    pub fn conditional(self) -> Self {
        self.looks_at(&Header::IF_MATCH).problems(&[ProblemKind::PreconditionFailed, ProblemKind::Conflict])
    }

    /// Further kinds of problems.
    #[must_use]
    pub fn problems(mut self, kinds: &[ProblemKind]) -> Self {
        for kind in kinds {
            if !self.problems.contains(kind) {
                self.problems.push(*kind);
            }
        }
        self
    }

    fn json<T: JsonSchema>(mut self, status: u16, meaning: &'static str) -> Self {
        let content: Vec<(&'static str, Option<SchemaOf>)> =
            vec![("application/json", Some(SchemaGenerator::subschema_for::<T>))];
        self.answers.push(Answer { status, meaning, content, headers: Vec::new() });
        self
    }

    fn answer(mut self, status: u16, meaning: &'static str) -> Self {
        self.answers.push(Answer { status, meaning, content: Vec::new(), headers: Vec::new() });
        self
    }

    fn with_header(mut self, header: &'static Header, always: bool) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push((header, always));
        }
        self
    }
}
