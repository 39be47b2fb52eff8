//! Told at once: notices, mails and webhooks, and receivers that are anything but well.

mod addresses;
mod changes;
mod jobs;
mod notices;
pub mod receiver;
mod rotation;
mod tries;

use serde_json::{Value, json};

use crate::support::{Api, id};
use receiver::Receiver;

/// A webhook to a path of a receiver, for some events.
pub async fn webhook(ada: &Api, receiver: &Receiver, path: &str, events: &[&str]) -> Value {
    let mut body = json!({ "url": format!("{}{path}", receiver.url), "label": "a test" });
    if !events.is_empty() {
        body["events"] = json!(events);
    }
    ada.post("/v1/webhooks", body).await.expect(201)
}

pub fn path(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", id(webhook))
}

/// The deliveries to a webhook, the newest first.
pub async fn deliveries(ada: &Api, webhook: &Value) -> Vec<Value> {
    let listed = ada.get(&format!("{}/deliveries", path(webhook))).await.expect(200);
    listed["items"].as_array().unwrap().clone()
}

/// Waits until the newest delivery to a webhook has been tried so often.
pub async fn tried(ada: &Api, webhook: &Value, times: usize) -> Value {
    let deliveries = format!("{}/deliveries", path(webhook));
    let tried =
        |listed: &Value| listed["items"][0]["attempts"].as_array().is_some_and(|all| all.len() >= times);
    ada.eventually(&deliveries, tried).await["items"][0].clone()
}

/// The kinds of all notices, the oldest first.
pub async fn kinds(ada: &Api) -> Vec<String> {
    let listed = ada.get("/v1/notices?limit=100").await.expect(200);
    let kinds = listed["items"].as_array().unwrap().iter().map(|notice| notice["kind"].as_str().unwrap());
    kinds.rev().map(str::to_owned).collect()
}
