//! One API key that appears nowhere: a whole run of the real binary at the most talkative log level, then a look at
//! everything it has said and kept.

use std::path::Path;
use std::process::Stdio;

use domain::Provider;
use serde_json::json;

use crate::support::binary::start_ownkey;
use crate::support::forms::forms_of_text;
use crate::support::{Api, MODEL, api_key, folder_with_issuer, id};

fn found_in(bytes: &[u8], secret: &str) -> Vec<String> {
    let found = |form: &[u8]| memchr::memmem::find(bytes, form).is_some();
    forms_of_text(secret).into_iter().filter(|(_, form)| found(form)).map(|(name, _)| name).collect()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

fn canary(provider: Provider, case: &str) -> String {
    let own = api_key(provider, case);
    format!("{}-Kq7ZtXw3PmV9rBnYc5Jd8HfS2gLaE6uT", own.trim_end_matches("-000000000000001"))
}

async fn ask(ada: &Api, provider: Provider) -> String {
    let prompt = "a PROMPTMARKER fox";
    let (path, body) = match provider {
        Provider::Openai => ("/v1/jobs", json!({ "model": MODEL, "prompt": prompt })),
        Provider::Bfl => ("/v1/jobs", json!({ "model": "flux-2-pro", "prompt": prompt })),
        Provider::Anthropic => ("/v1/personas", json!({ "brief": prompt })),
    };
    id(&ada.post(path, body).await.expect(202))
}

#[tokio::test]
async fn the_api_key_is_in_no_log_no_table_no_object_and_no_answer() {
    let folder = folder_with_issuer().await;
    let logs = tempfile::NamedTempFile::new().unwrap();
    let (mut ownkey, url) = start_ownkey(folder.path(), &[], Stdio::from(logs.reopen().unwrap())).await;
    let ada = Api::sign_in(&url, "ada", None).await;
    let mut answers = String::new();
    let mut canaries = Vec::new();
    for provider in Provider::ALL {
        let path = format!("/v1/api-keys/{provider}");
        for (case, state) in [
            ("ok", "succeeded"),
            ("moderated", "failed"),
            ("out-of-credit", "paused"),
            ("hang-up", "unknown"),
            ("invalid", "paused"),
        ] {
            let canary = canary(provider, case);
            if case == "invalid" {
                answers += &ada.put(&path, json!({ "api_key": canary })).await.text;
                answers += &ada.put(&path, json!({ "api_key": format!("{canary} ") })).await.text;
            }
            let body = json!({ "api_key": canary, "label": "main" });
            answers += &ada.put(&format!("{path}?verify=false"), body).await.text;
            answers += &ada.post(&format!("{path}/test"), json!({})).await.text;
            let job = ask(&ada, provider).await;
            ada.wait_for(&job, state).await;
            answers += &ada.get(&format!("/v1/jobs/{job}")).await.text;
            canaries.push(canary);
        }
        answers += &format!("{:?}", ada.delete(&path).await);
    }
    for path in ["/v1/api-keys", "/v1/jobs", "/v1/audit?limit=100", "/sandbox/charges"] {
        answers += &ada.get(path).await.text;
    }
    ownkey.kill().await.unwrap();

    let log = std::fs::read(logs.path()).unwrap();
    let said = String::from_utf8_lossy(&log);
    assert!(said.contains("TRACE") && said.contains("/v1/api-keys/{provider}"), "the log is talkative");
    assert_eq!(found_in(&log, "PROMPTMARKER"), [""; 0], "prompts are not logged either");
    let kept = files(folder.path());
    // The search finds what is there: prompts are kept, and so would an API key be found.
    let tables = kept.iter().find(|file| file.ends_with("dynamodb.sqlite")).unwrap();
    assert_ne!(found_in(&std::fs::read(tables).unwrap(), "PROMPTMARKER"), [""; 0]);
    // The part that is the same for all of them: a case's name is not secret.
    let secret = canaries[0].rsplit('-').next().unwrap();
    assert!(canaries.iter().all(|canary| canary.ends_with(secret)));
    assert_eq!(found_in(&log, secret), [""; 0], "in the log");
    assert_eq!(found_in(answers.as_bytes(), secret), [""; 0], "in an answer");
    let mut searched = log.len() + answers.len();
    for file in &kept {
        let bytes = std::fs::read(file).unwrap();
        searched += bytes.len();
        assert_eq!(found_in(&bytes, secret), [""; 0], "in {}", file.display());
    }
    println!("{} forms in {searched} bytes, {} files", forms_of_text(secret).len(), kept.len());
}
