//! A small KMS on loopback: as much of AWS KMS as Ownkey calls, in its own wire format, honest enough to trust.
//!
//! Wrong contexts, tampered blobs, foreign and disabled KMS keys are refused as AWS refuses them, old blobs open
//! after a rotation, and everything outlives `kill -9`. It never checks who asks: signatures, roles and grants are
//! not looked at, so a green run here says nothing about the template's rights.

mod blob;
mod calls;
mod error;
mod kms_key;
mod operations;
mod store;
#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use self::calls::Calls;
pub use self::calls::KmsCall;
use self::error::KmsError;
use self::kms_key::KmsKey;
use self::store::Store;

/// The KMS of the local stack.
pub struct KmsEmulator {
    store: Store,
    calls: Calls,
}

impl KmsEmulator {
    /// Reads what an earlier run left in the file. The file is made with the first KMS key, not before.
    ///
    /// # Errors
    /// When the file is there but cannot be read, or holds something else.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { store: Store::open(path)?, calls: Calls::default() })
    }

    /// `POST /`, as the AWS SDKs speak it (AWS JSON 1.1).
    pub fn router(self: Arc<Self>) -> Router {
        Router::new().route("/", post(answer)).with_state(self)
    }

    /// The ARN of the newest KMS key with this description, which is made if there is none yet.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn ensure_kms_key(&self, description: &str) -> io::Result<String> {
        match self.arns_of(description).into_iter().next() {
            Some(newest) => Ok(newest),
            None => self.add_kms_key(description),
        }
    }

    /// The ARN of the KMS key with this description that makes message authentication codes; it is made if there is none
    /// yet.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn ensure_mac_key(&self, description: &str) -> io::Result<String> {
        if let Some(there) = self.arns_of(description).into_iter().next() {
            return Ok(there);
        }
        let made = self.store.change(|state| {
            let made = state.make_kms_key(description);
            state.find_mut(&made.arn())?.for_macs = true;
            Ok(made.arn())
        });
        made.map_err(|error| io::Error::other(error.to_string()))
    }

    /// The ARNs of the KMS keys with this description, the newest first.
    pub fn arns_of(&self, description: &str) -> Vec<String> {
        let described = |kms_key: &&KmsKey| kms_key.description == description;
        let mut arns: Vec<_> = self.store.read(|state| {
            let described = state.kms_keys.values().filter(described);
            described.map(|kms_key| (kms_key.created_at_millis, kms_key.arn())).collect()
        });
        arns.sort();
        arns.into_iter().rev().map(|(_, arn)| arn).collect()
    }

    /// The ARN of a new KMS key with this description.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_kms_key(&self, description: &str) -> io::Result<String> {
        let made = self.store.change(|state| Ok(state.make_kms_key(description).arn()));
        made.map_err(|error| io::Error::other(error.to_string()))
    }

    /// The latest calls, oldest first; the oldest of very many are forgotten.
    pub fn calls(&self) -> Vec<KmsCall> {
        self.calls.list()
    }
}

async fn answer(State(kms): State<Arc<KmsEmulator>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let target = header("x-amz-target").unwrap_or_default();
    let operation = target.strip_prefix("TrentService.").unwrap_or_default();
    let mut call = KmsCall::of(operation);
    call.invocation = header("amz-sdk-invocation-id").map(str::to_owned);
    // Only the rare operations that change something touch the disk; they are short enough to run right here.
    let outcome = operations::run(&kms.store, operation, &body, &mut call);
    call.outcome = outcome.as_ref().map(|_| ()).map_err(KmsError::name);
    tracing::debug!(kms.operation = operation, kms.outcome = ?call.outcome, "KMS call");
    kms.calls.add(call);

    let (status, body) = match outcome {
        // Operations without an answer have an empty body, not `{}`.
        Ok(None) => (StatusCode::OK, String::new()),
        Ok(Some(body)) => (StatusCode::OK, body.to_string()),
        Err(error) => (error.status(), error.body().to_string()),
    };
    let request_id = uuid::Builder::from_random_bytes(runtime::random()).into_uuid().to_string();
    let headers =
        [(CONTENT_TYPE.as_str(), "application/x-amz-json-1.1"), ("x-amzn-requestid", request_id.as_str())];
    (status, headers, body).into_response()
}
