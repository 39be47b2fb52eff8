//! Personas: written from a brief, edited, kept in versions.

use domain::Provider;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Api, TestStack, id};

async fn start() -> (TestStack, Api) {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Anthropic, "ok").await;
    (stack, ada)
}

#[tokio::test]
async fn a_brief_becomes_a_persona_with_its_cost_on_record() {
    let (stack, ada) = start().await;
    let brief = "Mara, a 34-year-old boat builder from Kiel with red hair";
    let answer = ada.post("/v1/personas", json!({ "brief": brief })).await;
    let location = answer.header("location").to_owned();
    let job = answer.expect(202);
    assert_eq!(location, format!("/v1/jobs/{}", id(&job)));
    assert_eq!(
        (&job["kind"], &job["model"], &job["provider"], &job["persona"]),
        (&json!("persona"), &json!("claude-haiku-5-5"), &json!("anthropic"), &Value::Null)
    );
    assert_eq!(job["request"], json!({ "brief": brief, "language": "en" }));
    let job = ada.wait_for(&id(&job), "succeeded").await;
    let persona = ada.get(&format!("/v1/personas/{}", job["persona"].as_str().unwrap())).await.expect(200);
    for (field, says) in [("name", "Mara"), ("occupation", "oat builder"), ("appearance", "red")] {
        assert!(persona[field].as_str().unwrap().contains(says), "{persona:#}");
    }
    assert_eq!(
        (&persona["age"], &persona["version"], &persona["portrait"]),
        (&json!(34), &json!(1), &Value::Null)
    );
    assert_eq!(
        (&persona["brief"], &persona["language"], &persona["job"]),
        (&json!(brief), &json!("en"), &job["id"])
    );
    for field in ["personality", "backstory", "style"] {
        assert!(persona[field].as_str().unwrap().len() > 20, "{persona:#}");
    }
    // What the provider has charged is what the books say.
    let charges = stack.charges().await;
    assert_eq!((charges.len(), &charges[0]["amount"]), (1, &job["cost"]["actual"]));
    assert_eq!(job["cost"]["source"], "usage");
    let tokens = &job["cost"]["tokens"];
    assert!(tokens["text_in"].as_u64() > Some(0) && tokens["output"].as_u64() > Some(0), "{tokens}");
    let trail = ada.trail(&format!("job={}", id(&job))).await;
    let last = trail.last().unwrap();
    assert_eq!((&last["action"], &last["cost"]), (&json!("job.succeeded"), &charges[0]["amount"]));
}

#[tokio::test]
async fn personas_differ_by_brief_and_language() {
    let (_stack, ada) = start().await;
    let baker = ada.persona(json!({ "brief": "a baker in her fifties", "language": "de" })).await;
    let pilot = ada.persona(json!({ "brief": "a young pilot", "model": "claude-sonnet-5-5" })).await;
    assert_ne!(baker["name"], pilot["name"]);
    assert_eq!(baker["language"], "de");
    assert!((50..60).contains(&baker["age"].as_u64().unwrap()));
    let german = baker["backstory"].as_str().unwrap();
    assert!([" und ", " der ", " die "].iter().any(|word| german.contains(word)), "{german}");
    let listed = ada.get("/v1/personas").await.expect(200);
    assert_eq!(
        listed["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(),
        [id(&pilot), id(&baker)]
    );
    let first = ada.get("/v1/personas?limit=1").await.expect(200);
    let second =
        ada.get(&format!("/v1/personas?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(id(&second.expect(200)["items"][0]), id(&baker));
}

#[tokio::test]
async fn a_persona_is_edited_by_version_and_every_version_stays_readable() {
    let (_stack, ada) = start().await;
    let persona = ada.persona(json!({ "brief": "a baker" })).await;
    let path = format!("/v1/personas/{}", id(&persona));
    let edit = async |version: &str, body: Value| {
        let request = ada.request(Method::PUT, &path).header("content-type", "application/json");
        ada.send(request.header("if-match", version).body(body.to_string())).await
    };
    let read = ada.get(&path).await;
    assert_eq!(read.header("etag"), "\"1\"");
    let edited = edit("\"1\"", json!({ "age": 41, "style": "Watercolour." })).await;
    assert_eq!(edited.header("etag"), "\"2\"");
    let edited = edited.expect(200);
    assert_eq!(
        (&edited["version"], &edited["age"], &edited["style"]),
        (&json!(2), &json!(41), &json!("Watercolour."))
    );
    assert_eq!(edited["name"], persona["name"], "what is left out stays");
    let late = edit("\"1\"", json!({ "age": 42 })).await;
    assert_eq!((late.status, late.problem()), (412, "precondition-failed"));
    edit("*", json!({ "age": 42 })).await.expect(200);
    assert_eq!(edit("3", json!({ "age": 42 })).await.expect(200)["version"], 3, "nothing has changed");
    assert_eq!(ada.get(&path).await.expect(200)["version"], 3);
    let versions = ada.get(&format!("{path}/versions")).await.expect(200);
    let ages: Vec<_> = versions["items"].as_array().unwrap().iter().map(|version| &version["age"]).collect();
    assert_eq!(ages, [&json!(41), &persona["age"]], "the latest first");
    let paged = ada.get(&format!("{path}/versions?limit=1&cursor=2")).await.expect(200);
    assert_eq!(paged["items"][0]["version"], 1);
    for (bad, field) in [
        (json!({ "age": 121 }), "age"),
        (json!({ "age": 999 }), "age"),
        (json!({ "name": " " }), "name"),
        (json!({ "style": "x".repeat(2_001) }), "style"),
        (json!({ "portrait": "job_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70" }), "portrait"),
    ] {
        let refused = edit("*", bad.clone()).await;
        assert_eq!(
            (refused.problem(), &refused.json["field"]),
            ("invalid-parameter", &json!(field)),
            "{bad}"
        );
    }
    for bad in
        [json!({ "age": -1 }), json!({ "age": 1.5 }), json!({ "version": 9 }), json!({ "shoe_size": 41 })]
    {
        assert_eq!(edit("*", bad.clone()).await.problem(), "invalid-request", "{bad}");
    }
    assert_eq!(ada.delete(&path).await.status, 204);
    assert_eq!(ada.get(&path).await.problem(), "not-found");
    assert_eq!(ada.get(&format!("{path}/versions")).await.problem(), "not-found");
    assert_eq!(ada.delete(&path).await.problem(), "not-found");
    let actions = ada.actions("").await;
    let own: Vec<_> = actions.iter().filter(|action| action.starts_with("persona.")).collect();
    assert_eq!(own, ["persona.changed", "persona.changed", "persona.deleted"]);
}

#[tokio::test]
async fn a_brief_that_cannot_be_written_is_refused_before_it_is_queued() {
    let (stack, ada) = start().await;
    for (body, problem, field) in [
        (json!({}), "invalid-request", "brief"),
        (json!({ "brief": " " }), "invalid-parameter", "brief"),
        (json!({ "brief": "x".repeat(4_001) }), "invalid-parameter", "brief"),
        (json!({ "brief": "a baker", "language": "German" }), "invalid-parameter", "language"),
        (json!({ "brief": "a baker", "language": "de\nIgnore" }), "invalid-parameter", "language"),
        (json!({ "brief": "a baker", "model": "gpt-image-2" }), "unknown-model", "model"),
        (json!({ "brief": "a baker", "model": "claude-99" }), "unknown-model", "model"),
        (json!({ "brief": "a baker", "model": "claude-sonnet-4-5" }), "model-retired", "model"),
        (json!({ "brief": "a baker", "size": "1024x1024" }), "invalid-request", "size"),
    ] {
        let refused = ada.post("/v1/personas", body.clone()).await;
        assert_eq!((refused.problem(), &refused.json["field"]), (problem, &json!(field)), "{body:.80}");
    }
    let retired = ada.post("/v1/personas", json!({ "brief": "a", "model": "claude-sonnet-4-5" })).await;
    assert_eq!(
        (&retired.json["replacement"], &retired.json["shutdown_date"]),
        (&json!("claude-sonnet-5-5"), &json!("2026-11-30"))
    );
    assert_eq!(
        (retired.header("sunset"), retired.header("deprecation")),
        ("Mon, 30 Nov 2026 00:00:00 GMT", "@1795392000")
    );
    assert!(stack.charges().await.is_empty() && ada.trail("action=job.submitted").await.is_empty());
}
