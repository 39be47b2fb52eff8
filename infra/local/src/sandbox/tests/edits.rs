//! Images made from images, and the formats that both come in.

use super::avatar::Likeness;
use super::*;

const API_KEY: &str = "sk-sandbox-ok-0001";

/// A part of a form: its name, and a file or a text.
type Part<'a> = (&'a str, &'a [u8]);

impl Scene {
    async fn edit(&self, parts: &[Part<'_>]) -> Answer {
        let mut body = Vec::new();
        for (name, content) in parts {
            let file = if name.starts_with("image") || *name == "mask" { "; filename=\"a\"" } else { "" };
            let head = format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend(b"--line--\r\n");
        let request = Request::post("/openai/v1/images/edits")
            .header("authorization", format!("Bearer {API_KEY}"))
            .header("content-type", "multipart/form-data; boundary=line")
            .body(Body::from(body));
        Self::send(self.sandbox.clone().providers(), request.unwrap()).await
    }
}

fn image(answer: &Answer) -> Vec<u8> {
    base64_simd::STANDARD.decode_to_vec(answer.body["data"][0]["b64_json"].as_str().unwrap()).unwrap()
}

/// A portrait to start from: 1408x480 in the smallest, 901 tokens.
async fn portrait(scene: &Scene) -> Vec<u8> {
    image(&scene.generate(API_KEY).await)
}

fn order<'a>(parts: &[Part<'a>]) -> Vec<Part<'a>> {
    let order: [Part<'_>; 4] = [
        ("model", b"gpt-image-2.6-flare"),
        ("prompt", b"a baker in a hoodie"),
        ("size", b"1408x480"),
        ("quality", b"low"),
    ];
    [&order[..], parts].concat()
}

#[tokio::test]
async fn an_edit_shows_the_same_person_in_every_format_and_costs_its_images_too() {
    let scene = Scene::new();
    let portrait = portrait(&scene).await;
    for (format, kind) in [("png", "png"), ("jpeg", "jpeg"), ("webp", "webp")] {
        let parts = order(&[("image", &portrait), ("output_format", format.as_bytes()), ("n", b"1")]);
        let answer = scene.edit(&parts).await;
        assert_eq!((answer.status, &answer.body["output_format"]), (200, &json!(format)), "{}", answer.body);
        // "a baker in a hoodie" has 19 characters.
        let usage = &answer.body["usage"];
        assert_eq!(usage["input_tokens_details"], json!({ "text_tokens": 5, "image_tokens": 902 }));
        assert_eq!((&usage["input_tokens"], &usage["total_tokens"]), (&json!(907), &json!(1552)));
        let image = image(&answer);
        assert_eq!(Likeness::seen_in(&image), Likeness::seen_in(&portrait));
        assert_ne!(image, portrait);
        let size = imagesize::blob_size(&image).unwrap();
        assert_eq!((size.width, size.height), (1408, 480));
        let real = image::guess_format(&image).unwrap();
        assert_eq!(Some(real), image::ImageFormat::from_extension(kind));
    }
    // 5 tokens at 5, 902 at 8 and 645 at 30 micro-dollars.
    assert_eq!(scene.charges().await["items"][1]["amount"], "0.026591");
}

#[tokio::test]
async fn a_photo_gives_the_same_stranger_whatever_the_prompt() {
    let scene = Scene::new();
    let mut photo = portrait(&scene).await;
    // The same picture without what it says about itself.
    let name = memchr::memmem::find(&photo, b"ownkey-likeness").unwrap();
    photo[name] = b'x';
    let mut first = order(&[("image", &photo)]);
    let second = first.clone();
    first[1] = ("prompt", b"somebody else altogether");
    let (first, second) = (image(&scene.edit(&first).await), image(&scene.edit(&second).await));
    assert_ne!(first, second);
    assert_eq!(Likeness::seen_in(&first), Likeness::seen_in(&second));
    assert_eq!(Likeness::seen_in(&first), Likeness::seen_in(&photo));
}

#[tokio::test]
async fn compression_makes_a_jpeg_smaller() {
    let scene = Scene::new();
    let mut sizes = Vec::new();
    for compression in [100, 50] {
        let mut body = small();
        body["output_format"] = json!("jpeg");
        body["output_compression"] = json!(compression);
        sizes.push(image(&scene.order(API_KEY, body).await).len());
    }
    assert!(sizes[1] < sizes[0] / 2, "{sizes:?}");
}

#[tokio::test]
async fn forms_that_do_not_fit_are_refused() {
    let scene = Scene::new();
    let portrait = portrait(&scene).await;
    let one: Part<'_> = ("image", &portrait);
    let other_size = avatar::paint(&avatar::Sitting {
        prompt: String::new(),
        likeness: None,
        variation: 0,
        width: 64,
        height: 64,
        transparent: true,
        format: avatar::Format::Png,
    });
    let other_size = other_size.unwrap();
    let large = vec![0; 50_000_000];
    for (parts, param, code) in [
        (vec![], "image", "missing_required_parameter"),
        (vec![one, one], "image", "invalid_value"),
        (vec![one, ("image[]", &portrait[..])], "image", "invalid_value"),
        (vec![("image[]", &portrait[..]); 17], "image", "invalid_value"),
        (vec![("image", &b"GIF89a"[..])], "image", "invalid_value"),
        (vec![("image", &portrait[..20])], "image", "invalid_value"),
        (vec![("image", &large[..])], "image", "invalid_value"),
        (vec![one, ("mask", &other_size[..])], "mask", "invalid_value"),
        (vec![one, ("mask", &b"no"[..])], "mask", "invalid_value"),
        (vec![one, ("n", &b"0"[..])], "n", "invalid_value"),
        (vec![one, ("n", &b"two"[..])], "n", "invalid_type"),
        (vec![one, ("n", &b"1"[..]), ("n", &b"1"[..])], "n", "invalid_value"),
        (vec![one, ("user", &b"\xff"[..])], "user", "invalid_type"),
        (vec![one, ("output_format", &b"gif"[..])], "output_format", "invalid_value"),
        (vec![one, ("moderation", &b"low"[..])], "moderation", "unknown_parameter"),
        (vec![one, ("input_fidelity", &b"high"[..])], "input_fidelity", "invalid_value"),
    ] {
        let refused = scene.edit(&order(&parts)).await;
        assert_eq!(refused.code(), (400, Some(code)), "{param}: {}", refused.message());
        assert_eq!(refused.body["error"]["param"], param);
    }
    assert_eq!(scene.charges().await["items"].as_array().unwrap().len(), 1, "the portrait");

    let refused = scene.provider("POST", "/images/edits", API_KEY, "{}").await;
    assert!(refused.message().contains("multipart/form-data"));
    let most = order(&[("image[]", &portrait[..]); 16]);
    assert_eq!(scene.edit(&most).await.status, 200);
    assert_eq!(scene.edit(&order(&[one, ("mask", &portrait)])).await.status, 200);
}
