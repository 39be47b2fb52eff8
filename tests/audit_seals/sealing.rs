//! How the record comes under its seals.

use std::time::Duration;

use serde_json::{Value, json};

use super::desk::{Desk, finding, sealer};
use crate::support::TestStack;

#[tokio::test]
async fn each_tenant_has_a_chain_of_its_own_and_nobody_sees_anothers() {
    let desk = Desk::open().await;
    let figures = |report: &Value| {
        ["rows", "sealed_rows", "seals", "unsealed_rows"].map(|name| report[name].as_u64().unwrap())
    };
    let report = desk.ada.get("/v1/audit/verify").await.expect(200);
    assert_eq!((figures(&report), finding(&report)), ([15, 13, 3, 2], None));
    let report = desk.bob.get("/v1/audit/verify").await.expect(200);
    assert_eq!(figures(&report), [6, 6, 3, 0]);
    let seals = desk.ada.get("/v1/audit/seals").await.expect(200)["items"].take();
    for (number, seal) in (1..).zip(seals.as_array().unwrap()) {
        assert_eq!((&seal["tenant"], &seal["number"]), (&json!("ada"), &json!(number)));
        let before = if number == 1 { json!("0".repeat(64)) } else { seals[number - 2]["hash"].clone() };
        assert_eq!(seal["previous"], before);
    }
    let theirs = desk.bob.get("/v1/audit/seals").await;
    assert!(!theirs.text.contains("\"ada\"") && theirs.json["items"].as_array().unwrap().len() == 3);
    let carol = desk.stack.tenant("carol").await;
    assert_eq!(carol.get("/v1/audit/seals").await.expect(200)["items"], json!([]));
    let nothing = carol.get("/v1/audit/verify").await.expect(200);
    assert_eq!((figures(&nothing), finding(&nothing), &nothing["head"]), ([0; 4], None, &Value::Null));
}

#[tokio::test]
async fn seals_are_paged_and_a_check_goes_on_where_the_last_one_ended() {
    let desk = Desk::open().await;
    let (mut path, mut numbers) = ("/v1/audit/seals?limit=2".to_owned(), Vec::new());
    loop {
        let page = desk.ada.get(&path).await.expect(200);
        numbers.extend(page["items"].as_array().unwrap().iter().map(|seal| seal["number"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/audit/seals?limit=2&cursor={cursor}");
    }
    assert_eq!(numbers, [1, 2, 3]);
    let rest = desk.ada.get("/v1/audit/verify?cursor=2").await.expect(200);
    assert_eq!((&rest["intact"], &rest["seals"], &rest["rows"]), (&json!(true), &json!(1), &json!(5)));
    for query in ["verify?cursor=9", "verify?cursor=x", "verify?limit=1", "seals?cursor=x", "seals?limit=0"] {
        let refused = desk.ada.get(&format!("/v1/audit/{query}")).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid-request"), "{query}");
    }
}

/// A second sealer, one that starts anew, and one that goes by what is no longer so: the bucket takes each number once.
#[tokio::test]
async fn a_line_is_sealed_once_whoever_seals() {
    let desk = Desk::open().await;
    desk.seal().await;
    desk.write(&desk.ada, 2).await;
    let others = [sealer(&desk.stack), sealer(&desk.stack), sealer(&desk.stack)];
    tokio::time::sleep(Duration::from_millis(5)).await;
    let (one, two, three) = tokio::join!(others[0].seal(), others[1].seal(), others[2].seal());
    one.and(two).and(three).unwrap();
    desk.write(&desk.ada, 1).await;
    // This one still believes in seal 4.
    desk.seal().await;
    desk.seal().await;
    let report = desk.ada.get("/v1/audit/verify").await.expect(200);
    assert_eq!(finding(&report), None);
    assert_eq!((&report["sealed_rows"], &report["seals"]), (&json!(18), &json!(6)), "{report:#}");
}

/// Years of seals: the last one is found without a look at all of them.
#[tokio::test]
async fn the_last_of_many_seals_is_found() {
    let desk = Desk::open().await;
    let aws = runtime::Aws::on_loopback(desk.stack.stack.aws()).config(runtime::AwsService::S3);
    let anchors = store::Anchors::new(&aws, desk.stack.stack.buckets().anchors.clone());
    let (ada, nobody) = ("ada".parse().unwrap(), "nobody".parse().unwrap());
    assert_eq!(anchors.last(&nobody).await.unwrap(), 0);
    for last in 3..40_usize {
        desk.put_seal(last, vec![]).await;
        assert_eq!(anchors.last(&ada).await.unwrap(), last as u64);
    }
    desk.put_seal(123_456, vec![]).await;
    assert_eq!(anchors.last(&ada).await.unwrap(), 123_456);
}

/// The stack's own sealer, by its clock.
#[tokio::test]
async fn a_stack_seals_by_itself_what_is_old_enough() {
    let stack = TestStack::start_with(|options| options.seal_after = Duration::ZERO).await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/budgets/account", json!({ "monthly_usd": "10" })).await.expect(201);
    let sealed = ada.eventually("/v1/audit/verify", |report| report["sealed_rows"] == 1).await;
    assert_eq!(finding(&sealed), None);
    // A restart goes on where the chain ended.
    let stack = stack.restart_with(|options| options.seal_after = Duration::ZERO).await;
    let ada = ada.moved_to(stack.stack.url());
    ada.put("/v1/budgets/account", json!({ "monthly_usd": "11" })).await.expect(200);
    let sealed = ada.eventually("/v1/audit/verify", |report| report["sealed_rows"] == 2).await;
    assert_eq!((finding(&sealed), &sealed["seals"]), (None, &json!(2)));
}

/// More lines than one seal takes.
#[tokio::test]
async fn a_long_trail_gets_several_seals_at_once() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let ada = stack.tenant("ada").await;
    for _ in 0..5 {
        let job = json!({ "model": crate::support::MODEL, "prompt": "a fox" });
        let batch = ada.post("/v1/batches", json!({ "job": job, "count": 900 })).await.expect(202);
        let path = format!("/v1/batches/{}", crate::support::id(&batch));
        ada.eventually(&path, |batch| batch["state"] == "created").await;
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    let sealed = tokio::time::timeout(Duration::from_secs(120), sealer(&stack).seal()).await;
    sealed.expect("the sealer comes to an end").unwrap();
    let report = ada.get("/v1/audit/verify").await.expect(200);
    assert_eq!(finding(&report), None);
    assert_eq!((&report["seals"], &report["sealed_rows"]), (&json!(3), &json!(4_500)), "{report:#}");
}
