//! Requests that do not fit are refused as OpenAI refuses them.

use super::*;

#[tokio::test]
async fn every_field_is_checked() {
    let scene = Scene::new();
    let long = "a".repeat(32_001);
    for (field, value, code) in [
        ("model", json!(null), "missing_required_parameter"),
        ("model", json!(7), "invalid_type"),
        ("prompt", json!(null), "missing_required_parameter"),
        ("prompt", json!(["a"]), "invalid_type"),
        ("prompt", json!(""), "invalid_value"),
        ("prompt", json!(long), "invalid_value"),
        ("size", json!("1000x1000"), "invalid_value"),
        ("quality", json!("hd"), "invalid_value"),
        ("quality", json!("best"), "invalid_value"),
        ("n", json!(0), "invalid_value"),
        ("n", json!(11), "invalid_value"),
        ("n", json!(-1), "invalid_value"),
        ("n", json!(1.5), "invalid_type"),
        ("n", json!("1"), "invalid_type"),
        ("output_format", json!("gif"), "invalid_value"),
        ("output_format", json!("svg"), "invalid_value"),
        ("output_compression", json!(80), "invalid_value"),
        ("output_compression", json!(101), "invalid_value"),
        ("background", json!("blue"), "invalid_value"),
        ("moderation", json!("high"), "invalid_value"),
        ("complexity", json!("max"), "invalid_value"),
        ("stream", json!(true), "invalid_value"),
        ("partial_images", json!(2), "invalid_value"),
        ("frame_count", json!(4), "invalid_value"),
        ("svg", json!({}), "invalid_value"),
        ("response_format", json!("b64_json"), "unknown_parameter"),
        ("style", json!("vivid"), "unknown_parameter"),
        ("qualty", json!("low"), "unknown_parameter"),
    ] {
        let mut body = small();
        body[field] = value.clone();
        let refused = scene.order("sk-sandbox-ok-0001", body).await;
        assert_eq!(refused.code(), (400, Some(code)), "{field}: {value}");
        assert_eq!(refused.body["error"]["param"], field);
        assert_eq!(refused.body["error"]["type"], "invalid_request_error");
    }
    assert_eq!(scene.charges().await["total"], "0.0000");
}

#[tokio::test]
async fn models_take_what_the_table_says() {
    let scene = Scene::new();
    for (model, field, value, status) in [
        ("gpt-image-2", "quality", "xhigh", 400),
        ("gpt-image-2.5-flare", "quality", "xhigh", 200),
        ("gpt-image-2.5-flare", "complexity", "low", 400),
        ("gpt-image-2.6-sunburst", "complexity", "low", 200),
        ("gpt-image-1-mini", "size", "1408x480", 400),
        ("dall-e-3", "size", "1024x1024", 404),
        ("gpt-image-1", "size", "1024x1024", 404),
        ("gpt-5", "size", "1024x1024", 404),
    ] {
        let mut body = json!({ "model": model, "prompt": "a" });
        body[field] = json!(value);
        let answer = scene.order("sk-sandbox-ok-0001", body).await;
        assert_eq!(answer.status, status, "{model} {field} {value}: {}", answer.message());
        if status == 404 {
            assert_eq!(answer.code(), (404, Some("model_not_found")));
        }
    }
}

#[tokio::test]
async fn a_jpeg_cannot_be_transparent() {
    let scene = Scene::new();
    for (format, status) in [("png", 200), ("webp", 200), ("jpeg", 400)] {
        let mut body = small();
        (body["output_format"], body["background"]) = (json!(format), json!("transparent"));
        assert_eq!(scene.order("sk-sandbox-ok-0001", body).await.status, status, "{format}");
    }
}

#[tokio::test]
async fn optional_fields_may_be_null_or_at_their_defaults() {
    let scene = Scene::new();
    let mut body = small();
    for field in
        ["n", "output_format", "background", "moderation", "stream", "safety_identifier", "svg", "complexity"]
    {
        body[field] = Value::Null;
    }
    assert_eq!(scene.order("sk-sandbox-ok-0001", body).await.status, 200);
    let mut body = small();
    body["n"] = json!(1);
    body["output_format"] = json!("png");
    body["output_compression"] = json!(100);
    body["stream"] = json!(false);
    body["partial_images"] = json!(0);
    body["user"] = json!("u-1");
    assert_eq!(scene.order("sk-sandbox-ok-0001", body).await.status, 200);
}

#[tokio::test]
async fn what_is_not_json_or_not_there_has_openais_shape_too() {
    let scene = Scene::new();
    let api_key = "sk-sandbox-ok-0001";
    for (method, path, body, status) in [
        ("POST", "/images/generations", "{", 400),
        ("POST", "/images/generations", "[]", 400),
        ("GET", "/images/generations", "", 405),
        ("POST", "/images/variations", "{}", 404),
        ("GET", "/models/gpt-4", "", 404),
        ("POST", "/models", "{}", 405),
    ] {
        let answer = scene.provider(method, path, api_key, body).await;
        assert_eq!(answer.status, status, "{method} {path} {body}");
        assert_eq!(answer.body["error"]["type"], "invalid_request_error");
        assert!(answer.headers["x-request-id"].to_str().unwrap().starts_with("req_"));
    }
    let request = Request::post("/openai/v1/images/generations")
        .header("authorization", format!("Bearer {api_key}"))
        .header("content-type", "text/plain")
        .body(Body::from(small().to_string()));
    assert_eq!(Scene::send(scene.sandbox.clone().providers(), request.unwrap()).await.status, 400);
}
