//! What the functions ask of AWS is noted under their own names, for `infra/check_rights.py`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{MODEL, OK, TestStack, id};

#[tokio::test]
async fn each_call_is_noted_for_the_function_that_signed_it() {
    let folder = TempDir::new().unwrap();
    let calls = folder.path().to_owned();
    let stack = TestStack::start_with(|options| options.emulators.record_calls = Some(calls)).await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let order = json!({ "model": MODEL, "prompt": "a fox" });
    let job = id(&ada.post("/v1/jobs", order).await.expect(202));
    let job = ada.wait_for(&job, "succeeded").await;
    // By a link that `jobs` has signed and a browser follows.
    assert!(!ada.image(&job).await.is_empty());
    // The hands of a test are nobody's.
    assert_eq!(stack.objects("images/").await.len(), 1);

    let calls = noted(&folder);
    let kinds: BTreeSet<_> = calls
        .iter()
        .map(|call| ["function", "action", "resource"].map(|name| call[name].as_str().unwrap()))
        .collect();
    for kind in [
        ["api-keys", "kms:GenerateDataKey", "CurrentKmsKey"],
        ["api-keys", "dynamodb:PutItem", "VaultTable"],
        ["jobs", "dynamodb:PutItem", "MainTable"],
        ["jobs", "dynamodb:PutItem", "AuditTable"],
        ["jobs", "sqs:SendMessage", "OpenaiQueue"],
        ["jobs", "s3:GetObject", "ImagesBucket/images/…"],
        ["worker-openai", "sqs:ReceiveMessage", "OpenaiQueue"],
        ["worker-openai", "sqs:DeleteMessage", "OpenaiQueue"],
        ["worker-openai", "dynamodb:GetItem", "VaultTable"],
        ["worker-openai", "kms:Decrypt", "CurrentKmsKey"],
        ["worker-openai", "s3:PutObject", "ImagesBucket/images/…"],
        ["worker-bfl", "sqs:ReceiveMessage", "BflQueue"],
        ["sweeper", "dynamodb:Query", "MainTable/index/work"],
    ] {
        assert!(kinds.contains(&kind), "{kind:?} of {kinds:#?}");
    }
    let of_tests = |[_, action, on]: &[&str; 3]| *action == "s3:CreateBucket" || *on == "ImagesBucket";
    assert!(!kinds.iter().any(of_tests), "{kinds:#?}");
    let opened = calls.iter().find(|call| call["action"] == "kms:Decrypt").unwrap();
    assert_eq!(opened["conditions"]["kms:EncryptionContext:provider"], json!(["openai"]));
    let names = json!(["app", "credential", "provider", "scope", "stage", "tenant", "version"]);
    assert_eq!(opened["conditions"]["kms:EncryptionContextKeys"], names);
    let read =
        calls.iter().find(|call| call["action"] == "dynamodb:GetItem" && call["resource"] == "VaultTable");
    assert_eq!(read.unwrap()["conditions"]["dynamodb:LeadingKeys"], json!(["openai#…"]));
    assert!(!calls.iter().any(|call| call.to_string().contains("ada")), "nobody is named");
}

fn noted(folder: &TempDir) -> Vec<Value> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let text: String = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
