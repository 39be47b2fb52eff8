//! Messages that nobody can follow, and jobs that nobody takes.

use aws_sdk_sqs::types::Message;
use domain::job::{Job, MOST_RESENDS, State};
use domain::{Provider, Timestamp};
use serde_json::json;

use crate::support::tables::submitted;
use crate::support::{OK, TestStack};

/// The longest message that SQS takes, in bytes, less what its reason needs.
const LONG: usize = 255 * 1024;

fn queue(stack: &TestStack) -> String {
    let mut queues = stack.stack.queues().iter();
    queues.find(|(provider, _)| *provider == Provider::Openai).unwrap().1.clone()
}

async fn send(stack: &TestStack, queue: &str, body: &str) {
    stack.sqs().send_message().queue_url(queue).message_body(body).send().await.unwrap();
}

/// Takes so many messages off a dead-letter queue, as they come.
async fn dead(stack: &TestStack, queue: &str, count: usize) -> Vec<Message> {
    let (sqs, url, mut found) = (stack.sqs(), format!("{queue}-dead"), Vec::new());
    while found.len() < count {
        let received = sqs.receive_message().queue_url(&url).message_attribute_names("All");
        let received = received.max_number_of_messages(10).wait_time_seconds(5).send().await.unwrap();
        for message in received.messages() {
            let delete = sqs.delete_message().queue_url(&url);
            delete.receipt_handle(message.receipt_handle().unwrap()).send().await.unwrap();
            found.push(message.clone());
        }
    }
    found
}

fn reason(message: &Message) -> &str {
    message.message_attributes().unwrap()["reason"].string_value().unwrap()
}

#[tokio::test]
async fn what_is_no_pointer_is_put_aside_with_the_reason_and_redriving_it_twice_does_no_harm() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let queue = queue(&stack);
    let job = stack.queue_without_pointer("ada", &[7; 10]).await.to_string();
    let later = json!({ "v": 2, "tenant": "ada", "job": job, "priority": "high" }).to_string();
    let long = "x".repeat(LONG);
    for body in [later.as_str(), "not even JSON", &long] {
        send(&stack, &queue, body).await;
    }
    let mut reasons = Vec::new();
    let letters = dead(&stack, &queue, 3).await;
    for letter in &letters {
        assert!([later.as_str(), "not even JSON", &long].contains(&letter.body().unwrap()), "as it came");
        reasons.push(reason(letter).to_owned());
    }
    reasons.sort();
    let expected = [
        "261120 bytes are no pointer to a job",
        "a pointer of version 2; this code reads version 1",
        "not a pointer to a job",
    ];
    assert_eq!(reasons, expected);
    // The job says what happened, and that it goes on.
    let shown = ada.job(&job).await;
    let message = shown["reason"]["message"].as_str().unwrap();
    assert!(message.contains("version 2") && message.ends_with("It is sent again."), "{shown}");

    // Somebody sends all of it back to where it came from, and once more, with a good pointer among it.
    let pointer = json!({ "v": 1, "tenant": "ada", "job": job }).to_string();
    for _ in 0..2 {
        for body in letters.iter().filter_map(Message::body).chain([pointer.as_str()]) {
            send(&stack, &queue, body).await;
        }
        assert_eq!(dead(&stack, &queue, 3).await.len(), 3);
    }
    ada.wait_for(&job, "succeeded").await;
    assert_eq!(stack.charges().await.len(), 1);
    assert_eq!(stack.dead_letters(&queue).await, [""; 0]);
}

#[tokio::test]
async fn a_job_that_no_worker_takes_for_a_day_fails_visibly_and_can_be_retried() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let state = State::Queued { due: Timestamp::UNIX_EPOCH, resends: MOST_RESENDS };
    let job = Job { state, ..TestStack::job_of("ada", &[7; 10]) };
    stack.jobs().create(&job, None, submitted(&job)).await.unwrap();
    let failed = ada.wait_for(&job.id.to_string(), "failed").await;
    assert_eq!((&failed["reason"]["code"], &failed["attempts"]), (&json!("undeliverable"), &json!(0)));
    assert_eq!(failed["cost"]["at_most"], json!(null), "no call was made");
    ada.store(OK).await;
    ada.post(&format!("/v1/jobs/{}/retry", job.id), json!({})).await.expect(202);
    ada.wait_for(&job.id.to_string(), "succeeded").await;
}
