//! The archive of a batch: opened by Python, which has read zip archives for longer than this has written them.

use std::io::Write;
use std::process::Command;

use reqwest::Method;
use runtime::{Aws, AwsService};
use serde_json::{Value, json};
use store::Images;

use crate::support::{Api, MODEL, OK, TestStack, id};

/// Opens an archive, checks every file of it, and prints what is in it.
const OPEN: &str = r#"
import csv, hashlib, io, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    files = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    manifest = json.loads(archive.read("manifest.json"))
    table = csv.reader(io.TextIOWrapper(archive.open("manifest.csv"), "utf-8", newline=""), strict=True)
    print(json.dumps({"files": files, "manifest": manifest, "csv": list(table)}))
"#;

fn opened(archive: &[u8]) -> Value {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(archive).unwrap();
    let read = Command::new("python3").args(["-c", OPEN]).arg(file.path()).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).unwrap()
}

async fn export(api: &Api, batch: &str) -> Value {
    let accepted = api.post(&format!("/v1/batches/{batch}/export"), json!({})).await;
    let location = accepted.header("location").to_owned();
    let job = accepted.expect(202);
    assert_eq!((location, &job["kind"]), (format!("/v1/jobs/{}", id(&job)), &json!("export")));
    assert_eq!((&job["request"]["batch"], &job["export"]), (&json!(batch), &Value::Null));
    api.wait_for(&id(&job), "succeeded").await
}

#[tokio::test]
async fn the_finished_images_of_a_batch_come_as_an_archive_with_all_that_is_known_of_them() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let prompts =
        ["=HYPERLINK(\"https://evil.test\")", "a \"fox\",\r\nand a hen", "nobody", "ein Füchslein 🦊"];
    let image = |prompt: &&str| json!({ "kind": "image", "model": MODEL, "prompt": prompt });
    let jobs: Vec<_> = prompts.iter().map(image).collect();
    let batch = id(&ada.post("/v1/batches", json!({ "jobs": jobs })).await.expect(202));
    let path = format!("/v1/batches/{batch}");
    // There is no API key yet, so that one of them can be taken back.
    ada.eventually(&path, |batch| batch["counts"]["paused"] == 4).await;
    let listed = ada.get(&format!("/v1/jobs?batch={batch}")).await.expect(200);
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().rev().map(id).collect();
    ada.post(&format!("/v1/jobs/{}/cancel", ids[2]), json!({})).await.expect(200);
    ada.store(OK).await;
    ada.eventually(&path, |batch| batch["counts"]["succeeded"] == 3).await;
    let charges = stack.charges().await.len();
    assert_eq!(ada.delete("/v1/api-keys/openai").await.status, 204);

    // It needs no API key, and costs nothing.
    let done = export(&ada, &batch).await;
    assert_eq!((stack.charges().await.len(), &done["cost"]["estimated"]), (charges, &json!("0.0000")));
    assert_eq!(ada.actions(&format!("job={}", id(&done))).await, ["job.submitted", "job.succeeded"]);
    let expires_at: domain::Timestamp = done["export"]["expires_at"].as_str().unwrap().parse().unwrap();
    assert!((800..=900).contains(&expires_at.duration_since(runtime::now()).as_secs()));
    let fetched = reqwest::get(done["export"]["url"].as_str().unwrap()).await.unwrap();
    let saved_as = format!("attachment; filename=\"{}.zip\"", id(&done));
    assert_eq!(fetched.headers()["content-disposition"], saved_as.as_str());
    let archive = fetched.bytes().await.unwrap();
    assert_eq!(done["export"]["bytes"], archive.len());

    let archive = opened(&archive);
    let rows = archive["manifest"]["jobs"].as_array().unwrap();
    assert_eq!((&archive["manifest"]["batch"], rows.len()), (&json!(batch), 4));
    assert_eq!(archive["files"].as_object().unwrap().len(), 5, "three images and two manifests");
    for (index, row) in rows.iter().enumerate() {
        let job = ada.job(&ids[index]).await;
        assert_eq!((&row["index"], &row["job"]), (&json!(index + 1), &job["id"]));
        assert_eq!((&row["prompt"], &row["state"]), (&json!(prompts[index]), &job["state"]));
        assert_eq!((&row["model"], &row["cost"]), (&job["model"], &job["cost"]["actual"]));
        assert_eq!(row["cost_source"], job["cost"]["source"]);
        let last = ada.trail(&format!("job={}", ids[index])).await.pop().unwrap();
        assert_eq!((&row["audit_id"], &last["outcome"]), (&last["id"], &json!("ok")), "{last}");
        for name in ["sha256", "content_type", "width", "height"] {
            assert_eq!(row[name], job["image"][name], "{name}");
        }
        match row["file"].as_str() {
            Some(file) => {
                assert_eq!(file, format!("{:04}-{}.png", index + 1, ids[index]));
                assert_eq!(archive["files"][file], job["image"]["sha256"]);
            }
            None => assert_eq!((index, &job["state"]), (2, &json!("cancelled"))),
        }
    }
    let cells = archive["csv"].as_array().unwrap();
    let prompt = |row: usize| cells[row][3].as_str().unwrap();
    assert_eq!((cells.len(), cells[0][3].as_str().unwrap(), prompt(2)), (5, "prompt", prompts[1]));
    assert_eq!(prompt(1), format!("'{}", prompts[0]), "no formula");
    assert_eq!((prompt(4), &cells[4][12]), (prompts[3], &rows[3]["sha256"]));
}

#[tokio::test]
async fn an_export_is_made_once_under_its_idempotency_key_and_again_on_request() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let job = json!({ "kind": "image", "model": MODEL, "prompt": "a fox" });
    let batch = id(&ada.post("/v1/batches", json!({ "job": job })).await.expect(202));
    let path = format!("/v1/batches/{batch}/export");
    let mut made = Vec::new();
    for _ in 0..2 {
        let request = ada.request(Method::POST, &path).header("idempotency-key", "export-1");
        made.push(id(&ada.send(request).await.expect(202)));
    }
    assert_eq!(made[0], made[1]);
    let again = export(&ada, &batch).await;
    assert_ne!(id(&again), made[0]);
    // Nothing is finished, which an archive can say too.
    let archive =
        reqwest::get(again["export"]["url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap();
    let archive = opened(&archive);
    assert_eq!(archive["files"].as_object().unwrap().len(), 2);
    assert_eq!(archive["manifest"]["jobs"][0]["file"], Value::Null);
    assert_eq!(ada.get(&format!("/v1/jobs/{}/image", id(&again))).await.problem(), "image-not-ready");
}

/// In memory is one part of 8 MB, whatever the length of the pieces and of the whole.
#[tokio::test]
async fn a_large_object_is_written_piece_by_piece_and_is_there_when_it_is_whole() {
    let stack = TestStack::start().await;
    let images = Images::new(
        &Aws::on_loopback(stack.stack.aws()).config(AwsService::S3),
        stack.stack.buckets().images.clone(),
    );
    let whole: Vec<u8> = (0..20_000_000_u32).flat_map(|number| [number.to_le_bytes()[1]]).collect();
    let mut object = images.begin("exports/ada/large.zip".to_owned(), "application/zip").await.unwrap();
    for piece in whole.chunks(3_333_333) {
        object.write(piece).await.unwrap();
    }
    assert_eq!(stack.object("exports/ada/large.zip").await, None);
    object.finish().await.unwrap();
    assert!(stack.object("exports/ada/large.zip").await.unwrap() == whole);
}
