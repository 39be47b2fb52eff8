//! Making, editing and deleting webhooks: what is refused, and what is on record.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::TestStack;

#[tokio::test]
async fn events_are_known_ones_ten_are_enough_and_edits_name_their_version() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let url = "https://hooks.example.com/a";
    for events in [json!([]), json!(["job.done"]), json!(["*"]), json!(["webhook.test"])] {
        let refused = ada.post("/v1/webhooks", json!({ "url": url, "events": events })).await;
        assert_eq!((refused.status, &refused.json["field"]), (400, &json!("events")), "{refused:?}");
        assert!(refused.json["detail"].as_str().unwrap().contains("api_key.out_of_credit, "), "{refused:?}");
    }
    for label in ["", "two\nlines", &"x".repeat(101)] {
        let refused = ada.post("/v1/webhooks", json!({ "url": url, "label": label })).await;
        assert_eq!(refused.json["field"], "label", "{refused:?}");
    }
    // Twenty at once.
    let made = join_all((0..20).map(|_| ada.post("/v1/webhooks", json!({ "url": url })))).await;
    let statuses: Vec<_> = made.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 10, "{statuses:?}");
    let refused = made.iter().find(|answer| answer.status != 201).unwrap();
    assert_eq!((refused.problem(), &refused.json["limit"]), ("too-many-webhooks", &json!(10)));

    let first = made.iter().find(|answer| answer.status == 201).unwrap();
    let path = first.header("location").to_owned();
    assert_eq!(first.header("etag"), "\"1\"");
    let edit = |tag: &str, body: serde_json::Value| {
        let request = ada.request(Method::PUT, &path).header("content-type", "application/json");
        request.header("if-match", tag).body(body.to_string())
    };
    let edited = ada.send(edit("\"1\"", json!({ "label": "mine", "events": ["batch.done"] }))).await;
    assert_eq!((edited.status, edited.header("etag")), (200, "\"2\""));
    assert_eq!((&edited.json["label"], &edited.json["events"]), (&json!("mine"), &json!(["batch.done"])));
    let stale = ada.send(edit("\"1\"", json!({ "label": "theirs" }))).await;
    assert_eq!((stale.status, stale.problem()), (412, "precondition-failed"));
    let stale = ada.send(ada.request(Method::DELETE, &path).header("if-match", "\"1\"")).await;
    assert_eq!(stale.status, 412);
    let unlabelled = ada.put(&path, json!({ "label": null })).await.expect(200);
    assert_eq!((&unlabelled["label"], &unlabelled["events"]), (&json!(null), &json!(["batch.done"])));

    assert_eq!(ada.delete(&path).await.status, 204);
    for gone in [ada.get(&path).await, ada.delete(&path).await, ada.get(&format!("{path}/deliveries")).await]
    {
        assert_eq!(gone.problem(), "not-found");
    }
    assert_eq!(ada.get("/v1/webhooks").await.expect(200)["items"].as_array().unwrap().len(), 9);
    ada.post("/v1/webhooks", json!({ "url": url })).await.expect(201);
    let actions = ada.actions("").await;
    let count = |action: &str| actions.iter().filter(|done| *done == action).count();
    assert_eq!((count("webhook.created"), count("webhook.changed"), count("webhook.deleted")), (11, 2, 1));
}
