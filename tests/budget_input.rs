//! What a budget does not take.

use serde_json::json;

use crate::support::TestStack;

#[tokio::test]
async fn what_a_budget_does_not_take_is_named_and_changes_nothing() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (whose, body, field) in [
        ("account", json!({ "monthly_usd": "-1" }), "monthly_usd"),
        ("account", json!({ "monthly_usd": "1e3" }), "monthly_usd"),
        ("account", json!({ "monthly_usd": "ten" }), "monthly_usd"),
        ("account", json!({ "monthly_usd": 25.5 }), "monthly_usd"),
        ("account", json!({ "monthly_usd": "1000000.01" }), "monthly_usd"),
        ("account", json!({ "monthly_usd": "99999999999999999999" }), "monthly_usd"),
        ("account", json!({ "monthly_usd": "0.0000001" }), "monthly_usd"),
        ("account", json!({ "time_zone": "Europe/Atlantis" }), "time_zone"),
        ("account", json!({ "time_zone": "+01:00" }), "time_zone"),
        ("account", json!({ "alert_at": [0] }), "alert_at"),
        ("account", json!({ "alert_at": [101] }), "alert_at"),
        ("account", json!({ "alert_at": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }), "alert_at"),
        ("account", json!({ "weekly_usd": "1" }), "weekly_usd"),
        ("shop", json!({ "monthly_usd": "1", "time_zone": "UTC" }), "time_zone"),
    ] {
        let refused = ada.put(&format!("/v1/budgets/{whose}"), body.clone()).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid-request"), "{body}");
        assert_eq!(refused.json["field"], field, "{body}: {refused:?}");
    }
    let number = ada.put("/v1/budgets/account", json!({ "monthly_usd": 25.5 })).await;
    assert!(number.json["detail"].as_str().unwrap().contains("as a string, like \"0.25\""), "{number:?}");
    assert_eq!(ada.put("/v1/budgets/a%20b", json!({})).await.problem(), "not-found");
    let shown = ada.get("/v1/budgets/account").await.expect(200);
    assert_eq!(shown["version"], 0);
    let set = json!({ "monthly_usd": "25.00", "time_zone": "Europe/Berlin", "alert_at": [50, 80] });
    let first = ada.put("/v1/budgets/account", set).await;
    assert_eq!((first.status, first.header("etag")), (201, "\"1\""));
    assert_eq!(
        (&first.json["monthly_usd"], &first.json["time_zone"]),
        (&json!("25.0000"), &json!("Europe/Berlin"))
    );
    let late = ada.request(http::Method::PUT, "/v1/budgets/account").header("if-match", "\"7\"");
    let late = late.header("content-type", "application/json").body(r#"{"monthly_usd": "1"}"#);
    let late = ada.send(late).await;
    assert_eq!((late.status, late.problem()), (412, "precondition-failed"));
}
