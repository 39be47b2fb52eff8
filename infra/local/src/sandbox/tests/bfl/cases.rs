//! Each case's answers, and whether they cost.

use super::*;

#[tokio::test]
async fn an_invalid_api_key_is_refused_everywhere() {
    let scene = Scene::new();
    let submitted = scene.submit(API_KEY, tiny()).await;
    let api_key = "bfl-sandbox-invalid-0001";
    let refused = [
        scene.credits(api_key).await,
        scene.submit(api_key, tiny()).await,
        scene.poll(api_key, &submitted).await,
    ];
    for refused in refused {
        assert_eq!(refused.detail(), (403, "Invalid API key format"));
    }
}

#[tokio::test]
async fn some_are_refused_two_of_three_times() {
    let scene = Scene::new();
    for (api_key, status) in [("bfl-sandbox-rate-limited-0001", 429), ("bfl-sandbox-flaky-0001", 503)] {
        for _ in 0..2 {
            for _ in 0..2 {
                let refused = scene.submit(api_key, tiny()).await;
                assert_eq!(
                    (refused.status, &refused.headers["retry-after"]),
                    (status, &"1".parse().unwrap())
                );
            }
            let submitted = scene.submit(api_key, tiny()).await;
            assert_eq!(submitted.status, 200);
            assert_eq!(scene.poll(api_key, &submitted).await.body["status"], "Ready", "asking is free");
        }
        assert_eq!(scene.credits(api_key).await.status, 200);
    }
    assert_eq!(scene.charges().await["items"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn moderation_comes_after_the_order_was_taken_and_costs_nothing() {
    let scene = Scene::new();
    let api_key = "bfl-sandbox-moderated-0001";
    let submitted = scene.submit(api_key, tiny()).await;
    assert_eq!((submitted.status, &submitted.body["cost"]), (200, &Value::Null));
    let moderated = scene.poll(api_key, &submitted).await;
    assert_eq!((moderated.status, &moderated.body["status"]), (200, &json!("Request Moderated")));
    assert_eq!(moderated.body["details"], json!({ "Moderation Reasons": ["violence"] }));
    assert_eq!((&moderated.body["result"], &moderated.body["cost"]), (&Value::Null, &Value::Null));
    assert_eq!(scene.charges().await["total"], "0.0000");
}

#[tokio::test]
async fn the_unverified_may_look_but_not_order() {
    let scene = Scene::new();
    let api_key = "bfl-sandbox-unverified-0001";
    assert_eq!(scene.credits(api_key).await.status, 200);
    let refused = scene.submit(api_key, tiny()).await;
    assert_eq!(refused.detail(), (403, "This organization is not allowed to use this model"));
    assert_eq!(scene.charges().await["total"], "0.0000");
}

#[tokio::test]
async fn only_the_slow_wait_long() {
    let mut scene = Scene::new();
    let sandbox = Sandbox::open(&scene.folder).unwrap().with_think_time(Duration::ZERO);
    scene.sandbox = Arc::new(sandbox);
    for (api_key, status) in [(API_KEY, "Ready"), ("bfl-sandbox-slow-0001", "Pending")] {
        let submitted = scene.submit(api_key, tiny()).await;
        assert_eq!(scene.poll(api_key, &submitted).await.body["status"], status);
    }
}

#[tokio::test]
async fn a_hang_up_is_charged() {
    let scene = Scene::new();
    let answer = scene.submit("bfl-sandbox-hang-up-0001", tiny()).await;
    // There is no connection to cut here; `tests/hang_up.rs` has one.
    assert_eq!((answer.status, answer.body), (502, Value::Null));
    let charges = scene.charges().await;
    assert_eq!((&charges["items"][0]["outcome"], &charges["total"]), (&json!("hung_up"), &json!("0.0300")));
}

#[tokio::test]
async fn other_api_keys_are_pointed_to_live_and_never_repeated() {
    let scene = Scene::new();
    let api_key = "bfl_a-real-one";
    for answer in [scene.credits(api_key).await, scene.submit(api_key, tiny()).await] {
        assert_eq!(answer.status, 403);
        assert!(answer.detail().1.contains("--providers live") && answer.detail().1.contains("sandbox-"));
        assert!(!answer.body.to_string().contains("real"));
    }
    for path in ["/bfl/v1/credits", "/bfl/v1/get_result?id=1"] {
        let request = Request::get(path).header("authorization", "Bearer sandbox-ok").body(Body::empty());
        let answer = Scene::send(scene.sandbox.clone().providers(), request.unwrap()).await;
        assert_eq!(answer.detail(), (403, "Not authenticated"));
    }
}
