//! Many jobs asked for at once.

use domain::Provider;
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
        (json!({ "job": image("a"), "count": 1001 }), "invalid-parameter"),
        (json!({ "job": image("a"), "count": 101, "styles": vec!["comic"; 10] }), "invalid-parameter"),
        (json!({ "jobs": vec![image("a"); 1001] }), "invalid-parameter"),
        (json!({ "job": image("a"), "count": 18446744073709551615_u64 }), "invalid-parameter"),
        (json!({ "job": image("a"), "count": -1 }), "invalid-request"),
        (json!({ "job": image("a"), "personas": ["job_1"] }), "invalid-request"),
        (json!({ "job": image("a"), "partial": "yes" }), "invalid-request"),
        (json!({ "job": image("a"), "colour": 1 }), "invalid-request"),
        (json!({ "job": image("a"), "count": 3, "styles": ["comic"] }), "batch-refused"),
        (json!({ "jobs": [image("")], "partial": true }), "batch-refused"),
        (json!({ "jobs": [5, "x", null, image("")] }), "batch-refused"),
    ] {
        assert_eq!(ada.post("/v1/batches", body.clone()).await.problem(), problem, "{body:.100}");
    }
    let refused = ada.post("/v1/batches", json!({ "job": image("a"), "count": 1001 })).await;
    assert_eq!((refused.status, &refused.json["limit"]), (422, &json!(1000)));
    assert!(refused.json["detail"].as_str().unwrap().contains("1 to 1000 jobs"));
    assert_eq!((stack.count("main").await, stack.count("audit").await), (0, 0));
}

#[tokio::test]
async fn the_good_ones_are_queued_where_the_caller_says_so_and_the_bad_ones_are_named_each_time() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let mut bad = image("a cat");
    bad["quality"] = json!("ultra");
    let jobs = json!([image("a fox"), bad, 5, image(""), { "kind": "image", "prompt": 3 }, image("a hen")]);
    let body = json!({ "jobs": jobs, "partial": true });
    let mut answers = Vec::new();
    for _ in 0..2 {
        let request = ada.request(Method::POST, "/v1/batches").header("content-type", "application/json");
        answers.push(
            ada.send(request.header("idempotency-key", "p-1").body(body.to_string())).await.expect(202),
        );
    }
    assert_eq!(id(&answers[0]), id(&answers[1]));
    for answer in &answers {
        let refused = answer["refused"].as_array().unwrap();
        let named: Vec<_> =
            refused.iter().map(|item| (item["index"].as_u64().unwrap(), &item["field"])).collect();
        let (quality, prompt) = (json!("quality"), json!("prompt"));
        assert_eq!(named, [(1, &quality), (2, &Value::Null), (3, &prompt), (4, &Value::Null)]);
        assert!(refused.iter().all(|item| !item["detail"].as_str().unwrap().is_empty()));
        assert_eq!(answer["total"], 2);
    }
    let path = format!("/v1/batches/{}", id(&answers[0]));
    let done = ada.eventually(&path, |batch| batch["counts"]["succeeded"] == 2).await;
    assert_eq!(done["refused"], Value::Null, "told to whoever asked for them");
    assert_eq!(stack.charges().await.len(), 2);
}

#[tokio::test]
async fn a_template_makes_each_persona_in_each_style_as_often_as_asked() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Anthropic, "ok").await;
    let mut personas = Vec::new();
    for brief in ["a baker from Kiel", "a nurse from Graz"] {
        personas.push(ada.persona(json!({ "brief": brief })).await);
    }
    let ids: Vec<_> = personas.iter().map(id).collect();
    let job = json!({ "kind": "image", "model": MODEL });
    let styles = ["Watercolour", "Comic"];
    let body = json!({ "job": job, "count": 2, "styles": styles, "personas": ids });
    let batch = ada.post("/v1/batches", body).await.expect(202);
    assert_eq!(batch["total"], 8);
    let jobs = ada.get(&format!("/v1/jobs?batch={}", id(&batch))).await.expect(200);
    // Lists begin with the newest, which is the last.
    let made: Vec<_> = jobs["items"].as_array().unwrap().iter().rev().collect();
    for (index, job) in made.iter().enumerate() {
        let (persona, style) = (&personas[index / 4], styles[index / 2 % 2]);
        assert_eq!(job["persona"], persona["id"], "{index}");
        let prompt = job["request"]["prompt"].as_str().unwrap();
        assert!(prompt.contains(persona["name"].as_str().unwrap()) && prompt.contains(style), "{prompt}");
    }
    // One that is not there is named by the first of the jobs that would be it, and by how many.
    let nobody = ids[0].replace("per_", "per_0").split_at(36).0.to_owned();
    let body = json!({ "job": job, "count": 3, "personas": [ids[0], nobody] });
    let refused = ada.post("/v1/batches", body).await;
    assert_eq!(refused.problem(), "batch-refused");
    let items = &refused.json["items"];
    assert_eq!((&items[0]["index"], &items[0]["count"], &items[1]), (&json!(3), &json!(3), &Value::Null));
    // Each prompt has its own style in it: they cannot be kept as one.
    let long = json!({ "kind": "image", "model": MODEL, "prompt": "🦊".repeat(30_000) });
    let body = json!({ "job": long, "styles": vec!["Comic"; 80], "personas": [ids[0]] });
    assert_eq!(ada.post("/v1/batches", body).await.problem(), "payload-too-large");
}
