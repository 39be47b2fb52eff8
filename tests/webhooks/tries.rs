//! What becomes of what a receiver does not take.

use domain::Provider;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{deliveries, kinds, path, tried, webhook};
use crate::support::{Api, TestStack};

async fn out_of_credit(ada: &Api) {
    ada.store_for(Provider::Openai, "out-of-credit").await;
    ada.ask_for("a fox").await;
}

#[tokio::test]
async fn it_is_tried_again_under_the_same_id_and_on_request_once_more() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let receiver = Receiver::start().await;
    let made = webhook(&ada, &receiver, "/fails", &["api_key.out_of_credit"]).await;
    out_of_credit(&ada).await;
    let delivery = tried(&ada, &made, 2).await;
    assert_eq!((&delivery["state"], &delivery["attempts"][0]["status"]), (&json!("pending"), &json!(500)));
    assert!(delivery["next_attempt_at"].is_string() && delivery["attempts"][1]["duration_ms"].is_u64());
    let seen = receiver.wait_for(2).await;
    let wait = seen[1].at - seen[0].at;
    println!("tried again after {wait:?}");
    assert!(wait.as_secs() >= 3, "{wait:?}");
    assert_eq!((seen[0].header("webhook-id"), &seen[0].body), (seen[1].header("webhook-id"), &seen[1].body));

    // It is well again.
    ada.put(&path(&made), json!({ "url": format!("{}/ok", receiver.url) })).await.expect(200);
    let again = json!({ "delivery": delivery["id"] });
    ada.post(&format!("{}/redeliver", path(&made)), again.clone()).await.expect(202);
    let seen = receiver.wait_for(3).await;
    assert_eq!((seen[2].header("webhook-id"), &seen[2].body), (seen[0].header("webhook-id"), &seen[0].body));
    let delivered = |listed: &Value| listed["items"][0]["state"] == "delivered";
    ada.eventually(&format!("{}/deliveries", path(&made)), delivered).await;

    // Another webhook has no such delivery.
    let other = webhook(&ada, &receiver, "/ok", &[]).await;
    assert_eq!(ada.post(&format!("{}/redeliver", path(&other)), again).await.problem(), "not-found");
    assert!(deliveries(&ada, &other).await.is_empty());
    let forged = format!("{}/deliveries?cursor=ntc_f19aaf3c0f2a7c3e8d1b2a3c4d5e6f70", path(&other));
    assert_eq!(ada.get(&forged).await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_receiver_that_says_it_is_gone_is_told_nothing_more_and_people_hear_of_it() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let receiver = Receiver::start().await;
    let gone = webhook(&ada, &receiver, "/gone", &["api_key.out_of_credit"]).await;
    let other = webhook(&ada, &receiver, "/ok", &["webhook.disabled"]).await;
    out_of_credit(&ada).await;
    let off = ada.eventually(&path(&gone), |webhook| webhook["enabled"] == false).await;
    assert_eq!(off["disabled_reason"], "status_410", "{off}");
    let seen = receiver.wait_for(2).await;
    assert!(seen[1].is_signed_by(&other["secret"]));
    let body = seen[1].json();
    assert_eq!((&body["type"], &body["data"]["webhook"]), (&json!("webhook.disabled"), &gone["id"]));
    assert_eq!(kinds(&ada).await, ["api_key.out_of_credit", "webhook.disabled"]);
    assert!(ada.actions("").await.contains(&"webhook.disabled".to_owned()));
    assert_eq!(deliveries(&ada, &gone).await[0]["state"], "failed");

    let on = ada.put(&path(&gone), json!({ "enabled": true })).await.expect(200);
    assert_eq!((&on["enabled"], &on["disabled_reason"]), (&json!(true), &Value::Null));
}
