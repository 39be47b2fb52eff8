//! Fair queues for the SQS emulator, which does not know them yet: since July 2025 a standard queue takes a
//! `MessageGroupId`, and the emulator refuses it. Here every message is equally fair.

use std::pin::Pin;

use axum::body::Bytes;
use http::Response;
use rustack_sqs_http::body::SqsResponseBody;
use rustack_sqs_http::dispatch::SqsHandler;
use rustack_sqs_model::error::SqsError;
use rustack_sqs_model::operations::SqsOperation;
use serde_json::Value;

/// Takes the group off before the emulator sees it.
pub(crate) struct FairQueues<H>(pub(crate) H);

type Answer = Pin<Box<dyn Future<Output = Result<Response<SqsResponseBody>, SqsError>> + Send>>;

impl<H: SqsHandler> SqsHandler for FairQueues<H> {
    fn handle_operation(&self, operation: SqsOperation, body: Bytes) -> Answer {
        self.0.handle_operation(operation, without_group(body))
    }
}

/// Of a single message, and of each in a batch of them.
fn without_group(body: Bytes) -> Bytes {
    let Ok(Value::Object(mut request)) = serde_json::from_slice(&body) else { return body };
    let mut found = request.remove("MessageGroupId").is_some();
    for entry in request.get_mut("Entries").and_then(Value::as_array_mut).into_iter().flatten() {
        found |= entry.as_object_mut().is_some_and(|entry| entry.remove("MessageGroupId").is_some());
    }
    if found { Value::Object(request).to_string().into() } else { body }
}
