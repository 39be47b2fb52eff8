//! Requests that do not fit the contract are refused as FastAPI refuses them.

use super::*;

#[tokio::test]
async fn every_field_is_checked() {
    let scene = Scene::new();
    let long = "a".repeat(257);
    for (model, field, value, kind) in [
        ("flux-2-pro", "prompt", Value::Null, "string_type"),
        ("flux-2-pro", "prompt", json!(7), "string_type"),
        ("flux-2-pro", "width", json!(63), "greater_than_equal"),
        ("flux-2-pro", "height", json!("64"), "int_type"),
        ("flux-2-pro", "height", json!(64.5), "int_type"),
        ("flux-2-pro", "width", json!(65_552), "value_error"),
        ("flux-2-pro", "width", json!(u64::MAX), "int_type"),
        ("flux-2-pro", "seed", json!("1"), "int_type"),
        ("flux-2-pro", "safety_tolerance", json!(6), "less_than_equal"),
        ("flux-2-pro", "safety_tolerance", json!(-1), "greater_than_equal"),
        ("flux-2-pro", "safety_tolerance", Value::Null, "int_type"),
        ("flux-2-pro", "output_format", json!("gif"), "enum"),
        ("flux-2-pro", "output_format", json!(1), "enum"),
        ("flux-2-pro", "disable_pup", json!("no"), "bool_type"),
        ("flux-2-pro", "disable_pup", Value::Null, "bool_type"),
        ("flux-2-pro", "user", json!(""), "string_too_short"),
        ("flux-2-pro", "user", json!(long), "string_too_long"),
        ("flux-2-pro", "input_image", json!(""), "string_too_short"),
        ("flux-2-pro", "input_image", json!("not base64!"), "value_error"),
        ("flux-2-pro", "input_image", json!("R0lGODlh"), "value_error"),
        ("flux-2-pro", "input_image_8", json!(["a"]), "string_type"),
        ("flux-2-pro", "input_image_9", json!("a"), "extra_forbidden"),
        ("flux-2-pro", "webhook_url", json!("https://example.com"), "value_error"),
        ("flux-2-pro", "webhook_secret", json!(1), "string_type"),
        ("flux-2-pro", "guidance", json!(5), "extra_forbidden"),
        ("flux-2-max", "steps", json!(5), "extra_forbidden"),
        ("flux-2-flex", "guidance", json!(1.4), "greater_than_equal"),
        ("flux-2-flex", "guidance", json!(10.5), "less_than_equal"),
        ("flux-2-flex", "guidance", json!("5"), "float_type"),
        ("flux-2-flex", "steps", json!(51), "less_than_equal"),
        ("flux-2-flex", "steps", json!(0), "greater_than_equal"),
        ("flux-2-flex", "prompt_upsampling", json!(1), "bool_type"),
        ("flux-2-flex", "input_image_blob_path", json!("a"), "value_error"),
        ("flux-2-flex", "disable_pup", json!(true), "extra_forbidden"),
        ("flux-2-klein-4b", "input_image_5", json!("a"), "extra_forbidden"),
        ("flux-2-klein-9b", "disable_pup", json!(true), "extra_forbidden"),
        ("flux-3-image", "seed", json!(1), "extra_forbidden"),
        ("flux-3-image", "output_format", json!("png"), "extra_forbidden"),
        ("flux-3-image", "aspect_ratio", json!("1:3"), "enum"),
        ("flux-3-image", "aspect_ratio", Value::Null, "enum"),
        ("flux-3-image", "resolution", json!("8k"), "enum"),
        ("flux-3-image", "safety_tolerance", json!(5), "less_than_equal"),
        ("flux-3-image", "grounding", json!("yes"), "bool_type"),
        ("flux-3-image", "version", json!(1), "string_type"),
        ("flux-3-image", "images", json!([]), "too_short"),
        ("flux-3-image", "images", json!(vec!["https://a"; 11]), "too_long"),
        ("flux-3-image", "images", json!([1]), "string_type"),
    ] {
        let mut order = json!({ "model": model, "prompt": "a" });
        order[field] = value.clone();
        let refused = scene.submit(API_KEY, order).await;
        let detail = &refused.body["detail"][0];
        assert_eq!(
            (refused.status, &detail["type"]),
            (422, &json!(kind)),
            "{model} {field}: {value}: {detail}"
        );
        assert_eq!(detail["loc"], json!(["body", field]));
        assert!(detail["msg"].is_string());
    }
    let missing = scene.submit(API_KEY, json!({})).await;
    assert_eq!(
        missing.body["detail"][0],
        json!({ "loc": ["body", "prompt"], "msg": "Field required", "type": "missing" })
    );
    assert_eq!(scene.charges().await["total"], "0.0000");
}

#[tokio::test]
async fn everything_that_the_contract_allows_is_taken() {
    let scene = Scene::new();
    let flux2 = json!({
        "prompt": "", "user": "u", "seed": 1, "width": 64, "height": 64, "safety_tolerance": 5,
        "output_format": "png", "webhook_secret": "s", "input_image": "https://example.com/a",
    });
    let nothing = json!({
        "prompt": "", "user": null, "seed": null, "width": null, "height": null, "output_format": null,
        "webhook_url": null, "webhook_secret": null, "input_image": null, "input_image_4": null,
    });
    for (model, more) in [
        ("flux-2-max", json!({ "disable_pup": true, "input_image_8": "http://example.com/a" })),
        ("flux-2-pro", json!({ "disable_pup": false })),
        ("flux-2-pro-preview", json!({})),
        ("flux-2-flex", json!({ "prompt_upsampling": false, "guidance": 1.5, "steps": 50 })),
        ("flux-2-flex", json!({ "prompt_upsampling": null, "guidance": null, "steps": null })),
        ("flux-2-klein-4b", json!({})),
        ("flux-2-klein-9b", json!({})),
        ("flux-2-klein-9b-preview", json!({})),
    ] {
        for mut order in [flux2.clone(), nothing.clone()] {
            order["model"] = json!(model);
            order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let submitted = scene.submit(API_KEY, order.clone()).await;
            assert_eq!(submitted.status, 200, "{order}: {}", submitted.body);
        }
    }
    for order in [
        json!({ "images": "https://example.com/a", "aspect_ratio": "9:21", "resolution": "1.5k" }),
        json!({ "images": null, "safety_tolerance": 4, "grounding": false, "version": "latest" }),
    ] {
        let mut order = order;
        (order["model"], order["prompt"]) = (json!("flux-3-image"), json!("a"));
        assert_eq!(scene.submit(API_KEY, order.clone()).await.status, 200, "{order}");
    }
}

#[tokio::test]
async fn images_for_flux_3_have_bounds() {
    let scene = Scene::new();
    for (side, status) in [(240, 422), (256, 200)] {
        let image = scene.image_of(json!({ "prompt": "a", "width": side, "height": 256 })).await;
        let order = json!({ "model": "flux-3-image", "prompt": "a", "images": base64(&image) });
        assert_eq!(scene.submit(API_KEY, order).await.status, status, "{side}");
    }
}

#[tokio::test]
async fn what_is_not_json_or_not_there_has_fastapis_shape_too() {
    let scene = Scene::new();
    for (method, path, body, status) in [
        ("POST", "/v1/flux-2-pro", "{", 422),
        ("POST", "/v1/flux-2-pro", "[]", 422),
        ("POST", "/v1/flux-1-pro", "{}", 404),
        ("GET", "/v1/flux-2-pro", "", 405),
        ("POST", "/v1/credits", "{}", 405),
        ("GET", "/v2/credits", "", 404),
    ] {
        let answer = scene.bfl(method, path, API_KEY, body).await;
        assert_eq!(answer.status, status, "{method} {path} {body}");
        let detail = &answer.body["detail"];
        assert!(if status == 422 { detail[0]["loc"].is_array() } else { detail.is_string() }, "{detail}");
    }
}
