//! Each case's answers, and whether they cost.

use super::*;

#[tokio::test]
async fn ok_works_and_so_does_any_other_sandbox_api_key() {
    let scene = Scene::new();
    for api_key in ["sk-sandbox-ok-0001", "sk-proj-sandbox-whatever"] {
        assert_eq!(scene.generate(api_key).await.status, 200);
    }
    assert_eq!(scene.charges().await["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn out_of_credit_works_from_a_top_up_until_it_is_spent() {
    let scene = Scene::new();
    let api_key = "sk-sandbox-out-of-credit-0001";
    assert_eq!(scene.models(api_key).await.status, 200);
    let refused = scene.generate(api_key).await;
    assert_eq!(refused.code(), (429, Some("credit_balance_exhausted")));
    assert_eq!(refused.body["error"]["type"], "insufficient_quota");
    assert!(!refused.headers.contains_key("retry-after"), "waiting does not help");

    let topped_up = scene.top_up(json!({ "api_key": api_key })).await;
    assert_eq!((topped_up.status, &topped_up.body), (200, &json!({ "balance": "10.00" })));
    assert_eq!(scene.generate("sk-sandbox-out-of-credit-0002").await.status, 429, "another account");

    // $0.30 will be left: too little for the largest image ($0.42), enough for the smallest ($0.02).
    let large =
        json!({ "model": "gpt-image-2.6-flare", "prompt": "a", "quality": "max", "size": "1024x1024" });
    let account = Account::of(api_key).unwrap();
    let spent = ledger::Charge {
        at: jiff::Timestamp::UNIX_EPOCH,
        provider: "openai".to_owned(),
        account: account.id,
        api_key_hint: account.hint,
        model: "gpt-image-2.6-flare".to_owned(),
        amount: domain::Usd::from_micros(9_700_000),
        outcome: ledger::Outcome::Generated,
        request_id: "req_1".to_owned(),
    };
    scene.sandbox.ledger.charge(spent, true).unwrap();
    assert_eq!(scene.order(api_key, large).await.status, 429);
    assert_eq!(scene.generate(api_key).await.status, 200);
}

#[tokio::test]
async fn an_invalid_api_key_comes_back_in_parts_as_openai_does_it() {
    let scene = Scene::new();
    let api_key = "sk-proj-sandbox-invalid-aaaaaaaa3f9A";
    for answer in [scene.models(api_key).await, scene.generate(api_key).await] {
        assert_eq!(answer.code(), (401, Some("invalid_api_key")));
        assert!(
            answer.message().starts_with("Incorrect API key provided: sk-proj-****"),
            "{}",
            answer.message()
        );
        assert!(answer.message().contains("***3f9A."));
        assert!(!answer.message().contains("invalid-aaaa"));
    }
}

#[tokio::test]
async fn two_of_three_are_too_many_for_the_rate_limited() {
    let scene = Scene::new();
    let api_key = "sk-sandbox-rate-limited-0001";
    for _ in 0..2 {
        for _ in 0..2 {
            let refused = scene.generate(api_key).await;
            assert_eq!(refused.code(), (429, Some("rate_limit_exceeded")));
            assert_eq!(refused.headers["retry-after"], "1");
        }
        assert_eq!(scene.generate(api_key).await.status, 200);
    }
    assert_eq!(scene.models(api_key).await.status, 200);
    assert_eq!(scene.charges().await["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn moderation_says_at_which_stage_and_why() {
    let scene = Scene::new();
    let refused = scene.generate("sk-sandbox-moderated-0001").await;
    assert_eq!(refused.code(), (400, Some("moderation_blocked")));
    let error = &refused.body["error"];
    assert_eq!(error["type"], "image_generation_user_error");
    assert_eq!(
        error["moderation_details"],
        json!({ "moderation_stage": "input", "categories": ["violence"] })
    );
}

#[tokio::test]
async fn flaky_is_overloaded_twice_and_then_fine() {
    let scene = Scene::new();
    let api_key = "sk-sandbox-flaky-0001";
    let first = scene.generate(api_key).await;
    assert_eq!(first.code(), (503, Some("server_is_overloaded")));
    assert_eq!(first.headers["retry-after"], "1");
    let second = scene.generate(api_key).await;
    assert_eq!(second.code(), (503, Some("slow_down")));
    assert_eq!(scene.generate(api_key).await.status, 200);
    assert_eq!(scene.generate(api_key).await.status, 503);
}

#[tokio::test]
async fn the_unverified_may_list_models_but_make_no_image() {
    let scene = Scene::new();
    let api_key = "sk-sandbox-unverified-0001";
    assert_eq!(scene.models(api_key).await.status, 200);
    let refused = scene.generate(api_key).await;
    assert_eq!(refused.code(), (403, None));
    let expected = "Your organization must be verified to use the model `gpt-image-2.6-flare`.";
    assert!(refused.message().starts_with(expected));
}

#[tokio::test]
async fn what_is_refused_costs_nothing() {
    let scene = Scene::new();
    for case in ["invalid", "moderated", "unverified", "out-of-credit", "rate-limited", "flaky"] {
        assert_ne!(scene.generate(&format!("sk-sandbox-{case}-0001")).await.status, 200);
    }
    assert_eq!(scene.charges().await, json!({ "items": [], "total": "0.0000" }));
}

#[tokio::test]
async fn only_the_slow_wait_long() {
    let scene = Scene::new();
    let defaults = Sandbox::open(&scene.folder).unwrap();
    let wait = |api_key: &str| defaults.patience(&Account::of(api_key).unwrap());
    assert_eq!(wait("sk-sandbox-slow-0001"), Duration::from_secs(20));
    assert_eq!(wait("sk-sandbox-ok-0001"), Duration::from_millis(700));
    assert_eq!(scene.generate("sk-sandbox-slow-0001").await.status, 200);
}

#[tokio::test]
async fn other_api_keys_are_pointed_to_live_and_never_repeated() {
    let scene = Scene::new();
    let api_key = "sk-proj-a-real-one";
    for answer in [scene.models(api_key).await, scene.generate(api_key).await] {
        assert_eq!(answer.code(), (401, Some("invalid_api_key")));
        assert!(answer.message().contains("--providers live"));
        assert!(!answer.message().contains("real"));
    }
    let request = Request::get("/openai/v1/models");
    for request in [request, Request::get("/openai/v1/models").header("authorization", "Basic sandbox-ok")] {
        let request = request.body(Body::empty()).unwrap();
        let answer = Scene::send(scene.sandbox.clone().providers(), request).await;
        assert_eq!(answer.code(), (401, None));
    }
}
