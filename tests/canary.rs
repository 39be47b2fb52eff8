//! One API key that appears nowhere: a whole run of the real binary at the most talkative log level, then a look at
//! everything it has said and kept.

use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use crate::support::Api;
use crate::support::binary::start_ownkey;
use crate::support::folder_with_issuer;

/// What a secret looks like in the places where it might turn up.
fn forms(secret: &str) -> Vec<(String, Vec<u8>)> {
    let mut forms = vec![
        ("plain".to_owned(), secret.as_bytes().to_vec()),
        ("hex".to_owned(), secret.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes()),
        ("utf-16".to_owned(), secret.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ];
    // Base64 depends on where the secret begins; the first and last characters depend on its neighbours.
    for offset in 0..3 {
        let padded = [&vec![b'x'; offset][..], secret.as_bytes()].concat();
        let text = base64_simd::STANDARD_NO_PAD.encode_to_string(padded);
        forms.push((format!("base64 at offset {offset}"), text.as_bytes()[4..text.len() - 3].to_vec()));
    }
    // Part of it gives it away as well, but for the hint.
    forms.push(("first half".to_owned(), secret.as_bytes()[..secret.len() / 2].to_vec()));
    forms
}

fn found_in(bytes: &[u8], secret: &str) -> Vec<String> {
    let found = |form: &[u8]| bytes.windows(form.len()).any(|window| window == form);
    forms(secret).into_iter().filter(|(_, form)| found(form)).map(|(name, _)| name).collect()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

#[tokio::test]
async fn the_api_key_is_in_no_log_no_table_no_object_and_no_answer() {
    let folder = folder_with_issuer().await;
    let logs = tempfile::NamedTempFile::new().unwrap();
    let (mut ownkey, url) = start_ownkey(folder.path(), &[], Stdio::from(logs.reopen().unwrap())).await;
    let ada = Api::sign_in(&url, "ada", None).await;
    let mut answers = String::new();
    let mut canaries = Vec::new();
    for (case, state) in
        [("ok", "succeeded"), ("moderated", "failed"), ("out-of-credit", "paused"), ("hang-up", "unknown")]
    {
        let canary = format!("sk-sandbox-{case}-Kq7ZtXw3PmV9rBnYc5Jd8HfS2gLaE6uT");
        let body = json!({ "api_key": canary, "label": "main" });
        answers += &ada.put("/v1/api-keys/openai", body).await.text;
        let job = ada.ask_for("a PROMPTMARKER fox").await;
        ada.wait_for(&job, state).await;
        answers += &ada.get(&format!("/v1/jobs/{job}")).await.text;
        canaries.push(canary);
    }
    let refused = "sk-sandbox-invalid-Kq7ZtXw3PmV9rBnYc5Jd8HfS2gLaE6uT";
    answers += &ada.put("/v1/api-keys/openai", json!({ "api_key": refused })).await.text;
    answers += &ada.put("/v1/api-keys/openai", json!({ "api_key": format!("{refused} ") })).await.text;
    answers += &ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": refused })).await.text;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "paused").await;
    canaries.push(refused.to_owned());
    for path in ["/v1/api-keys", "/v1/jobs", "/v1/audit?limit=100", "/sandbox/charges"] {
        answers += &ada.get(path).await.text;
    }
    answers += &format!("{:?}", ada.delete("/v1/api-keys/openai").await);
    ownkey.kill().await.unwrap();

    let log = std::fs::read(logs.path()).unwrap();
    let said = String::from_utf8_lossy(&log);
    assert!(said.contains("TRACE") && said.contains("/v1/api-keys/{provider}"), "the log is talkative");
    assert_eq!(found_in(&log, "PROMPTMARKER"), [""; 0], "prompts are not logged either");
    let kept = files(folder.path());
    assert!(kept.iter().any(|file| file.ends_with("dynamodb.sqlite")));
    for canary in &canaries {
        // The part that is the same for all of them: a case's name is not secret.
        let secret = canary.rsplit('-').next().unwrap();
        assert_eq!(
            found_in(format!("x{secret}y").as_bytes(), secret),
            ["plain", "first half"],
            "the control"
        );
        assert_eq!(found_in(&log, secret), [""; 0], "in the log");
        assert_eq!(found_in(answers.as_bytes(), secret), [""; 0], "in an answer");
        for file in &kept {
            assert_eq!(found_in(&std::fs::read(file).unwrap(), secret), [""; 0], "in {}", file.display());
        }
    }
}
