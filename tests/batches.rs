//! Many jobs asked for at once.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{MODEL, OK, TestStack, id};

fn image(prompt: &str) -> Value {
    json!({ "kind": "image", "model": MODEL, "prompt": prompt })
}

#[tokio::test]
async fn a_batch_is_jobs_from_a_list_or_one_job_several_times() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let other = ada.ask_for("not of a batch").await;
    let listed = ada.post("/v1/batches", json!({ "jobs": [image("a fox"), image("a cat")] })).await;
    let location = listed.header("location").to_owned();
    let listed = listed.expect(202);
    assert_eq!((location, &listed["total"]), (format!("/v1/batches/{}", id(&listed)), &json!(2)));
    let times = ada.post("/v1/batches", json!({ "job": image("a hen"), "count": 3 })).await.expect(202);
    for (batch, total) in [(&listed, 2), (&times, 3)] {
        let path = format!("/v1/batches/{}", id(batch));
        let done = ada.eventually(&path, |batch| batch["counts"]["succeeded"] == total).await;
        assert_eq!(done["counts"].as_object().unwrap().len(), 7, "every state is counted: {done}");
        let jobs = ada.get(&format!("/v1/jobs?batch={}&limit=1", id(batch))).await.expect(200);
        assert_eq!(jobs["items"].as_array().unwrap().len(), 1);
        let cursor = jobs["next_cursor"].as_str().unwrap();
        let rest = ada.get(&format!("/v1/jobs?batch={}&cursor={cursor}", id(batch))).await.expect(200);
        assert_eq!(rest["items"].as_array().unwrap().len(), total - 1);
    }
    assert_eq!(ada.job(&other).await["batch"], Value::Null);
    let batches = ada.get("/v1/batches").await.expect(200);
    assert_eq!(
        batches["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(),
        [id(&times), id(&listed)]
    );
    assert_eq!(ada.actions("action=job.submitted").await.len(), 6);
    assert_eq!(stack.charges().await.len(), 6);
}

#[tokio::test]
async fn a_batch_is_made_once_under_its_idempotency_key() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let send = |path: &'static str, body: Value| {
        let ada = ada.clone();
        async move {
            let request = ada.request(Method::POST, path).header("content-type", "application/json");
            ada.send(request.header("idempotency-key", "batch-1").body(body.to_string())).await
        }
    };
    let body = json!({ "job": image("a fox"), "count": 5 });
    let all: Vec<_> = (0..8).map(|_| tokio::spawn(send("/v1/batches", body.clone()))).collect();
    let mut ids = std::collections::HashSet::new();
    for one in all {
        ids.insert(id(&one.await.unwrap().expect(202)));
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(ada.get("/v1/jobs").await.expect(200)["items"].as_array().unwrap().len(), 5);
    let other = send("/v1/batches", json!({ "job": image("a fox"), "count": 6 })).await;
    assert_eq!(other.problem(), "idempotency-key-reused");
    assert_eq!(send("/v1/jobs", image("a fox")).await.problem(), "idempotency-key-reused");
}

#[tokio::test]
async fn one_bad_item_is_named_and_nothing_is_queued() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let mut bad = image("a cat");
    bad["quality"] = json!("ultra");
    let mixed = json!({ "jobs": [image("a fox"), bad, image(""), image("a hen")] });
    let refused = ada.post("/v1/batches", mixed).await;
    assert_eq!((refused.status, refused.problem()), (422, "batch-refused"));
    let items = refused.json["items"].as_array().unwrap();
    let named: Vec<_> =
        items.iter().map(|item| (item["index"].as_u64().unwrap(), item["field"].as_str().unwrap())).collect();
    assert_eq!(named, [(1, "quality"), (2, "prompt")]);
    assert!(items[0]["detail"].as_str().unwrap().contains("low, medium, high"));
    for (body, problem) in [
        (json!({}), "invalid-request"),
        (json!({ "jobs": [image("a")], "job": image("b") }), "invalid-request"),
        (json!({ "jobs": [image("a")], "count": 2 }), "invalid-request"),
        (json!({ "jobs": [] }), "invalid-parameter"),
        (json!({ "job": image("a"), "count": 0 }), "invalid-parameter"),
        (json!({ "job": image("a"), "count": 49 }), "invalid-parameter"),
        (json!({ "job": image("a"), "count": 18446744073709551615_u64 }), "invalid-parameter"),
        (json!({ "job": image("a"), "count": -1 }), "invalid-request"),
        (json!({ "job": image(&"x".repeat(32_000)), "count": 48, "colour": 1 }), "invalid-request"),
        (json!({ "job": image(&"ä".repeat(32_000)), "count": 48 }), "payload-too-large"),
    ] {
        assert_eq!(ada.post("/v1/batches", body.clone()).await.problem(), problem, "{body:.100}");
    }
    assert_eq!((stack.count("main").await, stack.count("audit").await), (0, 0));
}
