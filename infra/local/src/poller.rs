//! What Lambda's event source mapping does in AWS: receives messages in batches, invokes a function with them, and
//! deletes all but those that it gives back.

use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message};
use domain::Timestamp;
use notifier::Notifier;
use runtime::now;
use store::RECEIVE_BATCH;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use worker::Worker;

/// How many invocations run at the same time, as `MaximumConcurrency` says in the template.
const INVOCATIONS: usize = 32;

/// How long an invocation may take: Lambda's limit.
const INVOCATION: Duration = Duration::from_secs(900);

/// What stands behind a queue.
pub(crate) trait Behind: Send + Sync + 'static {
    /// Does what a batch of messages asks for, until `deadline`.
    fn handle(&self, event: SqsEvent, deadline: Timestamp) -> impl Future<Output = SqsBatchResponse> + Send;
}

impl Behind for Worker {
    async fn handle(&self, event: SqsEvent, deadline: Timestamp) -> SqsBatchResponse {
        self.handle(event, deadline).await
    }
}

impl Behind for Notifier {
    async fn handle(&self, event: SqsEvent, _: Timestamp) -> SqsBatchResponse {
        self.handle(event).await
    }
}

/// Polls a queue until it is dropped.
pub(crate) async fn poll(client: Client, queue: String, function: Arc<impl Behind>) {
    let places = Arc::new(Semaphore::new(INVOCATIONS));
    let mut invocations = JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let received = client
            .receive_message()
            .queue_url(&queue)
            .max_number_of_messages(RECEIVE_BATCH)
            // Half of what the client waits for an answer.
            .wait_time_seconds(10)
            .send()
            .await;
        let messages = match received {
            Ok(received) => received.messages.unwrap_or_default(),
            Err(error) => {
                tracing::warn!(error = %error, "queue does not answer");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        if !messages.is_empty() {
            let (client, queue, function) = (client.clone(), queue.clone(), function.clone());
            invocations.spawn(async move {
                invoke(&client, &queue, &*function, messages).await;
                drop(place);
            });
        }
        while invocations.try_join_next().is_some() {}
    }
}

async fn invoke(client: &Client, queue: &str, function: &impl Behind, messages: Vec<Message>) {
    let records = messages.iter().map(record).collect();
    let mut event = SqsEvent::default();
    event.records = records;
    let deadline = now().saturating_add(INVOCATION).unwrap_or(Timestamp::MAX);
    let response = Behind::handle(function, event, deadline).await;
    let failed = |id: &str| response.batch_item_failures.iter().any(|failure| failure.item_identifier == id);
    let done = messages.iter().filter(|message| !message.message_id().is_some_and(failed));
    let entries: Vec<_> =
        done.enumerate().filter_map(|(index, message)| delete_entry(index, message)).collect();
    if entries.is_empty() {
        return;
    }
    if let Err(error) = client.delete_message_batch().queue_url(queue).set_entries(Some(entries)).send().await
    {
        tracing::error!(%error, "messages not deleted; they will come again");
    }
}

fn record(message: &Message) -> SqsMessage {
    let mut record = SqsMessage::default();
    record.message_id = message.message_id.clone();
    record.receipt_handle = message.receipt_handle.clone();
    record.body = message.body.clone();
    record
}

fn delete_entry(index: usize, message: &Message) -> Option<DeleteMessageBatchRequestEntry> {
    let entry = DeleteMessageBatchRequestEntry::builder().id(index.to_string());
    entry.receipt_handle(message.receipt_handle()?).build().ok()
}
