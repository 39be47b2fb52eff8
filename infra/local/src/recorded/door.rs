//! Stands in front of an emulator, notes what is asked, and hands everything on as it came.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::request::Parts;
use runtime::AwsService;
use serde_json::Value;
use tokio::task::JoinSet;

use super::{Call, Recorder, Sent, caller, dynamodb, kms, s3, sent, sns, sqs};
use crate::serving::{listen, serve_router};
use crate::start_error::StartError;

/// More than any request has.
const MOST_BYTES: usize = 128 << 20;

/// The operations of DynamoDB that cost read units.
const READS: [&str; 5] = ["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"];

/// A door of one emulator.
#[derive(Clone)]
pub(crate) struct Door {
    service: AwsService,
    emulator: String,
    latency: Duration,
    upstream: reqwest::Client,
    recorder: Arc<Recorder>,
}

impl Door {
    /// Opens a door in front of the emulator at a base URL; gives back where.
    pub(crate) async fn open(
        (service, emulator): (AwsService, &str),
        latency: Duration,
        recorder: &Arc<Recorder>,
        tasks: &mut JoinSet<()>,
    ) -> Result<String, StartError> {
        let upstream =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let upstream = upstream.map_err(|error| StartError::Emulator {
            what: "the record of calls",
            error: error.to_string(),
        })?;
        let recorder = recorder.clone();
        let door = Self { service, emulator: emulator.to_owned(), latency, upstream, recorder };
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

    fn partitions(&self, name: &str, body: &[u8]) -> Vec<String> {
        let Some(operation) = name.strip_prefix("dynamodb:") else { return Vec::new() };
        sent::partitions(operation, &serde_json::from_slice(body).unwrap_or_default())
    }
}

async fn pass(State(door): State<Door>, request: Request) -> Response {
    let began = Instant::now();
    let (mut parts, body) = request.into_parts();
    let Ok(mut body) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let name = sent::name(door.service, &parts);
    let caller = caller::access_key_id(&parts, &body);
    let asked = caller.clone().map(|caller| (caller, door.calls(&parts, &body)));
    let partitions = door.partitions(&name, &body);
    let note = |(caller, calls): (String, Vec<Call>)| door.recorder.note(&caller, calls);
    // A link or a form that was tampered with is not what the function has signed. The emulator of S3 knows.
    let (at_once, once_checked) = if door.service == AwsService::S3 { (None, asked) } else { (asked, None) };
    at_once.into_iter().for_each(note);
    if let (AwsService::Dynamodb, Some(asking)) = (door.service, sent::asking_for_units(&body)) {
        body = asking.into();
        parts.headers.remove(CONTENT_LENGTH);
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.headers.remove(TRANSFER_ENCODING);
    if !door.latency.is_zero() {
        tokio::time::sleep(door.latency).await;
    }
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
    let mut units = (0.0, 0.0);
    *passed.body_mut() = match door.service {
        AwsService::Dynamodb => {
            let Ok(answer) = answer.bytes().await else { return StatusCode::BAD_GATEWAY.into_response() };
            units = sent::units(&answer, !READS.iter().any(|reads| name.ends_with(reads)));
            Body::from(answer)
        }
        _ => Body::from_stream(answer.bytes_stream()),
    };
    if let Some(caller) = caller {
        let (write_units, read_units) = units;
        let function = String::new();
        let ended = Instant::now();
        let sent = Sent { function, request: name, began, ended, write_units, read_units, partitions };
        door.recorder.note_sent(&caller, sent);
    }
    passed
}
