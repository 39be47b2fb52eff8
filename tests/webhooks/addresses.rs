//! Addresses that are not called: refused when they are given, and looked at again when something is sent.

use std::time::Duration;

use serde_json::json;

use super::receiver::Receiver;
use super::{tried, webhook};
use crate::support::TestStack;

#[tokio::test]
async fn what_leads_nowhere_on_the_internet_is_refused_with_the_reason() {
    let stack = TestStack::start_with(|options| options.webhooks_to_this_machine = false).await;
    let ada = stack.tenant("ada").await;
    for url in [
        "http://example.com/",
        "https://localhost/",
        "https://localhost.:8443/",
        "http://127.0.0.1:8787/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://metadata.google.internal/",
        "https://user:word@example.com/",
        "https://10.0.0.1/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "example.com",
        "",
        "https://example.com/\r\nx: y",
    ] {
        let refused = ada.post("/v1/webhooks", json!({ "url": url })).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid-request"), "{url}");
        assert_eq!(refused.json["field"], "url", "{url}: {refused:?}");
        let detail = refused.json["detail"].as_str().unwrap();
        assert!(url.is_empty() || !detail.contains(url) || url == "example.com", "{detail}");
    }
    assert_eq!(ada.get("/v1/webhooks").await.expect(200)["items"], json!([]));
    let made = ada.post("/v1/webhooks", json!({ "url": "https://hooks.example.com/a" })).await.expect(201);
    let edit = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    let refused = ada.put(&edit, json!({ "url": "https://localhost/" })).await;
    assert_eq!(refused.json["field"], "url", "{refused:?}");
}

#[tokio::test]
async fn an_address_that_was_taken_under_other_rules_is_not_called() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let receiver = Receiver::start().await;
    let made = webhook(&ada, &receiver, "/ok", &[]).await;
    let stack = stack.restart_with(|options| options.webhooks_to_this_machine = false).await;
    let ada = ada.moved_to(stack.stack.url());
    ada.post(&format!("{}/test", super::path(&made)), json!({})).await.expect(202);
    let delivery = tried(&ada, &made, 1).await;
    assert_eq!(delivery["attempts"][0]["error"], "not_public", "{delivery}");
    assert!(receiver.seen().is_empty());
}

#[tokio::test]
async fn a_tarpit_an_endless_body_and_a_redirect_cost_ten_seconds_at_most() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let receiver = Receiver::start().await;
    for (at, error, most) in
        [("/tarpit", Some("timeout"), 12), ("/endless", None, 5), ("/moved", Some("redirect"), 5)]
    {
        let made = webhook(&ada, &receiver, at, &[]).await;
        ada.post(&format!("{}/test", super::path(&made)), json!({})).await.expect(202);
        let attempt = tried(&ada, &made, 1).await["attempts"][0].clone();
        println!("{at}: {attempt}");
        assert_eq!(attempt["error"].as_str(), error, "{at}: {attempt}");
        let took = Duration::from_millis(attempt["duration_ms"].as_u64().unwrap());
        assert!(took < Duration::from_secs(most), "{at}: {took:?}");
    }
    assert!(receiver.seen().is_empty(), "a redirect is not followed");
    let nobody = json!({ "url": "http://127.0.0.1:1/" });
    let made = ada.post("/v1/webhooks", nobody).await.expect(201);
    ada.post(&format!("{}/test", super::path(&made)), json!({})).await.expect(202);
    assert_eq!(tried(&ada, &made, 1).await["attempts"][0]["error"], "not_reached");
}
