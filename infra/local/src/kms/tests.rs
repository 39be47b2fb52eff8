//! Through the router, as the AWS SDK asks.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

/// A KMS with its own file, which goes away with it.
struct Scene {
    kms: Arc<KmsEmulator>,
    folder: PathBuf,
}

impl Scene {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("ownkey-kms-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self { kms: Arc::new(KmsEmulator::open(&folder.join("kms.json")).unwrap()), folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("kms.json")
    }

    /// As after `kill -9`: nothing is told to stop.
    fn restart(&mut self) {
        self.kms = Arc::new(KmsEmulator::open(&self.file()).unwrap());
    }

    async fn ask(&self, operation: &str, body: Value) -> (u16, Value) {
        let request = Request::post("/")
            .header("x-amz-target", format!("TrentService.{operation}"))
            .header("content-type", "application/x-amz-json-1.1")
            .body(Body::from(body.to_string()));
        let response = self.kms.clone().router().oneshot(request.unwrap()).await.unwrap();
        assert!(response.headers().contains_key("x-amzn-requestid"));
        assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.1");
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn good(&self, operation: &str, body: Value) -> Value {
        let (status, answer) = self.ask(operation, body).await;
        assert_eq!(status, 200, "{operation}: {answer}");
        answer
    }

    async fn refused(&self, operation: &str, body: Value, exception: &str) {
        let (status, answer) = self.ask(operation, body).await;
        assert_eq!((status, answer["__type"].as_str()), (400, Some(exception)), "{operation}: {answer}");
        assert!(answer["message"].is_string());
    }

    async fn data_key(&self, arn: &str) -> Value {
        let body = json!({ "KeyId": arn, "KeySpec": "AES_256", "EncryptionContext": { "tenant": "acme" } });
        self.good("GenerateDataKey", body).await
    }

    async fn open(&self, blob: &Value) -> Value {
        let body = json!({ "CiphertextBlob": blob, "EncryptionContext": { "tenant": "acme" } });
        self.good("Decrypt", body).await["Plaintext"].clone()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn a_data_key_opens_only_with_its_context_and_its_kms_key() {
    let scene = Scene::new("context");
    let arn = scene.kms.ensure_kms_key("ours").unwrap();
    let other = scene.kms.ensure_kms_key("another").unwrap();
    let made = scene.data_key(&arn).await;
    let plaintext = base64_simd::STANDARD.decode_to_vec(made["Plaintext"].as_str().unwrap()).unwrap();
    assert_eq!((plaintext.len(), made["KeyId"].as_str()), (32, Some(arn.as_str())));

    let blob = &made["CiphertextBlob"];
    assert_eq!(scene.open(blob).await, made["Plaintext"]);
    let right = json!({ "tenant": "acme" });
    let named = json!({ "CiphertextBlob": blob, "KeyId": arn, "EncryptionContext": right });
    assert_eq!(scene.good("Decrypt", named).await["KeyId"], json!(arn));

    for context in [json!({}), json!({ "tenant": "other" }), json!({ "tenant": "acme", "more": "" })] {
        let body = json!({ "CiphertextBlob": blob, "EncryptionContext": context });
        scene.refused("Decrypt", body, "InvalidCiphertextException").await;
    }
    scene.refused("Decrypt", json!({ "CiphertextBlob": blob }), "InvalidCiphertextException").await;
    let foreign = json!({ "CiphertextBlob": blob, "KeyId": other, "EncryptionContext": right });
    scene.refused("Decrypt", foreign, "IncorrectKeyException").await;
}

#[tokio::test]
async fn tampered_blobs_are_refused() {
    let scene = Scene::new("tamper");
    let arn = scene.kms.ensure_kms_key("ours").unwrap();
    let made = scene.data_key(&arn).await;
    let blob = base64_simd::STANDARD.decode_to_vec(made["CiphertextBlob"].as_str().unwrap()).unwrap();
    for place in [0, 1, 17, 21, 33, blob.len() - 1] {
        let mut tampered = blob.clone();
        tampered[place] ^= 1;
        let blob = base64_simd::STANDARD.encode_to_string(&tampered);
        let body = json!({ "CiphertextBlob": blob, "EncryptionContext": { "tenant": "acme" } });
        scene.refused("Decrypt", body, "InvalidCiphertextException").await;
    }
}

#[tokio::test]
async fn kms_keys_outlive_a_restart() {
    let mut scene = Scene::new("restart");
    assert!(!scene.folder.exists(), "nothing is made before it is needed");
    let arn = scene.kms.ensure_kms_key("ours").unwrap();
    let made = scene.data_key(&arn).await;
    assert_eq!(scene.file().metadata().unwrap().permissions().mode() & 0o777, 0o600);

    scene.restart();
    assert_eq!(scene.kms.ensure_kms_key("ours").unwrap(), arn);
    assert_eq!(scene.open(&made["CiphertextBlob"]).await, made["Plaintext"]);

    // What a crash may leave behind does not stop the next start, and does not survive it.
    let leftover = scene.file().with_added_extension("new");
    std::fs::write(&leftover, "{").unwrap();
    scene.restart();
    scene.kms.ensure_kms_key("another").unwrap();
    assert!(!leftover.exists());

    std::fs::write(scene.file(), "{\"format\":1,\"kms_keys\":\"secret\"}").unwrap();
    let refused = KmsEmulator::open(&scene.file()).err().unwrap();
    assert!(!refused.to_string().contains("secret"), "{refused}");
}

#[tokio::test]
async fn blobs_from_before_a_rotation_open() {
    let mut scene = Scene::new("rotation");
    let arn = scene.kms.ensure_kms_key("ours").unwrap();
    let before = scene.data_key(&arn).await;
    for _ in 0..25 {
        scene.good("RotateKeyOnDemand", json!({ "KeyId": arn })).await;
    }
    scene.refused("RotateKeyOnDemand", json!({ "KeyId": arn }), "LimitExceededException").await;
    scene.restart();
    let after = scene.data_key(&arn).await;
    for made in [before, after] {
        assert_eq!(scene.open(&made["CiphertextBlob"]).await, made["Plaintext"]);
    }
}

#[tokio::test]
async fn a_disabled_kms_key_does_nothing_until_it_is_enabled() {
    let mut scene = Scene::new("disabled");
    let arn = scene.kms.ensure_kms_key("ours").unwrap();
    let made = scene.data_key(&arn).await;
    assert_eq!(scene.good("DisableKey", json!({ "KeyId": arn })).await, Value::Null);
    scene.restart();

    let blob = &made["CiphertextBlob"];
    let context = json!({ "tenant": "acme" });
    for (operation, body) in [
        ("Decrypt", json!({ "CiphertextBlob": blob, "EncryptionContext": context })),
        ("GenerateDataKey", json!({ "KeyId": arn, "KeySpec": "AES_256" })),
        ("RotateKeyOnDemand", json!({ "KeyId": arn })),
        ("ReEncrypt", json!({ "CiphertextBlob": blob, "DestinationKeyId": arn })),
    ] {
        scene.refused(operation, body, "DisabledException").await;
    }
    let described = scene.good("DescribeKey", json!({ "KeyId": arn })).await;
    assert_eq!(described["KeyMetadata"]["KeyState"], "Disabled");

    scene.good("EnableKey", json!({ "KeyId": arn })).await;
    assert_eq!(scene.open(blob).await, made["Plaintext"]);
}

#[tokio::test]
async fn re_encryption_changes_kms_key_and_context() {
    let scene = Scene::new("reencrypt");
    let (arn, other) =
        (scene.kms.ensure_kms_key("ours").unwrap(), scene.kms.ensure_kms_key("another").unwrap());
    let made = scene.data_key(&arn).await;
    let request = |source: Value| {
        json!({
            "CiphertextBlob": made["CiphertextBlob"],
            "SourceEncryptionContext": source,
            "DestinationKeyId": other,
            "DestinationEncryptionContext": { "tenant": "new" },
        })
    };
    let answer = scene.good("ReEncrypt", request(json!({ "tenant": "acme" }))).await;
    assert_eq!((&answer["SourceKeyId"], &answer["KeyId"]), (&json!(arn), &json!(other)));
    assert!(answer.get("Plaintext").is_none());
    let body =
        json!({ "CiphertextBlob": answer["CiphertextBlob"], "EncryptionContext": { "tenant": "new" } });
    assert_eq!(scene.good("Decrypt", body).await["Plaintext"], made["Plaintext"]);
    scene.refused("ReEncrypt", request(json!({})), "InvalidCiphertextException").await;
}

#[tokio::test]
async fn a_made_kms_key_is_described() {
    let scene = Scene::new("create");
    let made = scene.good("CreateKey", json!({ "Description": "by hand" })).await["KeyMetadata"].clone();
    for key_id in [&made["Arn"], &made["KeyId"]] {
        let described = scene.good("DescribeKey", json!({ "KeyId": key_id })).await;
        assert_eq!(described["KeyMetadata"], made);
    }
    assert!(made["CreationDate"].as_f64().unwrap() > 1.7e9);
    assert_eq!(scene.kms.ensure_kms_key("by hand").unwrap(), made["Arn"].as_str().unwrap());
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_its_name() {
    let scene = Scene::new("refused");
    let arn = scene.kms.ensure_kms_key("ours").unwrap();
    let unknown = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000";
    for (operation, body, exception) in [
        ("DescribeKey", json!({ "KeyId": unknown }), "NotFoundException"),
        ("DescribeKey", json!({ "KeyId": "alias/ours" }), "NotFoundException"),
        ("DescribeKey", json!({ "KeyId": arn.replace("us-east-1", "eu-west-1") }), "NotFoundException"),
        ("DescribeKey", json!({ "KeyId": "" }), "ValidationException"),
        ("DescribeKey", json!({}), "ValidationException"),
        ("DescribeKey", json!({ "KeyId": arn, "GrantTokens": ["x"] }), "ValidationException"),
        ("CreateKey", json!({ "KeyUsage": "SIGN_VERIFY" }), "ValidationException"),
        ("GenerateDataKey", json!({ "KeyId": arn, "KeySpec": "AES_128" }), "ValidationException"),
        ("GenerateDataKey", json!({ "KeyId": arn }), "ValidationException"),
        (
            "GenerateDataKey",
            json!({ "KeyId": arn, "KeySpec": "AES_256", "EncryptionContext": { "a": 1 } }),
            "ValidationException",
        ),
        ("Decrypt", json!({ "CiphertextBlob": "no base64!" }), "ValidationException"),
        ("Decrypt", json!({ "CiphertextBlob": "" }), "ValidationException"),
        ("Decrypt", json!({ "CiphertextBlob": "AAAA" }), "InvalidCiphertextException"),
        ("Decrypt", json!({ "CiphertextBlob": "AAAA", "KeyId": unknown }), "NotFoundException"),
        ("ScheduleKeyDeletion", json!({ "KeyId": arn }), "UnknownOperationException"),
        ("", json!({}), "UnknownOperationException"),
    ] {
        scene.refused(operation, body, exception).await;
    }
}

#[tokio::test]
async fn calls_are_on_record_without_secrets() {
    let scene = Scene::new("calls");
    let arn = scene.kms.ensure_kms_key("ours").unwrap();
    let made = scene.data_key(&arn).await;
    scene.open(&made["CiphertextBlob"]).await;
    let without = json!({ "CiphertextBlob": made["CiphertextBlob"] });
    scene.refused("Decrypt", without, "InvalidCiphertextException").await;

    let calls = scene.kms.calls();
    let seen: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), call.outcome)).collect();
    let refused = Err("InvalidCiphertextException");
    assert_eq!(seen, [("GenerateDataKey", Ok(())), ("Decrypt", Ok(())), ("Decrypt", refused)]);
    assert!(calls.iter().all(|call| call.kms_key.as_deref() == Some(&*arn)));
    assert_eq!(calls[1].encryption_context["tenant"], "acme");
    assert!(!format!("{calls:?}").contains(made["Plaintext"].as_str().unwrap()));
}

#[tokio::test]
async fn of_several_kms_keys_the_newest_comes_first() {
    let scene = Scene::new("newest");
    let first = scene.kms.ensure_kms_key("ours").unwrap();
    scene.kms.ensure_kms_key("another").unwrap();
    // The time of their making tells, in milliseconds.
    tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    let second = scene.kms.add_kms_key("ours").unwrap();
    assert_eq!(scene.kms.arns_of("ours"), [second.clone(), first]);
    assert_eq!(scene.kms.ensure_kms_key("ours").unwrap(), second);
}

#[tokio::test]
async fn a_key_for_macs_says_the_same_for_ever_and_seals_nothing() {
    let mut scene = Scene::new("macs");
    let (macs, seals) =
        (scene.kms.ensure_mac_key("macs").unwrap(), scene.kms.ensure_kms_key("seals").unwrap());
    let ask = |arn: &str| json!({ "KeyId": arn, "Message": "YWJj", "MacAlgorithm": "HMAC_SHA_256" });
    let mac = scene.good("GenerateMac", ask(&macs)).await;
    scene.restart();
    assert_eq!(scene.kms.ensure_mac_key("macs").unwrap(), macs);
    assert_eq!(scene.good("GenerateMac", ask(&macs)).await, mac);
    scene.refused("GenerateMac", ask(&seals), "InvalidKeyUsageException").await;
    let wrap = json!({ "KeyId": macs, "KeySpec": "AES_256" });
    scene.refused("GenerateDataKey", wrap, "InvalidKeyUsageException").await;
}
