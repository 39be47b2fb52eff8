//! Reference photos: from the form through S3 to the cleaned reference, and everything that must not get that far.

use domain::UploadId;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::support::{Api, TestStack};

const EXIF: &[u8] = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0GPS-LONDON";

fn photo(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let red_and_blue = |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_fn(width, height, red_and_blue)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG that lies on its side and says where it was taken.
fn photo_with_place() -> Vec<u8> {
    let jpeg = photo(60, 40, ImageFormat::Jpeg);
    let length = u16::try_from(EXIF.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, EXIF, &jpeg[2..]].concat()
}

async fn announce(api: &Api, content_type: &str) -> Value {
    api.post("/v1/uploads", json!({ "content_type": content_type, "consent": true })).await.expect(201)
}

/// Posts a file with an upload's form, some of its fields changed or added. Answers with S3's status.
async fn send(upload: &Value, file: &[u8], changes: &[(&str, &str)]) -> u16 {
    let mut fields = upload["upload"]["fields"].as_object().unwrap().clone();
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    let mut body = Vec::new();
    for (name, value) in &fields {
        let value = value.as_str().unwrap();
        body.extend(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"me.jpg\"\r\n\
                Content-Type: application/octet-stream\r\n\r\n";
    body.extend([head.as_bytes(), file, b"\r\n--edge--\r\n"].concat());
    let request = reqwest::Client::new().post(upload["upload"]["url"].as_str().unwrap());
    let request = request.header("content-type", "multipart/form-data; boundary=edge").body(body);
    request.send().await.unwrap().status().as_u16()
}

async fn uploaded(api: &Api, content_type: &str, file: &[u8]) -> Value {
    let upload = announce(api, content_type).await;
    assert_eq!(send(&upload, file, &[]).await, 204);
    upload
}

fn address(upload: &Value) -> String {
    format!("/v1/uploads/{}", upload["id"].as_str().unwrap())
}

async fn complete(api: &Api, upload: &Value) -> crate::support::Answer {
    api.post(&format!("{}/complete", address(upload)), json!({})).await
}

/// The link is signed anew each time.
fn without_link(mut upload: Value) -> Value {
    upload["image"].as_object_mut().unwrap().remove("url").unwrap();
    upload
}

#[tokio::test]
async fn a_photo_is_announced_uploaded_cleaned_and_deleted() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let created = ada.post("/v1/uploads", json!({ "content_type": "image/jpeg", "consent": true })).await;
    assert_eq!(created.header("location"), address(&created.json));
    let upload = created.expect(201);
    assert_eq!((&upload["state"], &upload["consent"]), (&json!("waiting"), &json!(true)));
    assert_eq!((&upload["content_type"], &upload["image"]), (&json!("image/jpeg"), &Value::Null));
    assert_eq!(upload["upload"]["method"], "POST");
    let arrival = format!("uploads/ada/{}", upload["id"].as_str().unwrap());
    assert_eq!(upload["upload"]["fields"]["key"], arrival);

    let early = complete(&ada, &upload).await;
    assert_eq!((early.status, early.problem()), (409, "upload-missing"));
    assert_eq!(send(&upload, &photo_with_place(), &[]).await, 204);
    assert!(stack.object(&arrival).await.unwrap().windows(10).any(|window| window == b"GPS-LONDON"));

    let ready = complete(&ada, &upload).await.expect(200);
    let seen = reqwest::get(ready["image"]["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(
        (seen.status().as_u16(), &seen.headers()["content-type"]),
        (200, &"image/jpeg".parse().unwrap())
    );
    let ready = without_link(ready);
    assert_eq!((&ready["state"], &ready["image"]["content_type"]), (&json!("ready"), &json!("image/jpeg")));
    assert_eq!((&ready["image"]["width"], &ready["image"]["height"]), (&json!(40), &json!(60)), "upright");
    assert!(ready["expires_at"].as_str() > upload["expires_at"].as_str());
    assert_eq!(without_link(complete(&ada, &upload).await.expect(200)), ready, "again");
    assert_eq!(without_link(ada.get(&address(&upload)).await.expect(200)), ready);
    let listed = ada.get("/v1/uploads").await.expect(200);
    assert_eq!(without_link(listed["items"][0].clone()), ready);

    assert_eq!(stack.object(&arrival).await, None);
    let references = stack.objects("references/ada/").await;
    let [reference] = references.as_slice() else { panic!("{references:?}") };
    let reference = stack.object(reference).await.unwrap();
    for trace in [&b"Exif"[..], b"GPS", b"MM\0*"] {
        assert!(!reference.windows(trace.len()).any(|window| window == trace));
    }
    assert_eq!(ready["image"]["bytes"], reference.len());

    let scans = stack.tenant_with_scope("ada", "jobs:read").await;
    assert_eq!(scans.delete(&address(&upload)).await.problem(), "missing-scope");
    assert_eq!(ada.delete(&address(&upload)).await.status, 204);
    assert_eq!(ada.delete(&address(&upload)).await.problem(), "not-found");
    assert_eq!(complete(&ada, &upload).await.problem(), "not-found");
    assert_eq!((stack.objects("").await.len(), stack.count("main").await), (0, 0));
    let trail = ada.trail("").await;
    let actions: Vec<_> = trail.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["upload.consented", "upload.accepted", "upload.deleted"]);
    for event in trail {
        assert_eq!((&event["subject"], &event["actor"]), (&upload["id"], &json!("ada-user")));
        assert_eq!((&event["provider"], &event["outcome"]), (&Value::Null, &json!("ok")));
    }
}

#[tokio::test]
async fn s3_takes_what_the_form_says_and_nothing_else() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let jpeg = photo(9, 9, ImageFormat::Jpeg);
    let sized = json!({ "content_type": "image/jpeg", "consent": true, "bytes": jpeg.len() });
    let upload = ada.post("/v1/uploads", sized).await.expect(201);
    let others = format!("uploads/bob/{}", upload["id"].as_str().unwrap());
    for change in [
        ("Content-Type", "text/html"),
        ("key", "images/ada/job_1/1"),
        ("key", &others),
        ("x-amz-date", "20990101T000000Z"),
        ("x-amz-signature", &"0".repeat(64)),
        ("acl", "public-read"),
        ("x-amz-meta-more", "1"),
    ] {
        let status = send(&upload, &jpeg, &[change]).await;
        assert!((400..404).contains(&status), "{change:?}: {status}");
    }
    for file in [&jpeg[1..], &[&jpeg[..], b"x"].concat()] {
        assert_eq!(send(&upload, file, &[]).await, 400, "{} bytes", file.len());
    }
    let any_size = announce(&ada, "image/png").await;
    assert_eq!(send(&any_size, &vec![0; (10 << 20) + 1], &[]).await, 400);
    assert_eq!(send(&any_size, b"", &[]).await, 400);
    assert!(stack.objects("").await.is_empty());
    assert_eq!(send(&upload, &jpeg, &[]).await, 204, "the control");
    assert_eq!(complete(&ada, &upload).await.status, 200);

    // A tenant's name is part of the object key, and issuers give all kinds of names.
    let eve = stack.tenant("auth0%7C65.f%2B:@x").await;
    let upload = uploaded(&eve, "image/jpeg", &jpeg).await;
    assert_eq!(complete(&eve, &upload).await.status, 200);
    assert_eq!(stack.objects("references/auth0|65.f+:@x/").await.len(), 1);
    assert_eq!(eve.delete(&address(&upload)).await.status, 204);
    assert_eq!(stack.objects("references/").await.len(), 1, "of ada");
}

#[tokio::test]
async fn what_is_no_photo_is_refused_with_its_reason_and_deleted() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let (png, jpeg) = (photo(90, 90, ImageFormat::Png), photo(90, 90, ImageFormat::Jpeg));
    // 60,000 x 60,000 pixels in the header; the checksum is that of the header as it then is.
    let bomb = [
        &png[..16],
        &[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0, 0x0F, 0xB0, 0xE2, 0x15],
        &png[33..],
    ];
    let cases = [
        ("image/png", b"%PDF-1.7 a letter".to_vec(), "The file is a PDF, not a PNG."),
        ("image/webp", png.clone(), "The file is a PNG, not a WebP."),
        ("image/png", bomb.concat(), "It announces 60000 x 60000 pixels."),
        ("image/jpeg", jpeg[..jpeg.len() / 2].to_vec(), "The JPEG is damaged"),
        ("image/png", png[..png.len() / 2].to_vec(), "The PNG is damaged"),
    ];
    for (content_type, file, detail) in cases {
        let upload = uploaded(&ada, content_type, &file).await;
        let refused = complete(&ada, &upload).await;
        assert_eq!((refused.status, refused.problem()), (422, "upload-unusable"), "{refused:?}");
        assert!(refused.json["detail"].as_str().unwrap().starts_with(detail), "{refused:?}");
        assert_eq!(complete(&ada, &upload).await.text, refused.text, "again");
        let shown = ada.get(&address(&upload)).await.expect(200);
        assert_eq!((&shown["state"], &shown["reason"]["code"]), (&json!("refused"), &json!("unusable")));
        assert_eq!(shown["reason"]["message"], refused.json["detail"]);
        assert!(stack.objects("").await.is_empty());
    }
    assert_eq!(ada.trail("action=upload.refused").await.len(), 5);
}

#[tokio::test]
async fn of_many_that_complete_at_once_one_does_and_all_get_its_answer() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let upload = uploaded(&ada, "image/png", &photo(900, 700, ImageFormat::Png)).await;
    let all: [_; 4] = std::array::from_fn(|_| complete(&ada, &upload));
    let [first, others @ ..] = all;
    let (first, others) = tokio::join!(first, async {
        let [a, b, c] = others;
        tokio::join!(a, b, c)
    });
    let ready = without_link(first.expect(200));
    for other in [others.0, others.1, others.2] {
        assert_eq!(without_link(other.expect(200)), ready);
    }
    assert_eq!(ada.trail("action=upload.accepted").await.len(), 1);
    assert_eq!(stack.objects("").await.len(), 1);

    // One that is deleted meanwhile leaves nothing behind, whoever is first.
    let upload = uploaded(&ada, "image/png", &photo(900, 700, ImageFormat::Png)).await;
    let place = address(&upload);
    let (completed, deleted) = tokio::join!(complete(&ada, &upload), ada.delete(&place));
    assert!(
        matches!(completed.status, 200 | 404 | 409) && deleted.status == 204,
        "{completed:?} {deleted:?}"
    );
    assert_eq!(stack.objects("").await.len(), 1);
}

#[tokio::test]
async fn an_announcement_that_does_not_fit_is_refused_and_not_kept() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (body, status, problem, field) in [
        (json!({ "content_type": "image/png" }), 422, "consent-needed", "consent"),
        (json!({ "content_type": "image/png", "consent": false }), 422, "consent-needed", "consent"),
        (json!({ "content_type": "image/png", "consent": "true" }), 400, "invalid-request", "consent"),
        (json!({ "consent": true }), 400, "invalid-request", "content_type"),
        (json!({ "content_type": "image/svg+xml", "consent": true }), 400, "invalid-request", "content_type"),
        (
            json!({ "content_type": "image/png", "consent": true, "bytes": 0 }),
            400,
            "invalid-request",
            "bytes",
        ),
        (
            json!({ "content_type": "image/png", "consent": true, "bytes": (10 << 20) + 1 }),
            400,
            "invalid-request",
            "bytes",
        ),
        (
            json!({ "content_type": "image/png", "consent": true, "file_name": "a" }),
            400,
            "invalid-request",
            "file_name",
        ),
    ] {
        let refused = ada.post("/v1/uploads", body.clone()).await;
        assert_eq!((refused.status, refused.problem()), (status, problem), "{body}");
        assert_eq!(refused.json["field"], field, "{refused:?}");
    }
    assert_eq!((stack.count("main").await, stack.count("audit").await), (0, 0));
    assert_eq!(ada.get("/v1/uploads/upl_nonsense").await.problem(), "not-found");
    assert_eq!(ada.get("/v1/uploads?cursor=x").await.problem(), "invalid-request");
}

#[tokio::test]
async fn uploads_are_paged_newest_first_and_gone_once_they_expire() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.insert(0, announce(&ada, "image/png").await["id"].clone());
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let page = ada.get("/v1/uploads?limit=2").await.expect(200);
    let next = page["next_cursor"].as_str().unwrap();
    let rest = ada.get(&format!("/v1/uploads?limit=2&cursor={next}")).await.expect(200);
    let shown =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    let shown: Vec<Vec<_>> = vec![shown(&page), shown(&rest)];
    assert_eq!((shown.concat(), &rest["next_cursor"]), (ids.clone(), &Value::Null));

    let id: UploadId = ids[0].as_str().unwrap().parse().unwrap();
    stack.expire_upload("ada", id).await;
    assert_eq!(ada.get(&format!("/v1/uploads/{id}")).await.problem(), "not-found");
    assert_eq!(ada.get("/v1/uploads").await.expect(200)["items"].as_array().unwrap().len(), 2);
}
