//! What each model costs, in credits: a cent each.

use super::*;

#[tokio::test]
async fn each_model_has_its_price() {
    let scene = Scene::new();
    let one = json!({});
    let four = json!({ "width": 2048, "height": 2048 });
    let edit = json!({ "input_image": "https://example.com/a.png" });
    let edits =
        json!({ "input_image": "https://example.com/a.png", "input_image_2": "https://example.com/b" });
    for (model, fields, cost) in [
        ("flux-2-max", &one, 7.0),
        ("flux-2-max", &four, 16.0),
        ("flux-2-max", &edit, 10.0),
        ("flux-2-max", &edits, 13.0),
        ("flux-2-pro", &one, 3.0),
        ("flux-2-pro-preview", &edit, 4.5),
        ("flux-2-flex", &edit, 10.0),
        ("flux-2-klein-9b", &edit, 1.7),
        ("flux-2-klein-9b-preview", &four, 2.1),
        ("flux-2-klein-4b", &one, 1.4),
        ("flux-2-klein-4b", &edit, 1.5),
        ("flux-3-image", &one, 4.8),
        ("flux-3-image", &json!({ "resolution": "4k" }), 19.2),
    ] {
        let mut order = fields.clone();
        (order["model"], order["prompt"]) = (json!(model), json!("a"));
        let submitted = scene.submit(API_KEY, order).await;
        assert_eq!((submitted.status, &submitted.body["cost"]), (200, &json!(cost)), "{model} {fields}");
        let charges = scene.charges().await;
        let charge = charges["items"].as_array().unwrap().last().unwrap();
        let amount: domain::Usd = charge["amount"].as_str().unwrap().parse().unwrap();
        assert_eq!(amount.micros(), (cost * 10_000.0_f64).round() as u64, "{model} {fields}");
    }
}

#[tokio::test]
async fn images_to_start_from_count_by_their_pixels() {
    let scene = Scene::new();
    let portrait = scene.image_of(json!({ "prompt": "a", "width": 1056, "height": 1024 })).await;
    let mut order = tiny();
    order["input_image"] = base64(&portrait);
    let submitted = scene.submit(API_KEY, order).await;
    assert_eq!((&submitted.body["cost"], &submitted.body["input_mp"]), (&json!(6.0), &json!(1.03)));
}

#[tokio::test]
async fn credits_go_down_with_what_is_ordered() {
    let scene = Scene::new();
    let api_key = "bfl-sandbox-out-of-credit-0001";
    assert_eq!(scene.credits(API_KEY).await.body, json!({ "credits": 10000.0 }));
    assert_eq!(scene.credits(api_key).await.body, json!({ "credits": 0.0 }));
    let refused = scene.submit(api_key, tiny()).await;
    assert_eq!(refused.status, 402);
    assert!(refused.detail().1.starts_with("Insufficient credits"));
    scene.top_up(json!({ "api_key": api_key })).await;
    assert_eq!(scene.credits(api_key).await.body, json!({ "credits": 1000.0 }));
    assert_eq!(scene.submit(api_key, tiny()).await.status, 200);
    assert_eq!(scene.credits(api_key).await.body, json!({ "credits": 997.0 }));
}
