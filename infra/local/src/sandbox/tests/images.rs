//! What a good answer looks like.

use super::*;

#[tokio::test]
async fn an_answer_has_everything_that_the_description_promises() {
    let scene = Scene::new();
    let answer = scene.generate("sk-sandbox-ok-0001").await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    let body = &answer.body;
    assert!(body["created"].as_i64().unwrap() > 1_700_000_000);
    for (field, value) in
        [("background", "opaque"), ("output_format", "png"), ("quality", "low"), ("size", "1408x480")]
    {
        assert_eq!(body[field], value);
    }
    // "a friendly baker" has 16 characters; 1408 x 480 is 0.6445 of a square.
    assert_eq!(
        body["usage"],
        json!({
            "input_tokens": 4,
            "input_tokens_details": { "text_tokens": 4, "image_tokens": 0 },
            "output_tokens": 645,
            "output_tokens_details": { "image_tokens": 645, "text_tokens": 0 },
            "total_tokens": 649,
        })
    );
    let image = picture(&body["data"][0]);
    assert_eq!((image.width(), image.height()), (1408, 480));
}

#[tokio::test]
async fn the_same_prompt_draws_the_same_picture_and_others_do_not() {
    let scene = Scene::new();
    let mut several = small();
    several["n"] = json!(3);
    let first = scene.order("sk-sandbox-ok-0001", several.clone()).await.body;
    let again = scene.order("sk-sandbox-ok-0002", several).await.body;
    assert_eq!(first["data"], again["data"]);
    let pictures: std::collections::BTreeSet<_> =
        first["data"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(pictures.len(), 3);
    assert_eq!(first["usage"]["output_tokens"], 3 * 645);
}

#[tokio::test]
async fn a_transparent_background_is_left_out() {
    let scene = Scene::new();
    let mut body = small();
    body["background"] = json!("transparent");
    let answer = scene.order("sk-sandbox-ok-0001", body).await.body;
    assert_eq!(answer["background"], "transparent");
    let image = picture(&answer["data"][0]);
    assert_eq!(image.pixel(0, 0).unwrap().alpha(), 0);
    assert_eq!(image.pixel(704, 300).unwrap().alpha(), 255);
}

#[tokio::test]
async fn models_are_listed_with_their_end() {
    let scene = Scene::new();
    let answer = scene.models("sk-sandbox-ok-0001").await;
    assert_eq!(answer.body["object"], "list");
    let models = answer.body["data"].as_array().unwrap();
    for model in models {
        assert_eq!(model["object"], "model");
        assert!(model["created"].is_i64() && model["owned_by"].is_string());
    }
    let named = |id: &str| models.iter().find(|model| model["id"] == id).unwrap();
    assert_eq!(named("gpt-image-2.6-flare")["shutdown_date"], Value::Null);
    assert_eq!(named("gpt-image-1.5")["shutdown_date"], "2026-12-01");
    let one = scene.provider("GET", "/models/gpt-image-1.5", "sk-sandbox-ok-0001", "").await;
    assert_eq!(&one.body, named("gpt-image-1.5"));
}

#[tokio::test]
async fn every_answer_has_its_own_request_id() {
    let scene = Scene::new();
    let first = scene.models("sk-sandbox-ok-0001").await.headers["x-request-id"].clone();
    let second = scene.models("sk-sandbox-ok-0001").await.headers["x-request-id"].clone();
    assert!(first.to_str().unwrap().starts_with("req_") && first != second);
}

fn picture(item: &Value) -> tiny_skia::Pixmap {
    let png = base64_simd::STANDARD.decode_to_vec(item["b64_json"].as_str().unwrap()).unwrap();
    tiny_skia::Pixmap::decode_png(&png).unwrap()
}
