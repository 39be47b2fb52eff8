//! Reading the audit trail.

use serde_json::json;

use crate::support::api::id;
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
