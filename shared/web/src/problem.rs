//! Errors as people and programs see them: RFC 9457 problem details.
//!
//! `type` is stable and names the kind; `title` says what happened; `detail` says what is wrong with this request
//! and what to do. An internal cause goes to the log, where it happens; it never goes into a problem.

use axum::response::{IntoResponse, Response};
use domain::catalogue::Model;
use domain::{Fault, ProjectId};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};

use crate::{Retirement, Standing};

macro_rules! problem_kinds {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:ident, $title:literal;)*) => {
        /// What kind of trouble it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemKind { $($(#[$doc])* $name,)* }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The last part of the problem's `type`.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// The status code that it is answered with.
            pub const fn status_code(self) -> u16 {
                self.status().as_u16()
            }

            /// What happened, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

problem_kinds! {
    /// No token, or one that is not accepted.
    Unauthorized = "unauthorized", UNAUTHORIZED, "Sign in first";
    /// The token lacks a scope.
    MissingScope = "missing-scope", FORBIDDEN, "Your token does not allow this";
    /// No such thing in this tenant's.
    NotFound = "not-found", NOT_FOUND, "Not found";
    /// No such provider.
    UnknownProvider = "unknown-provider", NOT_FOUND, "Unknown provider";
    /// The address takes other methods.
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "Method not allowed here";
    /// The body is not JSON.
    InvalidJson = "invalid-json", BAD_REQUEST, "The body is not valid JSON";
    /// The body, query or path does not fit.
    InvalidRequest = "invalid-request", BAD_REQUEST, "The request does not fit";
    /// The body is something else than JSON.
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "Send JSON";
    /// The body is too large.
    PayloadTooLarge = "payload-too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The text is no API key of this provider.
    ApiKeyMalformed = "api-key-malformed", BAD_REQUEST, "This is not an API key";
    /// The provider does not accept the API key.
    ApiKeyRejected = "api-key-rejected", UNPROCESSABLE_ENTITY, "The provider does not accept this API key";
    /// The provider did not answer.
    ProviderUnavailable = "provider-unavailable", SERVICE_UNAVAILABLE, "The provider does not answer";
    /// No such model.
    UnknownModel = "unknown-model", UNPROCESSABLE_ENTITY, "Unknown model";
    /// The model is gone, or so near its end that it takes no new jobs.
    ModelRetired = "model-retired", UNPROCESSABLE_ENTITY, "This model takes no new jobs";
    /// The project takes nothing new.
    ProjectArchived = "project-archived", UNPROCESSABLE_ENTITY, "This project is archived";
    /// A field does not fit: what it may be is in the detail.
    InvalidParameter = "invalid-parameter", UNPROCESSABLE_ENTITY, "A field does not fit";
    /// The `Idempotency-Key` was used for something else.
    IdempotencyKeyReused = "idempotency-key-reused", UNPROCESSABLE_ENTITY, "This Idempotency-Key was used for another request";
    /// What is there is not the version that `If-Match` names.
    PreconditionFailed = "precondition-failed", PRECONDITION_FAILED, "It has been changed meanwhile";
    /// Some jobs of a batch do not fit.
    BatchRefused = "batch-refused", UNPROCESSABLE_ENTITY, "Some jobs do not fit";
    /// The job's state does not allow it.
    JobStateConflict = "job-state-conflict", CONFLICT, "The job is not in a state for this";
    /// There is no image (yet).
    ImageNotReady = "image-not-ready", CONFLICT, "There is no image";
    /// Nobody has said that the person shown has agreed.
    ConsentNeeded = "consent-needed", UNPROCESSABLE_ENTITY, "The person shown must have agreed";
    /// Nothing was uploaded (yet).
    UploadMissing = "upload-missing", CONFLICT, "Nothing was uploaded yet";
    /// What was uploaded is no photo that can be used.
    UploadUnusable = "upload-unusable", UNPROCESSABLE_ENTITY, "The upload cannot be used";
    /// As many webhooks as there may be.
    TooManyWebhooks = "too-many-webhooks", UNPROCESSABLE_ENTITY, "As many webhooks as there may be";
    /// Somebody else was first.
    Conflict = "conflict", CONFLICT, "Changed at the same time";
    /// The account is being erased.
    AccountBeingErased = "account-being-erased", CONFLICT, "This account is being erased";
    /// More than a limit allows.
    TooManyRequests = "too-many-requests", TOO_MANY_REQUESTS, "Too many at once";
    /// A service of ours does not answer.
    Unavailable = "temporarily-unavailable", SERVICE_UNAVAILABLE, "Temporarily unavailable";
    /// Our mistake.
    Internal = "internal-error", INTERNAL_SERVER_ERROR, "Something went wrong on our side";
}

/// An error answer.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: ProblemKind,
    detail: String,
    more: Map<String, Value>,
    /// The limit that is reached.
    standing: Option<Standing>,
    /// The model that is going.
    retirement: Option<Box<Retirement>>,
}

impl Problem {
    /// A problem of a kind. `detail`: what is wrong with this request, and what to do.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), more: Map::new(), standing: None, retirement: None }
    }

    /// Refuses what is more than a limit allows. `detail`: how much that is, and what to do.
    pub fn too_many(standing: Standing, detail: impl Into<String>) -> Self {
        let problem = Self::new(ProblemKind::TooManyRequests, detail).with("limit", standing.quota);
        Self { standing: Some(standing), ..problem }
    }

    /// Refuses what is meant for a model that takes no new jobs. `detail`: since when, and what to use instead.
    pub fn retired(model: &Model, detail: impl Into<String>) -> Self {
        let problem = Self::new(ProblemKind::ModelRetired, detail)
            .with("field", "model")
            .with("replacement", model.replacement.clone())
            .with("shutdown_date", model.shutdown_date.clone());
        Self { retirement: Some(Box::new(Retirement::of(model))), ..problem }
    }

    /// Refuses what is meant for a project that takes nothing new.
    pub fn archived(project: &ProjectId) -> Self {
        let detail = format!(
            "`{project}` takes no new jobs or API keys. PUT {{}} to /v1/projects/{project} takes it up again."
        );
        Self::new(ProblemKind::ProjectArchived, detail).with("field", "project")
    }

    /// What it says, for the place where one problem tells of several.
    pub fn members(self) -> Map<String, Value> {
        let mut members = Map::from_iter([
            ("type".to_owned(), format!("/problems/{}", self.kind.slug()).into()),
            ("title".to_owned(), self.kind.title().into()),
            ("detail".to_owned(), self.detail.into()),
        ]);
        members.extend(self.more);
        members
    }

    /// What kind of trouble it is.
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// A further member, for programs (RFC 9457, section 3.2).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotFound => {
                Self::new(ProblemKind::NotFound, "There is nothing of this id in your account.")
            }
            Fault::Conflict => {
                Self::new(ProblemKind::Conflict, "Somebody changed it at the same time. Read it again.")
            }
            Fault::Unavailable => Self::new(
                ProblemKind::Unavailable,
                "Something behind this did not answer in time. Look whether it was done, then try again.",
            ),
            Fault::Broken => Self::new(
                ProblemKind::Internal,
                "It is in our logs. Tell us the request id if it happens again.",
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, told_otherwise) = (self.kind.status(), self.clone());
        let (standing, retirement) = (self.standing.clone(), self.retirement.clone());
        let mut members = self.members();
        members.insert("status".to_owned(), status.as_u16().into());
        let mut response = (status, Value::Object(members).to_string()).into_response();
        // For a door that tells it in other words: see `openai.rs`.
        response.extensions_mut().insert(told_otherwise);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match status {
            StatusCode::UNAUTHORIZED => headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            StatusCode::SERVICE_UNAVAILABLE => headers.insert(RETRY_AFTER, HeaderValue::from_static("5")),
            _ => None,
        };
        if let Some(standing) = standing {
            headers.insert(RETRY_AFTER, HeaderValue::from(standing.more_in_seconds));
            standing.tell(headers);
        }
        if let Some(retirement) = retirement {
            retirement.tell(headers);
        }
        response
    }
}
