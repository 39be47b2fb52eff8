//! How it is told that there is no image, and what is left behind.

use domain::Provider;
use reqwest::Method;
use serde_json::json;

use super::{draw, fox, jobs, jobs_there};
use crate::support::{MODEL, OK, TestStack, api_key};

#[tokio::test]
async fn each_ending_has_the_status_that_clients_read_and_is_never_asked_for_again() {
    let stack = TestStack::start().await;
    for (plays, status, code, state) in [
        ("out-of-credit", 429, "insufficient_quota", "cancelled"),
        ("moderated", 400, "moderation_blocked", "failed"),
        ("unverified", 422, "provider_permission_denied", "failed"),
        ("hang-up", 409, "outcome_unknown", "unknown"),
        ("nothing", 422, "provider_api_key_missing", "cancelled"),
    ] {
        let person = stack.tenant(plays).await;
        if plays != "nothing" {
            person.store_for(Provider::Openai, plays).await;
        }
        let refused = draw(&person, &fox(), Some(0)).await;
        let error = &refused.json["error"];
        assert_eq!((refused.status, &error["code"]), (status, &json!(code)), "{plays}: {refused:?}");
        assert_eq!(refused.header("x-should-retry"), "false", "{plays}");
        let job = person.job(error["jobs"][0].as_str().unwrap()).await;
        assert_eq!(job["state"], state, "{plays}: {job:#}");
        assert_eq!(jobs_there(&person).await, 1);
        // Whoever asks again all the same is told of the same job.
        let again = draw(&person, &fox(), Some(1)).await;
        assert_eq!(again.json["error"]["jobs"], error["jobs"], "{plays}");
        assert_eq!(jobs_there(&person).await, 1);
    }
}

#[tokio::test]
async fn after_a_top_up_it_draws_again_although_no_job_was_waiting_for_it() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let broke = api_key(Provider::Openai, "out-of-credit");
    ada.store(&broke).await;
    for _ in 0..2 {
        assert_eq!(draw(&ada, &fox(), Some(0)).await.status, 429);
    }
    assert_eq!(ada.get("/v1/jobs?state=paused").await.expect(200)["items"], json!([]));
    ada.post("/sandbox/top-up", json!({ "api_key": broke })).await.expect(200);
    let mut several = fox();
    several["n"] = json!(3);
    assert_eq!(jobs(&draw(&ada, &several, Some(0)).await).as_array().unwrap().len(), 3);
    assert_eq!(stack.charges().await.len(), 3);
}

#[tokio::test]
async fn a_budget_holds_at_this_door_too() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    ada.put("/v1/budgets/account", json!({ "monthly_usd": "0.01" })).await.expect(201);
    let refused = draw(&ada, &fox(), None).await;
    assert_eq!(
        (refused.status, &refused.json["error"]["code"]),
        (429, &json!("budget_exceeded")),
        "{refused:?}"
    );
    assert_eq!(stack.charges().await.len(), 0);
}

#[tokio::test]
async fn what_does_not_fit_is_named_in_openais_words() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (change, status, code, param) in [
        (json!({ "model": "dall-e-9" }), 404, "model_not_found", json!("model")),
        (json!({ "model": "claude-haiku-5-5" }), 404, "model_not_found", json!("model")),
        (json!({ "model": null }), 400, "invalid_request", json!("model")),
        (json!({ "prompt": "" }), 400, "invalid_parameter", json!("prompt")),
        (json!({ "size": "1x1" }), 400, "invalid_parameter", json!("size")),
        (json!({ "n": 11 }), 400, "invalid_parameter", json!("n")),
        (json!({ "n": "2" }), 400, "invalid_request", json!("n")),
        (json!({ "stream": true }), 400, "invalid_parameter", json!("stream")),
        (json!({ "kind": "persona" }), 400, "invalid_request", json!("kind")),
        (json!({ "response_format": "gif" }), 400, "invalid_request", json!("response_format")),
        (json!({ "model": "flux-2-max", "quality": "high" }), 400, "invalid_request", json!("quality")),
        (json!({ "model": "flux-2-max", "size": "wide" }), 400, "invalid_parameter", json!("size")),
    ] {
        let mut body = fox();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = draw(&ada, &body, None).await;
        let error = &refused.json["error"];
        assert_eq!((refused.status, &error["code"]), (status, &json!(code)), "{change}: {refused:?}");
        assert_eq!(error["param"], param, "{change}: {error}");
        refused.problem();
    }
    for (method, path, status) in [
        (Method::GET, "/openai/v1/chat/completions", 404),
        (Method::GET, "/openai/v1/images/generations", 405),
        (Method::GET, "/openai/v1/models/dall-e-9", 404),
    ] {
        let refused = ada.send(ada.request(method, path)).await;
        assert_eq!(refused.status, status, "{path}");
        assert!(refused.json["error"]["message"].is_string(), "{refused:?}");
    }
    assert_eq!(jobs_there(&ada).await, 0);
}

#[tokio::test]
async fn images_that_are_too_large_for_an_answer_are_shown_where_they_are() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let large = json!({ "model": MODEL, "prompt": "a fox", "size": "3840x2160", "n": 10 });
    let refused = draw(&ada, &large, Some(0)).await;
    let error = &refused.json["error"];
    assert_eq!((refused.status, &error["code"]), (422, &json!("answer_too_large")), "{}", refused.text.len());
    assert!(error["message"].as_str().unwrap().contains("/image"), "{error}");
    let mut by_link = large.clone();
    by_link["response_format"] = json!("url");
    let links = draw(&ada, &by_link, Some(1)).await;
    assert_eq!(jobs(&links), error["jobs"], "nothing is drawn twice for it");
    let bytes = reqwest::get(links.json["data"][9]["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(bytes.headers()["content-type"], "image/png");
    assert_eq!(jobs_there(&ada).await, 10);
}
