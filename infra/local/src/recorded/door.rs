//! Stands in front of an emulator, notes what is asked, and hands everything on as it came.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::TRANSFER_ENCODING;
use http::request::Parts;
use runtime::AwsService;
use serde_json::Value;
use tokio::task::JoinSet;

use super::{Call, Recorder, caller, dynamodb, kms, s3, sns, sqs};
use crate::serving::{listen, serve_router};
use crate::start_error::StartError;

/// More than any request has.
const MOST_BYTES: usize = 128 << 20;

/// A door of one emulator.
#[derive(Clone)]
pub(crate) struct Door {
    service: AwsService,
    emulator: String,
    upstream: reqwest::Client,
    recorder: Arc<Recorder>,
}

impl Door {
    /// Opens a door in front of the emulator at a base URL; gives back where.
    pub(crate) async fn open(
        service: AwsService,
        emulator: &str,
        recorder: &Arc<Recorder>,
        tasks: &mut JoinSet<()>,
    ) -> Result<String, StartError> {
        let upstream =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let upstream = upstream.map_err(|error| StartError::Emulator {
            what: "the record of calls",
            error: error.to_string(),
        })?;
        let door = Self { service, emulator: emulator.to_owned(), upstream, recorder: recorder.clone() };
        let (listener, url) = listen(0).await?;
        tasks.spawn(serve_router(listener, Router::new().fallback(pass).with_state(door)));
        Ok(url)
    }

    fn calls(&self, parts: &Parts, body: &[u8]) -> Vec<Call> {
        if self.service == AwsService::S3 {
            return s3::calls(parts, body);
        }
        if self.service == AwsService::Sns {
            return sns::calls(body);
        }
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default();
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        match self.service {
            AwsService::Dynamodb => dynamodb::calls(operation, &body),
            AwsService::Kms => kms::calls(operation, &body, |arn| self.recorder.kms_key(arn)),
            _ => sqs::calls(operation, &body),
        }
    }
}

async fn pass(State(door): State<Door>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let asked = caller::access_key_id(&parts, &body).map(|caller| (caller, door.calls(&parts, &body)));
    let note = |(caller, calls): (String, Vec<Call>)| door.recorder.note(&caller, calls);
    // A link or a form that was tampered with is not what the function has signed. The emulator of S3 knows.
    let (at_once, once_checked) = if door.service == AwsService::S3 { (None, asked) } else { (asked, None) };
    at_once.into_iter().for_each(note);
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.headers.remove(TRANSFER_ENCODING);
    let sent = door.upstream.request(parts.method, format!("{}{path}", door.emulator));
    let Ok(answer) = sent.headers(parts.headers).body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let as_signed = !matches!(answer.status(), StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST);
    once_checked.filter(|_| as_signed).into_iter().for_each(note);
    let mut passed = Response::new(Body::empty());
    *passed.status_mut() = answer.status();
    *passed.headers_mut() = answer.headers().clone();
    passed.headers_mut().remove(TRANSFER_ENCODING);
    *passed.body_mut() = Body::from_stream(answer.bytes_stream());
    passed
}
