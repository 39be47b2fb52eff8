//! The charges, and the controls.

use super::*;

#[tokio::test]
async fn charges_are_listed_without_the_api_key_and_outlive_a_restart() {
    let mut scene = Scene::new();
    let api_key = "sk-sandbox-ok-secretpart-3f9A";
    let answer = scene.generate(api_key).await;
    let charges = scene.charges().await;
    let item = &charges["items"][0];
    // 4 tokens at 5 and 645 at 30 micro-dollars.
    assert_eq!((&item["amount"], &charges["total"]), (&json!("0.019370"), &json!("0.019370")));
    for (field, value) in [
        ("provider", "openai"),
        ("api_key_hint", "3f9A"),
        ("model", "gpt-image-2.6-flare"),
        ("outcome", "generated"),
        ("request_id", answer.headers["x-request-id"].to_str().unwrap()),
    ] {
        assert_eq!(item[field], value);
    }
    assert!(item["at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());

    let on_disk = std::fs::read_to_string(scene.folder.join("ledger.jsonl")).unwrap();
    assert!(!on_disk.contains("secretpart") && !charges.to_string().contains("secretpart"));
    scene.restart();
    assert_eq!(scene.charges().await, charges);
}

#[tokio::test]
async fn a_top_up_outlives_a_restart() {
    let mut scene = Scene::new();
    let api_key = "sk-sandbox-out-of-credit-0001";
    scene.top_up(json!({ "api_key": api_key })).await;
    scene.restart();
    assert_eq!(scene.generate(api_key).await.status, 200);
}

#[tokio::test]
async fn a_caller_who_leaves_pays_all_the_same() {
    let scene = Scene::new();
    let waiting = Sandbox::open(&scene.folder).unwrap().with_think_time(Duration::from_secs(3600));
    let waiting = Scene { sandbox: Arc::new(waiting), folder: scene.folder.clone() };
    let charged = async {
        while waiting.charges().await["total"] == "0.0000" {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = waiting.generate("sk-sandbox-ok-0001") => panic!("nobody waits for an hour"),
        () = charged => {}
    }
    assert_eq!(waiting.charges().await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn top_ups_that_do_not_fit_are_problems() {
    let scene = Scene::new();
    for (body, status, kind) in [
        (json!({ "api_key": "sk-proj-real" }), 422, "/problems/not-a-sandbox-key"),
        (json!({ "api_key": "sk-sandbox-ok-0001", "amount": "5.00" }), 400, "/problems/invalid-request"),
        (json!({}), 400, "/problems/invalid-request"),
        (json!([]), 400, "/problems/invalid-request"),
    ] {
        let answer = scene.top_up(body.clone()).await;
        assert_eq!((answer.status, &answer.body["type"]), (status, &json!(kind)), "{body}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.body["status"], status);
        assert!(!answer.body.to_string().contains("real"));
    }
}
