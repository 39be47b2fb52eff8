//! Webhooks about single jobs, for those who ask for them.

use domain::Provider;
use serde_json::json;

use super::receiver::Receiver;
use super::{kinds, path, webhook};
use crate::support::{OK, TestStack};

#[tokio::test]
async fn who_asks_for_it_hears_how_each_job_ended_and_people_are_not_bothered() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let before = ada.ask_for("a fox").await;
    ada.wait_for(&before, "succeeded").await;
    let receiver = Receiver::start().await;
    let made = webhook(&ada, &receiver, "/ok", &["job.succeeded", "job.failed"]).await;
    let job = ada.ask_for("a fox").await;
    let told = receiver.wait_for(1).await.remove(0);
    assert!(told.is_signed_by(&made["secret"]));
    let body = told.json();
    assert_eq!((&body["type"], &body["data"]["job"]), (&json!("job.succeeded"), &json!(job)));
    assert_eq!(body["data"]["task"], "image");
    ada.store_for(Provider::Openai, "moderated").await;
    let refused = ada.ask_for("a fox").await;
    let body = receiver.wait_for(2).await[1].json();
    assert_eq!((&body["type"], &body["data"]["job"]), (&json!("job.failed"), &json!(refused)));
    assert_eq!(body["data"]["reason"], "moderated");
    assert!(kinds(&ada).await.is_empty());
    // Whoever wants it no more is told no more.
    ada.put(&path(&made), json!({ "events": ["batch.done"] })).await.expect(200);
    let last = ada.ask_for("a fox").await;
    ada.wait_for(&last, "failed").await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(receiver.seen().len(), 2);
}

#[tokio::test]
async fn a_job_that_nobody_knows_the_end_of_is_told_of() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let receiver = Receiver::start().await;
    webhook(&ada, &receiver, "/ok", &["job.unknown"]).await;
    ada.store_for(Provider::Openai, "hang-up").await;
    let job = ada.ask_for("a fox").await;
    let body = receiver.wait_for(1).await[0].json();
    assert_eq!((&body["type"], &body["data"]["job"]), (&json!("job.unknown"), &json!(job)));
    assert_eq!(kinds(&ada).await, ["job.unknown"]);
}
