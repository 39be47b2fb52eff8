//! An emulator by somebody else: under `infra/second_emulator.py`, DynamoDB, S3 and SQS are not ours, and every function
//! has no more than its role's rights. Each stack has an account to itself, and finds it again after a restart.

use std::path::Path;

use local::{AccessKey, Callers, Elsewhere};
use runtime::LoopbackAws;
use serde_json::Value;

/// The account of the stack in a folder, if `OWNKEY_EMULATOR` says where there are any.
pub async fn account_of(folder: &Path) -> Option<Elsewhere> {
    let accounts = std::env::var("OWNKEY_EMULATOR").ok()?;
    let file = folder.join("account.json");
    if !file.exists() {
        let made = reqwest::get(accounts).await.unwrap().error_for_status().unwrap();
        std::fs::write(&file, made.bytes().await.unwrap()).unwrap();
    }
    let account: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let url = text(&account["url"]);
    let access_key = |of: &Value| AccessKey { id: text(&of["id"]), secret: text(&of["secret"]) };
    let callers = account["callers"].as_object().unwrap().iter();
    Some(Elsewhere {
        aws: LoopbackAws {
            dynamodb: url.clone(),
            // Ours, always.
            kms: String::new(),
            s3: url.clone(),
            sns: String::new(),
            sqs: url,
            access_key_id: text(&account["account"]),
            secret_access_key: text(&account["secret"]),
        },
        callers: Callers::new(callers.map(|(name, of)| (name.clone(), access_key(of)))),
        bucket_suffix: format!("-{}", text(&account["account"])),
    })
}
