//! Ids of another tenant where they stand inside a request: in its body, its query, its headers.

use domain::Provider;
use reqwest::Method;
use serde_json::{Value, json};

use super::said;
use crate::support::{Answer, Api, MODEL, OK, TestStack, id};

/// An id of the same kind that nobody has.
fn unknown(id: &str) -> String {
    format!("{}_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70", &id[..3])
}

/// Sends a request with `(id)` in its path and its body filled in.
async fn ask(api: &Api, method: &str, path: &str, body: &Value, id: &str) -> Answer {
    let filled = |text: String| text.replace("(id)", id);
    let (method, path) = (Method::from_bytes(method.as_bytes()).unwrap(), filled(path.to_owned()));
    if method == Method::GET {
        return api.get(&path).await;
    }
    let body = serde_json::from_str(&filled(body.to_string())).unwrap();
    api.send_json(method, &path, &body).await
}

#[tokio::test]
async fn another_tenants_ids_inside_a_request_are_as_unknown_as_nobodys() {
    let stack = TestStack::start().await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    for api in [&ada, &bob] {
        api.store(OK).await;
        api.store_for(Provider::Anthropic, "ok").await;
    }
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "succeeded").await;
    let persona = id(&ada.persona(json!({ "brief": "a baker" })).await);
    let bobs_persona = id(&bob.persona(json!({ "brief": "a smith" })).await);
    let announced = json!({ "content_type": "image/png", "consent": true });
    let upload = id(&ada.post("/v1/uploads", announced).await.expect(201));
    let fox = json!({ "model": MODEL, "prompt": "a fox" });
    let batch = id(&ada.post("/v1/batches", json!({ "job": fox })).await.expect(202));
    ada.eventually(&format!("/v1/batches/{batch}"), |batch| batch["counts"]["succeeded"] == 1).await;
    let (trail, charges) = (ada.trail("").await.len(), stack.charges().await.len());

    let of = |member: Value| {
        let mut job = fox.clone();
        job.as_object_mut().unwrap().extend(member.as_object().unwrap().clone());
        job
    };
    let (refers, plays) = (of(json!({ "references": ["(id)"] })), of(json!({ "persona": "(id)" })));
    let portrait = format!("/v1/personas/{bobs_persona}");
    let mut tried = 0;
    for (method, path, body, theirs, status) in [
        ("POST", "/v1/jobs", refers.clone(), &job, 422),
        ("POST", "/v1/jobs", refers.clone(), &upload, 422),
        ("POST", "/v1/jobs", plays.clone(), &persona, 422),
        ("POST", "/v1/batches", json!({ "job": refers }), &job, 422),
        ("POST", "/v1/batches", json!({ "job": fox, "personas": ["(id)"] }), &persona, 422),
        ("POST", "/v1/batches", json!({ "jobs": [fox, plays], "partial": true }), &persona, 202),
        ("POST", "/v1/estimates", plays.clone(), &persona, 422),
        ("POST", "/v1/estimates", refers.clone(), &upload, 422),
        ("PUT", &portrait, json!({ "portrait": "(id)" }), &job, 422),
        ("GET", "/v1/jobs?batch=(id)", Value::Null, &batch, 200),
        ("GET", "/v1/jobs?cursor=(id)&limit=1", Value::Null, &job, 200),
        ("GET", "/v1/uploads?cursor=(id)", Value::Null, &upload, 200),
        ("GET", "/v1/audit?job=(id)", Value::Null, &job, 200),
    ] {
        let nobodys = unknown(theirs);
        let known = ask(&bob, method, path, &body, theirs).await;
        let unknown = ask(&bob, method, path, &body, &nobodys).await;
        assert_eq!(known.status, status, "{method} {path} {body}: {known:?}");
        if status == 202 {
            // A batch of its own each time; what is refused of it is what could tell.
            assert_eq!(known.json["refused"], unknown.json["refused"], "{method} {path} {body}");
        } else {
            assert_eq!(said(&known, theirs), said(&unknown, &nobodys), "{method} {path} {body}");
        }
        assert!(!known.text.contains("baker"), "{known:?}");
        tried += 1;
    }
    println!("{tried} ids inside requests");
    assert_eq!(ada.trail("").await.len(), trail, "nothing happened to Ada");
    assert!(stack.charges().await.len() <= charges + 2, "of Bob's two batches one job each was good");
}

#[tokio::test]
async fn a_name_that_both_give_stands_for_two_things() {
    let stack = TestStack::start().await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    let order = |api: &Api| {
        let body = json!({ "model": MODEL, "prompt": "a fox", "project": "comic" });
        let request = api.request(Method::POST, "/v1/jobs").header("content-type", "application/json");
        request.header("idempotency-key", "the-same").body(body.to_string())
    };
    let adas = id(&ada.send(order(&ada)).await.expect(202));
    assert_eq!(ada.delete("/v1/projects/comic").await.status, 204, "archived");
    // Neither Ada's archived project nor her Idempotency-Key is in Bob's way.
    let bobs = bob.send(order(&bob)).await.expect(202);
    assert_ne!(id(&bobs), adas);
    assert_eq!(bobs["created_by"], "bob-user");
    assert_eq!(bob.get("/v1/jobs?project=comic").await.expect(200)["items"].as_array().unwrap().len(), 1);
    let archived = json!({ "model": MODEL, "prompt": "a cat", "project": "comic" });
    assert_eq!(ada.post("/v1/jobs", archived).await.problem(), "project-archived");
}
