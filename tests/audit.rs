//! Reading the audit trail.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::AuditId;
use serde_json::json;

use crate::support::api::id;
use crate::support::tables::submitted;
use crate::support::{OK, TestStack};

#[tokio::test]
async fn the_trail_is_paged_and_filtered() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "succeeded").await;

    let all = ada.trail("").await;
    assert_eq!(all.len(), 5);
    let mut paged = Vec::new();
    let mut path = "/v1/audit?limit=2".to_owned();
    loop {
        let page = ada.get(&path).await.expect(200);
        paged.extend(page["items"].as_array().unwrap().iter().map(id));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/audit?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    paged.reverse();
    assert_eq!(paged, all.iter().map(id).collect::<Vec<_>>());

    assert_eq!(ada.actions("action=job.succeeded").await, ["job.succeeded"]);
    assert_eq!(ada.trail("model=gpt-image-2.6-flare").await.len(), 4);
    assert_eq!(ada.trail("provider=openai").await.len(), 5);
    assert_eq!(ada.trail("to=2020-01-01T00:00:00Z").await, [json!(null); 0]);
    assert_eq!(ada.trail("from=2020-01-01T00:00:00Z").await.len(), 5);
    let backwards = "from=2030-01-01T00:00:00Z&to=2020-01-01T00:00:00Z";
    assert_eq!(ada.trail(backwards).await, [json!(null); 0]);
    let submitted = all[1]["at"].as_str().unwrap();
    assert_eq!(ada.trail(&format!("from={submitted}")).await.len(), 4);
    assert_eq!(ada.trail(&format!("to={submitted}")).await.len(), 1);
}

#[tokio::test]
async fn a_query_that_does_not_fit_says_so() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "action=nonsense",
        "from=yesterday",
        "cursor=zzz",
        "colour=red",
        "provider=acme",
    ] {
        let refused = ada.get(&format!("/v1/audit?{query}")).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid-request"), "{query}");
        let parameter = query.split('=').next().unwrap();
        let named = refused.json["detail"].as_str().unwrap().contains(&format!("`{parameter}`"));
        assert!(named || parameter == "colour", "{refused:?}");
    }
}

/// IAM cannot tell a new row from an overwritten one, so each write asks that the row is not there.
#[tokio::test]
async fn a_line_is_never_overwritten_by_a_later_one() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let ada = stack.tenant("ada").await;
    ada.ask_for("a fox").await;
    let taken: AuditId = id(&ada.trail("").await[0]).parse().unwrap();
    let row = async || {
        let place = [("pk", "ada".to_owned()), ("sk", taken.to_string())];
        let place: HashMap<_, _> =
            place.into_iter().map(|(name, value)| (name.to_owned(), AttributeValue::S(value))).collect();
        stack.dynamodb().get_item().table_name("audit").set_key(Some(place)).send().await.unwrap().item
    };
    let before = row().await;
    assert!(before.is_some());
    let job = TestStack::job_of("ada", &[7; 10]);
    let mut event = submitted(&job);
    event.id = taken;
    stack.jobs().create(&job, None, event.clone()).await.unwrap_err();
    assert_eq!(row().await, before);
    assert_eq!(
        ada.get(&format!("/v1/jobs/{}", job.id)).await.problem(),
        "not-found",
        "nothing without its line"
    );
    // The same under an id of its own is written: it was the id that was in the way.
    event.id = taken.following();
    stack.jobs().create(&job, None, event).await.unwrap();
}

/// A trail that the sealer does not know of would never be sealed: no first line before its tenant is on the list.
#[tokio::test]
async fn whoever_cannot_be_put_on_the_list_of_tenants_gets_no_first_line() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    ada.ask_for("a fox").await;
    let listed = async |tenant: &str| {
        let scan = stack
            .dynamodb()
            .scan()
            .table_name("main")
            .filter_expression("begins_with(pk, :list) AND sk = :tenant");
        let scan = scan.expression_attribute_values(":list", AttributeValue::S("TENANTS#".to_owned()));
        let scan = scan.expression_attribute_values(":tenant", AttributeValue::S(tenant.to_owned()));
        scan.send().await.unwrap().count
    };
    assert_eq!((listed("ada").await, listed("bob").await), (1, 0));
    // What concerns no tenant's record puts nobody on the list.
    bob.get("/v1/jobs").await.expect(200);
    assert_eq!(listed("bob").await, 0);
    stack.dynamodb().delete_table().table_name("main").send().await.unwrap();
    let refused = bob.put("/v1/budgets/account", json!({ "monthly_usd": "10" })).await;
    assert!(refused.status >= 500, "{refused:?}");
    assert_eq!(stack.count("audit").await, 1);
}
