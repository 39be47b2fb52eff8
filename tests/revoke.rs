//! A revoke: what begins after its answer, what was under way, and what copies of the tables bring back.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Provider;
use serde_json::{Value, json};

use crate::faults::fault::{Fault, Plan};
use crate::faults::place::{Place, Work, rests};
use crate::faults::relay::Relay;
use crate::support::{MODEL, TestStack, id};

type Item = HashMap<String, AttributeValue>;

const QUEUED: usize = 50;

/// Pointers, one event each.
async fn pointers(place: &Place, count: usize) -> Vec<Value> {
    let mut events = Vec::new();
    while events.len() < count {
        let Some(mut event) = place.receive().await else { continue };
        let records = event["Records"].as_array_mut().unwrap().split_off(0);
        events.extend(records.into_iter().map(|record| json!({ "Records": [record] })));
    }
    events
}

/// A table with all that is in it.
async fn copy(stack: &TestStack, table: &str) -> Vec<Item> {
    let mut pages = stack.dynamodb().scan().table_name(table).into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item.unwrap());
    }
    items
}

/// The table as it was.
async fn restore(stack: &TestStack, table: &str, items: &[Item]) {
    let client = stack.dynamodb();
    for item in copy(stack, table).await {
        let delete = client.delete_item().table_name(table);
        delete.key("pk", item["pk"].clone()).key("sk", item["sk"].clone()).send().await.unwrap();
    }
    for item in items {
        client.put_item().table_name(table).set_item(Some(item.clone())).send().await.unwrap();
    }
}

fn decrypts(stack: &TestStack) -> usize {
    stack.stack.kms().calls().iter().filter(|call| call.operation == "Decrypt").count()
}

#[tokio::test]
async fn no_submit_begins_after_the_answer_and_copies_of_the_tables_bring_nothing_back() {
    let work = Work::Image(Provider::Openai);
    let place = Place::open(work).await;
    let (stack, ada) = (&place.stack, &place.ada);
    let order = json!({ "model": MODEL, "prompt": "a fox", "quality": "low" });
    ada.post("/v1/batches", json!({ "job": order, "count": QUEUED })).await.expect(202);
    let mut events = pointers(&place, QUEUED).await;

    // One job is between KMS and the provider, another has left for the provider. Its answer takes a while.
    let opened = Relay::start(stack, &[Plan::first("kms Decrypt", Fault::SleepsAfter)]).await;
    let sent = Relay::start(stack, &[Plan::first("openai POST", Fault::SleepsAfter)]).await;
    let (opener, sender) = (place.worker(&opened).await, place.worker(&sent).await);
    let (first, second) = (events.remove(0), events.remove(0));
    let revoke = async {
        tokio::join!(opened.strikes(), sent.strikes());
        let before = (copy(stack, "main").await, copy(stack, "audit").await);
        assert_eq!(ada.delete("/v1/api-keys/openai").await.status, 204);
        assert_eq!((decrypts(stack), place.charges().await.len()), (2, 1), "the control");
        opened.wake();
        sent.wake();
        before
    };
    let (_, _, (main, audit)) = tokio::join!(opener.invoke(first), sender.invoke(second), revoke);
    for event in &events {
        opener.invoke(event.clone()).await.unwrap();
    }
    let jobs = place.settle_all(&opened).await;
    assert_eq!((decrypts(stack), place.charges().await.len()), (2, 1), "nothing began after the answer");
    let of = |state: &str| jobs.iter().filter(|job| job["state"] == state).count();
    assert_eq!((of("succeeded"), of("paused")), (1, QUEUED - 1));
    assert!(jobs.iter().all(|job| job["reason"]["code"] != "api_key_invalid"), "{jobs:#?}");

    // The trail tells of both: announced before, and after it one that was made and one that was not.
    let trail = ada.trail("").await;
    let (before, after) = {
        let revoked = trail.iter().position(|event| event["action"] == "credential.revoked").unwrap();
        trail.split_at(revoked)
    };
    let count = |events: &[Value], action: &str| events.iter().filter(|e| e["action"] == action).count();
    assert_eq!((count(before, "job.intent"), count(after, "job.intent")), (2, 0));
    assert_eq!((count(before, "job.succeeded"), count(after, "job.succeeded")), (0, 1));
    assert_eq!(count(after, "job.requeued"), 1, "{after:#?}");

    // The tables are brought back as they were a moment before the revoke. The vault has no copy.
    restore(stack, "main", &main).await;
    restore(stack, "audit", &audit).await;
    assert_eq!(stack.count("vault").await, 0);
    let shown = ada.get("/v1/api-keys/openai").await.expect(200);
    assert_eq!(shown["state"], "unverified", "the control: the record is back");
    for event in &events {
        opener.invoke(event.clone()).await.unwrap();
    }
    let jobs = place.settle_all(&opened).await;
    assert_eq!((decrypts(stack), place.charges().await.len()), (2, 1), "KMS is not asked, nothing is sent");
    let waits = |job: &&Value| job["state"] == "paused" && job["reason"]["code"] == "api_key_invalid";
    assert_eq!(jobs.iter().filter(waits).count(), QUEUED - 2, "{:#?}", jobs[0]);
    assert!(jobs.iter().all(rests));
    let shown = ada.get("/v1/api-keys/openai").await.expect(200);
    assert_eq!(shown["state"], "invalid");
    assert!(shown["state_reason"].as_str().unwrap().contains("Enter it again"), "{shown}");

    // And a new API key sets them going again.
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": crate::support::OK })).await.expect(200);
    let job = jobs.iter().find(waits).unwrap();
    ada.post(&format!("/v1/jobs/{}/resume", id(job)), json!({})).await.expect(202);
    let mut done = 0;
    for job in place.settle_all(&opened).await {
        done += usize::from(job["state"] == "succeeded");
    }
    assert!(done > 0);
}
