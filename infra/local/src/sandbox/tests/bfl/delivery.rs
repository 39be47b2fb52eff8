//! The images, and their links.

use super::super::avatar::Likeness;
use super::*;

#[tokio::test]
async fn images_come_in_the_format_and_size_that_was_ordered() {
    let scene = Scene::new();
    for (model, fields, kind, size) in [
        ("flux-2-max", json!({ "width": 96, "height": 64 }), "jpeg", (96, 64)),
        ("flux-2-flex", json!({ "output_format": "png", "width": 128 }), "png", (128, 1024)),
        ("flux-2-klein-9b", json!({ "output_format": "webp", "width": 64, "height": 80 }), "webp", (64, 80)),
        ("flux-3-image", json!({ "aspect_ratio": "1:2", "resolution": "768sq" }), "jpeg", (544, 1088)),
    ] {
        let mut order = fields;
        order["model"] = json!(model);
        order["prompt"] = json!("a friendly baker");
        let image = scene.image_of(order).await;
        assert_eq!(Some(image::guess_format(&image).unwrap()), image::ImageFormat::from_extension(kind));
        let real = imagesize::blob_size(&image).unwrap();
        assert_eq!((real.width, real.height), size, "{model}");
    }
}

#[tokio::test]
async fn a_seed_gives_the_same_image_and_another_seed_another_one() {
    let scene = Scene::new();
    let mut order = tiny();
    let random = [scene.image_of(order.clone()).await, scene.image_of(order.clone()).await];
    assert_ne!(random[0], random[1]);
    order["seed"] = json!(1);
    let first = scene.image_of(order.clone()).await;
    assert_eq!(first, scene.image_of(order.clone()).await);
    order["seed"] = json!(2);
    assert_ne!(first, scene.image_of(order).await);
}

#[tokio::test]
async fn an_image_made_from_a_portrait_shows_the_same_person() {
    let scene = Scene::new();
    let portrait = scene.image_of(tiny()).await;
    for (model, field, value) in [
        ("flux-2-pro", "input_image", base64(&portrait)),
        ("flux-2-klein-4b", "input_image_4", base64(&portrait)),
        ("flux-3-image", "images", json!([base64(&scene.image_of(json!({"prompt": "x"})).await)])),
    ] {
        let expected = base64_simd::STANDARD.decode_to_vec(value.get(0).unwrap_or(&value).as_str().unwrap());
        let mut order = json!({ "model": model, "prompt": "a knight in a hoodie" });
        order[field] = value;
        let image = scene.image_of(order).await;
        assert_eq!(Likeness::seen_in(&image), Likeness::seen_in(&expected.unwrap()), "{model}");
    }
    let mut order = tiny();
    (order["seed"], order["prompt"]) = (json!(1), json!("somebody"));
    let without = scene.image_of(order.clone()).await;
    order["input_image"] = json!("https://example.com/portrait.png");
    assert_eq!(scene.image_of(order).await, without, "a URL is not looked at");
}

#[tokio::test]
async fn a_link_works_as_it_was_signed_and_without_an_api_key() {
    let scene = Scene::new();
    let ready = scene.poll(API_KEY, &scene.submit(API_KEY, tiny()).await).await;
    let other = scene.poll(API_KEY, &scene.submit(API_KEY, tiny()).await).await;
    let sample = ready.body["result"]["sample"].as_str().unwrap();
    let good = scene.fetch(sample).await;
    assert_eq!((good.status, &good.headers["content-type"]), (200, &"image/jpeg".parse().unwrap()));

    let (path, seal) = sample.split_once('?').unwrap();
    let (other_path, _) = other.body["result"]["sample"].as_str().unwrap().split_once('?').unwrap();
    let (_, expiry) = seal.split_once("se=").unwrap();
    let (expiry, signature) = expiry.split_once("&sig=").unwrap();
    let later = expiry.parse::<i64>().unwrap() + 1;
    for url in [
        path.to_owned(),
        format!("{path}?se={expiry}"),
        format!("{path}?se={later}&sig={signature}"),
        format!("{path}?se={expiry}&sig={signature}00"),
        format!("{}?{seal}", path.replace("jpeg", "png")),
        format!("{other_path}?{seal}"),
    ] {
        assert_eq!(scene.fetch(&url).await.status, 403, "{url}");
    }
    for (name, value) in [("x-key", API_KEY), ("authorization", "Bearer sandbox-ok")] {
        let path = sample.strip_prefix("http://127.0.0.1:4000").unwrap();
        let request = Request::get(path).header(name, value).body(Body::empty()).unwrap();
        let refused = Scene::send(scene.sandbox.clone().providers(), request).await;
        assert_eq!(refused.status, 400, "{name}");
        assert!(refused.detail().1.contains("API key") && !refused.detail().1.contains("sandbox"));
    }
}
