//! What something will cost, before it is ordered.

use domain::Provider;
use serde_json::{Value, json};

use crate::support::{Api, MODEL, TestStack, amount, id};

async fn estimate(api: &Api, body: Value) -> Value {
    api.post("/v1/estimates", body).await.expect(200)
}

/// A hundred and a thousand avatars, against a plan with credits at $0.30 an image.
#[tokio::test]
async fn a_set_of_avatars_is_compared_with_a_credits_plan() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (count, expected, credits_plan, saving) in
        [(100, "7.0000", "30.0000", "23.0000"), (1_000, "70.0000", "300.0000", "230.0000")]
    {
        let told =
            estimate(&ada, json!({ "job": { "kind": "image", "model": "flux-2-max" }, "count": count }))
                .await;
        assert_eq!(
            (&told["expected"], &told["credits_plan"], &told["saving"]),
            (&json!(expected), &json!(credits_plan), &json!(saving))
        );
        assert_eq!((&told["minimum"], &told["maximum"]), (&told["expected"], &told["expected"]));
        assert_eq!((&told["sureness"], &told["images"]), (&json!("exact"), &json!(count)));
        assert_eq!(told["prices"][0]["model"], "flux-2-max");
        assert!(told["prices"][0]["date"].is_string() && told["price_version"].is_string());
    }
    ada.store_for(Provider::Anthropic, "ok").await;
    let persona = id(&ada.persona(json!({ "brief": "a baker" })).await);
    let job = json!({ "model": "flux-2-max" });
    let styles = json!({ "job": job, "count": 5, "styles": ["Comic", "Watercolour"], "personas": [persona] });
    let told = estimate(&ada, styles).await;
    assert_eq!((&told["images"], &told["expected"]), (&json!(10), &json!("0.7000")));
    let nobody = json!({ "job": { "model": MODEL }, "personas": ["per_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70"] });
    assert_eq!(ada.post("/v1/estimates", nobody).await.json["field"], "persona");
    let dear = json!({ "model": MODEL, "quality": "max", "prompt": "a fox", "credits_price": "0.05" });
    let told = estimate(&ada, dear).await;
    assert_eq!((&told["credits_plan"], &told["sureness"]), (&json!("0.0500"), &json!("typical")));
    assert!(
        told["saving"].as_str().unwrap().starts_with('-'),
        "the plan may be cheaper, and is said to be: {told}"
    );
}

#[tokio::test]
async fn what_is_charged_lies_within_what_was_estimated() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for provider in Provider::ALL {
        ada.store_for(provider, "ok").await;
    }
    let first = ada.ask_for("a fox").await;
    ada.wait_for(&first, "succeeded").await;
    for (path, body) in [
        ("/v1/jobs", json!({ "model": MODEL, "prompt": "a fox" })),
        ("/v1/jobs", json!({ "model": MODEL, "prompt": "a fox", "references": [first], "quality": "low" })),
        (
            "/v1/jobs",
            json!({ "model": "flux-2-pro", "prompt": "a fox", "references": [first], "width": 1920, "height": 1088 }),
        ),
        ("/v1/jobs", json!({ "model": "flux-3-image", "prompt": "a fox", "resolution": "2k" })),
        ("/v1/personas", json!({ "brief": "a baker who loves the sea" })),
    ] {
        let told = estimate(&ada, body.clone()).await;
        let job = ada.post(path, body.clone()).await.expect(202);
        assert_eq!(job["cost"]["estimated"], told["expected"], "{body}");
        let job = ada.wait_for(&id(&job), "succeeded").await;
        let charged = amount(&job["cost"]["actual"]);
        assert!(
            amount(&told["minimum"]) <= charged && charged <= amount(&told["maximum"]),
            "{told} {charged}"
        );
        assert_eq!(stack.charges().await.last().unwrap()["amount"], job["cost"]["actual"]);
    }
}

/// The bounds are what a budget sets aside, so they must hold for every model.
#[tokio::test]
async fn no_model_costs_more_than_its_estimate_says_or_less() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for provider in Provider::ALL {
        ada.store_for(provider, "ok").await;
    }
    let models = ada.get("/v1/models").await.expect(200);
    let current = models["items"].as_array().unwrap().iter().filter(|model| model["status"] == "current");
    let mut asked = Vec::new();
    for model in current {
        let id = &model["id"];
        match (model["kind"].as_str().unwrap(), model["provider"].as_str().unwrap()) {
            ("persona", _) => asked.push(("/v1/personas", json!({ "model": id, "brief": "a baker" }))),
            (_, "openai") => {
                for (quality, size) in [("auto", "auto"), ("low", "1024x1024"), ("medium", "1024x1536")] {
                    let order = json!({ "model": id, "prompt": "a fox", "quality": quality, "size": size });
                    asked.push(("/v1/jobs", order));
                }
            }
            _ => asked.push(("/v1/jobs", json!({ "model": id, "prompt": "a fox" }))),
        }
    }
    assert!(asked.len() > 30, "{}", asked.len());
    let mut jobs = Vec::new();
    for (path, order) in asked {
        let told = estimate(&ada, order.clone()).await;
        jobs.push((told, id(&ada.post(path, order).await.expect(202))));
    }
    for (told, job) in jobs {
        let job = ada.wait_for(&job, "succeeded").await;
        let charged = amount(&job["cost"]["actual"]);
        let bounds = amount(&told["minimum"])..=amount(&told["maximum"]);
        assert!(bounds.contains(&charged), "{}: {charged} {told}", job["model"]);
    }
}

#[tokio::test]
async fn what_cannot_be_ordered_cannot_be_estimated() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (body, problem) in [
        (json!({}), "invalid-request"),
        (json!({ "model": "dall-e-3" }), "model-retired"),
        (json!({ "job": { "model": "gpt-image-1" }, "count": 3 }), "model-retired"),
        (json!({ "job": { "model": MODEL }, "count": 0 }), "invalid-parameter"),
        (json!({ "job": { "model": MODEL }, "count": 1_000_001 }), "invalid-parameter"),
        (json!({ "job": { "model": MODEL }, "count": -1 }), "invalid-request"),
        (json!({ "job": { "model": MODEL }, "jobs": [] }), "invalid-request"),
        (json!({ "job": { "model": MODEL }, "colour": 1 }), "invalid-request"),
        (json!({ "job": { "model": MODEL }, "styles": ["Comic"] }), "invalid-parameter"),
        (json!({ "model": MODEL, "quality": "ultra" }), "invalid-parameter"),
        (json!({ "model": MODEL, "credits_price": "-1" }), "invalid-request"),
        (json!({ "model": MODEL, "credits_price": 0.3 }), "invalid-request"),
        (json!({ "brief": "" }), "invalid-parameter"),
    ] {
        assert_eq!(ada.post("/v1/estimates", body.clone()).await.problem(), problem, "{body}");
    }
    assert_eq!(stack.count("main").await, 0);
}
