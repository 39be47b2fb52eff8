//! From a persona to a set of avatars with one face.

use std::collections::HashSet;

use domain::Provider;
use serde_json::json;

use crate::support::{Api, MODEL, TestStack, id};

async fn start() -> (TestStack, Api) {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for provider in Provider::ALL {
        ada.store_for(provider, "ok").await;
    }
    (stack, ada)
}

#[tokio::test]
async fn a_persona_becomes_three_avatars_in_three_styles_and_its_portrait_goes_along() {
    let (stack, ada) = start().await;
    let persona = ada.persona(json!({ "brief": "Mara, a boat builder with red hair and freckles" })).await;
    let styles = ["Photograph, soft daylight", "Watercolour", "Comic, bold ink lines"];
    let job = json!({ "kind": "image", "model": "flux-2-max", "persona": id(&persona), "prompt": "at the harbour" });
    let batch = ada.post("/v1/batches", json!({ "job": job, "styles": styles })).await.expect(202);
    assert_eq!(batch["total"], 3);
    let done = ada
        .eventually(&format!("/v1/batches/{}", id(&batch)), |batch| batch["counts"]["succeeded"] == 3)
        .await;
    assert_eq!(done["counts"]["queued"], 0);
    let jobs = ada.get(&format!("/v1/jobs?batch={}", id(&batch))).await.expect(200);
    let jobs = jobs["items"].as_array().unwrap();
    let mut pictures = HashSet::new();
    for (job, style) in jobs.iter().rev().zip(styles) {
        assert_eq!((&job["persona"], &job["batch"]), (&persona["id"], &batch["id"]));
        let prompt = job["request"]["prompt"].as_str().unwrap();
        for part in [
            persona["name"].as_str().unwrap(),
            persona["appearance"].as_str().unwrap(),
            style,
            "at the harbour",
        ] {
            assert!(prompt.contains(part), "{prompt}");
        }
        assert!(job["request"].get("references").is_none());
        pictures.insert(job["image"]["sha256"].as_str().unwrap().to_owned());
    }
    assert_eq!(pictures.len(), 3, "each style has a picture of its own");

    let portrait = id(&jobs[0]);
    let chosen =
        ada.put(&format!("/v1/personas/{}", id(&persona)), json!({ "portrait": portrait })).await.expect(200);
    assert_eq!((&chosen["portrait"]["job"], &chosen["version"]), (&json!(portrait), &json!(2)));
    assert_eq!(reqwest::get(chosen["portrait"]["url"].as_str().unwrap()).await.unwrap().status(), 200);
    for model in [MODEL, "flux-2-pro"] {
        let body = json!({ "kind": "image", "model": model, "persona": id(&persona) });
        let job = ada.post("/v1/jobs", body).await.expect(202);
        assert_eq!(job["request"]["references"], json!([portrait]));
        assert_eq!(job["request"]["persona_version"], 2);
        assert!(job["request"]["prompt"].as_str().unwrap().contains("keep the same face"));
        let job = ada.wait_for(&id(&job), "succeeded").await;
        let charged = stack.charges().await;
        assert_eq!(
            charged.last().unwrap()["amount"],
            job["cost"]["actual"],
            "the reference is paid for, and booked"
        );
    }
    // A portrait is kept for the persona even if another is chosen; none is a choice too.
    let none =
        ada.put(&format!("/v1/personas/{}", id(&persona)), json!({ "portrait": null })).await.expect(200);
    assert!(none["portrait"].is_null());
}

/// Whoever has lost the answer asks again, and is told what was done, not that it can no longer be done.
#[tokio::test]
async fn a_repeated_request_is_answered_although_what_it_names_is_gone() {
    let (stack, ada) = start().await;
    let persona = ada.persona(json!({ "brief": "a baker" })).await;
    let body = json!({ "model": MODEL, "persona": id(&persona) }).to_string();
    let send = async || {
        let request =
            ada.request(reqwest::Method::POST, "/v1/jobs").header("content-type", "application/json");
        ada.send(request.header("idempotency-key", "once").body(body.clone())).await
    };
    let job = send().await.expect(202);
    ada.wait_for(&id(&job), "succeeded").await;
    assert_eq!(ada.delete(&format!("/v1/personas/{}", id(&persona))).await.status, 204);
    assert_eq!(id(&send().await.expect(202)), id(&job));
    assert_eq!(stack.charges().await.len(), 2, "the persona and the image");
}

#[tokio::test]
async fn what_a_model_does_not_take_is_named_before_anything_is_queued() {
    let (stack, ada) = start().await;
    let picture = ada.ask_for("a fox").await;
    ada.wait_for(&picture, "succeeded").await;
    let bob = stack.tenant("bob").await;
    bob.store_for(Provider::Openai, "ok").await;
    let theirs = bob.ask_for("a cat").await;
    bob.wait_for(&theirs, "succeeded").await;
    let persona = json!("per_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70");
    let many = |count: usize| vec![picture.clone(); count];
    for (more, problem, field) in [
        (json!({ "model": "flux-2-max", "size": "1024x1024" }), "invalid-request", "size"),
        (json!({ "model": "flux-2-max", "width": 1000 }), "invalid-parameter", "width"),
        (json!({ "model": "flux-2-max", "width": 4096, "height": 4096 }), "invalid-parameter", "width"),
        (json!({ "model": "flux-3-image", "seed": 1 }), "invalid-request", "seed"),
        (json!({ "model": "gpt-image-2", "quality": "max" }), "invalid-parameter", "quality"),
        (json!({ "model": "gpt-image-2", "size": "1000x1000" }), "invalid-parameter", "size"),
        (json!({ "model": MODEL, "output_compression": 50 }), "invalid-parameter", "output_compression"),
        (json!({ "model": MODEL, "references": many(17) }), "invalid-parameter", "references"),
        (json!({ "model": "flux-2-max", "references": many(9) }), "invalid-parameter", "references"),
        (json!({ "model": "flux-2-klein-4b", "references": many(5) }), "invalid-parameter", "references"),
        (json!({ "model": MODEL, "references": [theirs] }), "invalid-parameter", "references"),
        (
            json!({ "model": MODEL, "references": ["job_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70"] }),
            "invalid-parameter",
            "references",
        ),
        (
            json!({ "model": MODEL, "references": ["upl_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70"] }),
            "invalid-parameter",
            "references",
        ),
        (
            json!({ "model": MODEL, "references": ["https://evil.test/x.png"] }),
            "invalid-parameter",
            "references",
        ),
        (json!({ "model": MODEL, "references": "job_1" }), "invalid-request", ""),
        (json!({ "model": MODEL, "persona": persona }), "invalid-parameter", "persona"),
        (json!({ "model": MODEL, "persona": "mara" }), "invalid-request", ""),
        (json!({ "model": MODEL, "style": "Comic" }), "invalid-parameter", "style"),
        (json!({ "model": "claude-haiku-5-5" }), "unknown-model", "model"),
        (json!({ "model": "gpt-image-1" }), "model-retired", "model"),
        (json!({ "model": "gpt-image-1-mini" }), "model-retired", "model"),
        (json!({ "model": "claude-sonnet-4-5" }), "unknown-model", "model"),
    ] {
        let mut body = json!({ "kind": "image", "prompt": "a fox" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let refused = ada.post("/v1/jobs", body).await;
        assert_eq!(
            (refused.problem(), refused.json["field"].as_str().unwrap_or_default()),
            (problem, field),
            "{more:.120}: {refused:?}"
        );
        assert!(refused.status == 422 || problem == "invalid-request");
    }
    assert_eq!(ada.trail("action=job.submitted").await.len(), 1);
}

/// A photo goes in by the form, comes out clean, and goes along with a job; it is not even asked for to be completed.
#[tokio::test]
async fn a_photo_goes_along_with_both_providers_of_images() {
    let (stack, ada) = start().await;
    let photo = ada.upload(include_bytes!("../functions/console/studio.png"), "image/png").await;
    for model in [MODEL, "flux-2-pro"] {
        let body = json!({ "kind": "image", "model": model, "prompt": "as a pirate", "references": [photo] });
        let job = ada.post("/v1/jobs", body).await.expect(202);
        assert_eq!(job["request"]["references"], json!([photo]));
        ada.wait_for(&id(&job), "succeeded").await;
    }
    // Deleted while a job waits for it: the job says so and costs nothing.
    ada.delete("/v1/api-keys/openai").await;
    let body = json!({ "kind": "image", "model": MODEL, "prompt": "as a pirate", "references": [photo] });
    let job = ada.post("/v1/jobs", body).await.expect(202);
    ada.wait_for(&id(&job), "paused").await;
    assert_eq!(ada.delete(&format!("/v1/uploads/{photo}")).await.status, 204);
    let charged = stack.charges().await.len();
    ada.store_for(Provider::Openai, "ok").await;
    let failed = ada.wait_for(&id(&job), "failed").await;
    assert_eq!(failed["reason"]["code"], "bad_request");
    assert!(failed["reason"]["message"].as_str().unwrap().contains("not there any more"), "{failed}");
    assert_eq!(stack.charges().await.len(), charged);
}
