//! Two secrets during a rotation, and none anywhere that is kept.

use serde_json::json;

use super::receiver::Receiver;
use super::{path, webhook};
use crate::support::TestStack;

#[tokio::test]
async fn the_secret_is_shown_once_and_the_one_before_it_signs_for_a_day() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let receiver = Receiver::start().await;
    let made = webhook(&ada, &receiver, "/ok", &[]).await;
    let path = path(&made);
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(ada.get(&path).await.expect(200).get("secret"), None);
    let other = webhook(&ada, &receiver, "/ok", &[]).await;
    assert_ne!(made["secret"], other["secret"]);

    let rotated = ada.post(&format!("{path}/secret"), json!({})).await.expect(200);
    assert_ne!(rotated["secret"], made["secret"]);
    assert!(rotated["earlier_secret_until"].is_string());
    ada.post(&format!("{path}/test"), json!({})).await.expect(202);
    let seen = receiver.wait_for(1).await.remove(0);
    assert!(seen.is_signed_by(&made["secret"]) && seen.is_signed_by(&rotated["secret"]), "{seen:?}");
    assert!(!seen.is_signed_by(&other["secret"]));
    assert_eq!(seen.json()["type"], "webhook.test");

    // Another rotation: the first secret is of no use any more.
    let again = ada.post(&format!("{path}/secret"), json!({})).await.expect(200);
    ada.post(&format!("{path}/test"), json!({})).await.expect(202);
    let seen = receiver.wait_for(2).await.remove(1);
    assert!(seen.is_signed_by(&again["secret"]) && seen.is_signed_by(&rotated["secret"]));
    assert!(!seen.is_signed_by(&made["secret"]));

    let secret = made["secret"].as_str().unwrap().trim_start_matches("whsec_");
    for table in ["main", "audit", "vault"] {
        let rows = stack.dynamodb().scan().table_name(table).send().await.unwrap();
        assert!(!format!("{:?}", rows.items()).contains(secret), "{table}");
    }
    let actions = ada.actions("").await;
    assert_eq!(actions.iter().filter(|action| *action == "webhook.rotated").count(), 2, "{actions:?}");
}
