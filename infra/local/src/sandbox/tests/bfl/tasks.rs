//! From the order to the result.

use super::*;

#[tokio::test]
async fn an_order_becomes_a_task_and_the_task_a_result() {
    let scene = Scene::new();
    let mut order = tiny();
    order["seed"] = json!(-7);
    let submitted = scene.submit(API_KEY, order).await;
    let id = submitted.body["id"].as_str().unwrap();
    let polling_url = format!("{HERE}/v1/get_result?id={id}");
    let expected =
        json!({ "id": id, "polling_url": polling_url, "cost": 3.0, "input_mp": 0.0, "output_mp": 0.0 });
    assert_eq!((submitted.status, &submitted.body), (200, &expected));

    let ready = scene.poll(API_KEY, &submitted).await;
    assert_eq!(ready.status, 200);
    for (field, value) in [
        ("id", json!(id)),
        ("status", json!("Ready")),
        ("progress", json!(1.0)),
        ("details", Value::Null),
        ("preview", Value::Null),
        ("cost", json!(3.0)),
    ] {
        assert_eq!(ready.body[field], value, "{field}");
    }
    let result = &ready.body["result"];
    assert_eq!((&result["prompt"], &result["seed"]), (&json!("a friendly baker"), &json!(-7)));
    let sample = result["sample"].as_str().unwrap();
    assert!(sample.starts_with(&format!("{HERE}/delivery/{id}/sample.jpeg?se=")), "{sample}");
    for field in ["start_time", "end_time", "duration"] {
        assert!(result[field].is_f64(), "{field}");
    }

    let charges = scene.charges().await;
    for (field, value) in [
        ("provider", "bfl"),
        ("api_key_hint", "0001"),
        ("model", "flux-2-pro"),
        ("amount", "0.0300"),
        ("outcome", "generated"),
        ("request_id", id),
    ] {
        assert_eq!(charges["items"][0][field], value);
    }
}

#[tokio::test]
async fn a_task_outlives_kill_9() {
    let mut scene = Scene::new();
    let submitted = scene.submit(API_KEY, tiny()).await;
    scene.restart_slowly();
    let unfinished = scene.submit(API_KEY, tiny()).await;
    scene.restart();
    let ready = scene.poll(API_KEY, &submitted).await;
    assert_eq!((&ready.body["status"], &ready.body["cost"]), (&json!("Ready"), &json!(3.0)));
    let sample = ready.body["result"]["sample"].as_str().unwrap().to_owned();
    assert_eq!(scene.fetch(&sample).await.status, 200);
    assert_eq!(scene.poll(API_KEY, &unfinished).await.body["status"], "Pending");

    let on_disk = std::fs::read_to_string(scene.folder.join("bfl-tasks.jsonl")).unwrap();
    assert!(!on_disk.contains("sandbox-ok"), "accounts go by their hash");
    scene.restart();
    assert_eq!(scene.fetch(&sample).await.status, 403, "links are signed anew");
}

#[tokio::test]
async fn until_it_is_ready_a_task_shows_no_result() {
    let mut scene = Scene::new();
    scene.restart_slowly();
    let submitted = scene.submit(API_KEY, tiny()).await;
    let pending = scene.poll(API_KEY, &submitted).await;
    assert_eq!((pending.status, &pending.body["status"]), (200, &json!("Pending")));
    assert_eq!((&pending.body["result"], &pending.body["cost"]), (&Value::Null, &Value::Null));
    assert!(pending.body["progress"].as_f64().unwrap() < 0.1);
}

#[tokio::test]
async fn only_its_account_may_ask_about_a_task() {
    let scene = Scene::new();
    let submitted = scene.submit(API_KEY, tiny()).await;
    let others = scene.poll("bfl-sandbox-ok-0002", &submitted).await;
    assert_eq!(others.detail(), (403, "This task belongs to another account"));
    let unknown = scene.bfl("GET", "/v1/get_result?id=nobody", API_KEY, "").await;
    assert_eq!((unknown.status, &unknown.body["id"]), (404, &json!("nobody")));
    assert_eq!(unknown.body["status"], "Task not found");
    let none = scene.bfl("GET", "/v1/get_result", API_KEY, "").await;
    assert_eq!((none.status, &none.body["detail"][0]["loc"]), (422, &json!(["query", "id"])));
}

#[tokio::test]
async fn an_account_has_24_tasks_at_a_time() {
    let mut scene = Scene::new();
    for _ in 0..25 {
        assert_eq!(scene.submit(API_KEY, tiny()).await.status, 200, "those that have ended do not count");
    }
    scene.restart_slowly();
    for _ in 0..24 {
        assert_eq!(scene.submit(API_KEY, tiny()).await.status, 200);
    }
    assert_eq!(scene.submit(API_KEY, tiny()).await.status, 429);
    assert_eq!(scene.submit("bfl-sandbox-ok-0002", tiny()).await.status, 200, "another account");
    assert_eq!(scene.charges().await["items"].as_array().unwrap().len(), 50);
}
