//! Fair queues for the SQS emulator, which does not know them yet: since July 2025 a standard queue takes a
//! `MessageGroupId`, and the backlog of one group does not hold up the messages of another
//! (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html>).
//!
//! Here the emulator is shown a few messages of each group at a time, and the rest wait their turn in memory, as the
//! emulator's own messages do.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use http::Response;
use http_body_util::BodyExt;
use rustack_sqs_http::body::SqsResponseBody;
use rustack_sqs_http::dispatch::SqsHandler;
use rustack_sqs_model::error::SqsError;
use rustack_sqs_model::operations::SqsOperation;
use serde_json::{Map, Value, json};

/// How many messages of a group can be received at once: as many as one receive brings.
const SHOWN: usize = 10;

type Answer = Pin<Box<dyn Future<Output = Result<Response<SqsResponseBody>, SqsError>> + Send>>;

/// Holds messages back, group by group.
pub(crate) struct FairQueues<H> {
    emulator: Arc<H>,
    queues: Arc<Mutex<HashMap<String, Groups>>>,
}

type Groups = BTreeMap<String, Group>;

/// The messages of a group in one queue.
#[derive(Default)]
struct Group {
    /// How many the emulator has and nobody has received.
    shown: usize,
    /// Those that wait.
    held: VecDeque<Map<String, Value>>,
}

impl<H: SqsHandler> FairQueues<H> {
    pub(crate) fn before(emulator: H) -> Self {
        Self { emulator: Arc::new(emulator), queues: Arc::default() }
    }
}

impl<H> Clone for FairQueues<H> {
    fn clone(&self) -> Self {
        Self { emulator: self.emulator.clone(), queues: self.queues.clone() }
    }
}

impl<H: SqsHandler + 'static> SqsHandler for FairQueues<H> {
    fn handle_operation(&self, operation: SqsOperation, body: Bytes) -> Answer {
        let this = self.clone();
        Box::pin(async move {
            let Ok(Value::Object(request)) = serde_json::from_slice(&body) else {
                return this.emulator.handle_operation(operation, body).await;
            };
            match operation {
                SqsOperation::SendMessage => this.send(request).await,
                SqsOperation::SendMessageBatch => this.send_batch(request).await,
                SqsOperation::ReceiveMessage => this.receive(request, body).await,
                _ => this.emulator.handle_operation(operation, body).await,
            }
        })
    }
}

impl<H: SqsHandler> FairQueues<H> {
    /// Shows a message, or holds it back. One that is delayed is shown when it is due.
    async fn send(&self, mut message: Map<String, Value>) -> Result<Response<SqsResponseBody>, SqsError> {
        let group = message.remove("MessageGroupId");
        let delayed = message.get("DelaySeconds").and_then(Value::as_u64).unwrap_or(0) > 0;
        if let (Some(Value::String(group)), Some(queue), false) = (group, queue_of(&message), delayed) {
            let mut queues = self.lock();
            let group = queues.entry(queue).or_default().entry(group).or_default();
            if group.shown >= SHOWN {
                group.held.push_back(message);
                return Ok(answer(&json!({ "MessageId": uuid::Uuid::new_v4() })));
            }
            group.shown += 1;
        }
        self.show(message).await
    }

    async fn send_batch(&self, mut batch: Map<String, Value>) -> Result<Response<SqsResponseBody>, SqsError> {
        let mut done = Vec::new();
        for entry in batch.remove("Entries").as_ref().and_then(Value::as_array).into_iter().flatten() {
            let mut message = entry.as_object().cloned().unwrap_or_default();
            let id = message.remove("Id");
            message.extend(batch.clone());
            let sent = self.send(message).await?.into_body().collect().await;
            let sent = sent.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let mut sent: Value = serde_json::from_slice(&sent).unwrap_or_default();
            if let (Some(id), Some(sent)) = (id, sent.as_object_mut()) {
                sent.insert("Id".to_owned(), id);
            }
            done.push(sent);
        }
        Ok(answer(&json!({ "Successful": done, "Failed": [] })))
    }

    async fn receive(
        &self,
        request: Map<String, Value>,
        body: Bytes,
    ) -> Result<Response<SqsResponseBody>, SqsError> {
        let queue = queue_of(&request).unwrap_or_default();
        for message in self.next(&queue) {
            self.show(message).await?;
        }
        let received = self.emulator.handle_operation(SqsOperation::ReceiveMessage, body).await?;
        let (parts, body) = received.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        self.note(&queue, &body);
        Ok(Response::from_parts(parts, SqsResponseBody::from_bytes(body)))
    }

    /// Whose turn it is: the first that wait, of each group that is not shown enough of.
    fn next(&self, queue: &str) -> Vec<Map<String, Value>> {
        let (mut queues, mut next) = (self.lock(), Vec::new());
        for group in queues.get_mut(queue).into_iter().flat_map(BTreeMap::values_mut) {
            let room = SHOWN.saturating_sub(group.shown).min(group.held.len());
            next.extend(group.held.drain(..room));
            group.shown += room;
        }
        next
    }

    /// Counts what was received off its groups: a pointer says whose it is.
    fn note(&self, queue: &str, received: &Bytes) {
        let received: Value = serde_json::from_slice(received).unwrap_or_default();
        let mut queues = self.lock();
        let Some(groups) = queues.get_mut(queue) else { return };
        for message in received.get("Messages").and_then(Value::as_array).into_iter().flatten() {
            let body = message.get("Body").and_then(Value::as_str).unwrap_or_default();
            let pointer: Value = serde_json::from_str(body).unwrap_or_default();
            let group = pointer.get("tenant").and_then(Value::as_str).unwrap_or_default();
            if let Some(group) = groups.get_mut(group) {
                group.shown = group.shown.saturating_sub(1);
            }
        }
        groups.retain(|_, group| group.shown > 0 || !group.held.is_empty());
    }

    async fn show(&self, message: Map<String, Value>) -> Result<Response<SqsResponseBody>, SqsError> {
        let body = Value::Object(message).to_string();
        self.emulator.handle_operation(SqsOperation::SendMessage, body.into()).await
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Groups>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn queue_of(request: &Map<String, Value>) -> Option<String> {
    request.get("QueueUrl").and_then(Value::as_str).map(str::to_owned)
}

fn answer(body: &Value) -> Response<SqsResponseBody> {
    let mut answer = Response::new(SqsResponseBody::from_json(body.to_string().into_bytes()));
    let json = http::HeaderValue::from_static("application/x-amz-json-1.0");
    answer.headers_mut().insert(http::header::CONTENT_TYPE, json);
    answer
}
