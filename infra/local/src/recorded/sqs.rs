//! What SQS is asked, as IAM sees it: a batch needs the right to do it once.

use serde_json::Value;

use super::Call;

pub(super) fn calls(operation: &str, body: &Value) -> Vec<Call> {
    let action = operation.strip_suffix("Batch").unwrap_or(operation);
    let queue = body["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or("*");
    vec![Call::new(format!("sqs:{action}"), logical(queue))]
}

/// The name in the template: `bfl` is `BflQueue`, `bfl-dead` is `BflDeadLetterQueue`. Queues of tests, such as
/// `bfl-of-our-own`, stand for the provider's.
fn logical(queue: &str) -> String {
    let kind = if queue.ends_with("-dead") { "DeadLetterQueue" } else { "Queue" };
    let provider = queue.split('-').next().unwrap_or_default();
    let mut letters = provider.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(kind.chars()).collect()
}
