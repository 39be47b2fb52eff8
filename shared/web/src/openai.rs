//! The door for code that knows OpenAI's API: what goes wrong behind it, in the words that OpenAI's own clients read.
//!
//! They turn a status into an exception and send a request again, twice as a rule, on 408, 409, 429 and 5xx, unless
//! `x-should-retry` says otherwise (`_base_client.py` of `openai` for Python, `client.ts` of `openai` for Node). So each
//! answer says it: a job that has come to its end is never asked for again by itself.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::{Problem, ProblemKind};

/// Where the door is.
const DOOR: &str = "/openai/";

const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

macro_rules! endings {
    ($($(#[doc = $doc:literal])* $name:ident = $status:ident, $kind:literal, $code:literal;)*) => {
        /// Why a call that waited for its jobs brings no image.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Ending { $($(#[doc = $doc])* $name,)* }

        impl Ending {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Status, and OpenAI's `type` and `code`.
            pub(crate) const fn told_as(self) -> (StatusCode, &'static str, &'static str) {
                match self { $(Self::$name => (StatusCode::$status, $kind, $code),)* }
            }

            /// What it means, for the contract.
            #[cfg(feature = "contract")]
            pub(crate) fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*).trim(),)* }
            }
        }
    };
}

endings! {
    // As a request that is repeated while the first is still being answered (draft-ietf-httpapi-idempotency-key-header,
    // section 2.6); other clients do not repeat a 409 by themselves.
    /// The jobs are still at work.
    StillRunning = CONFLICT, "conflict", "job_still_running";
    /// The provider may have drawn and charged it; a person decides.
    Unknown = CONFLICT, "conflict", "outcome_unknown";
    /// Somebody has taken the job back.
    Cancelled = CONFLICT, "conflict", "job_cancelled";
    /// No money is left at the provider.
    OutOfCredit = TOO_MANY_REQUESTS, "insufficient_quota", "insufficient_quota";
    /// Less is left of a budget than it may cost.
    BudgetExceeded = TOO_MANY_REQUESTS, "insufficient_quota", "budget_exceeded";
    // Neither 401 nor 403: the token is good.
    /// No API key of the provider is stored.
    ApiKeyMissing = UNPROCESSABLE_ENTITY, "invalid_request_error", "provider_api_key_missing";
    /// The provider does not accept the stored API key.
    ApiKeyInvalid = UNPROCESSABLE_ENTITY, "invalid_request_error", "provider_api_key_invalid";
    /// The stored API key may not do this.
    NoPermission = UNPROCESSABLE_ENTITY, "invalid_request_error", "provider_permission_denied";
    /// The provider cannot be reached.
    ProviderDown = SERVICE_UNAVAILABLE, "server_error", "provider_unavailable";
    /// The provider's safety system refused it.
    Moderated = BAD_REQUEST, "image_generation_user_error", "moderation_blocked";
    /// The provider does not accept the request.
    BadRequest = BAD_REQUEST, "invalid_request_error", "provider_bad_request";
    /// The provider does not have the model any more.
    ModelRetired = NOT_FOUND, "invalid_request_error", "model_not_found";
    /// It went wrong at the provider, or afterwards.
    Failed = INTERNAL_SERVER_ERROR, "server_error", "job_failed";
    /// The images are there and too large for one answer.
    TooLarge = UNPROCESSABLE_ENTITY, "invalid_request_error", "answer_too_large";
}

/// An answer without an image, about jobs that are on record.
#[derive(Debug)]
pub struct Refusal {
    /// Why.
    pub ending: Ending,
    /// What happened, and what to do.
    pub message: String,
    /// About which jobs.
    pub jobs: Vec<String>,
    /// Whether the client may send the same again by itself: true only where that finds the same jobs.
    pub again: bool,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, kind, code) = self.ending.told_as();
        let more = Map::from_iter([("jobs".to_owned(), self.jobs.into())]);
        let mut response = (status, told(&self.message, kind, code, more)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(SHOULD_RETRY, HeaderValue::from_static(if self.again { "true" } else { "false" }));
        if self.again {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Tells the problems of this door in OpenAI's words. All that their headers say stays.
pub async fn in_its_words(request: Request, next: Next) -> Response {
    let at_the_door = request.uri().path().starts_with(DOOR);
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>().filter(|_| at_the_door) else {
        return response;
    };
    let (status, kind, code) = in_words(problem.kind());
    let mut more = problem.members();
    let message = more.remove("detail").as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
    // The page of the problem says more than a client shows.
    let page = more.remove("type").unwrap_or_default();
    more.remove("title");
    more.insert("problem".to_owned(), page);
    if let Some(field) = more.remove("field") {
        more.insert("param".to_owned(), field);
    }
    let (mut head, _) = response.into_parts();
    head.status = status;
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, told(&message, kind, &code, more).into())
}

fn told(message: &str, kind: &str, code: &str, more: Map<String, Value>) -> String {
    let mut error = Map::from_iter([
        ("message".to_owned(), message.into()),
        ("type".to_owned(), kind.into()),
        ("param".to_owned(), Value::Null),
        ("code".to_owned(), code.into()),
    ]);
    error.extend(more);
    json!({ "error": error }).to_string()
}

/// Status, and OpenAI's `type` and `code`.
pub(crate) fn in_words(kind: ProblemKind) -> (StatusCode, &'static str, String) {
    let status = match kind {
        // OpenAI knows one word for whatever does not fit a request, and another for a model that is not there.
        ProblemKind::InvalidParameter => StatusCode::BAD_REQUEST,
        ProblemKind::UnknownModel | ProblemKind::ModelRetired => StatusCode::NOT_FOUND,
        other => other.status(),
    };
    let family = match status {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::FORBIDDEN => "permission_error",
        StatusCode::CONFLICT => "conflict",
        StatusCode::TOO_MANY_REQUESTS => "requests",
        status if status.is_server_error() => "server_error",
        _ => "invalid_request_error",
    };
    let code = match kind {
        ProblemKind::UnknownModel | ProblemKind::ModelRetired => "model_not_found".to_owned(),
        ProblemKind::TooManyRequests => "rate_limit_exceeded".to_owned(),
        other => other.slug().replace('-', "_"),
    };
    (status, family, code)
}
