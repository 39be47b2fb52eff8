//! Bad input: each kind gets an answer of its own, nothing is stored, nothing is echoed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{MODEL, OK, TestStack};

#[tokio::test]
async fn a_text_that_is_no_api_key_is_refused_before_any_call_and_never_echoed() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let good = "sk-sandbox-ok-0000000000000001";
    let look_alike = good.replace('a', "а");
    for bad in [
        format!("{good}\r\n"),
        format!("{good}\nX-Evil: 1"),
        format!("{good}\0"),
        format!(" {good}"),
        look_alike,
        "x".repeat(1 << 20),
        "short".to_owned(),
        String::new(),
        good.replace("sk-", "pk-"),
        format!("sk-ant-{}", "a".repeat(40)),
    ] {
        let refused = ada.put("/v1/api-keys/openai", json!({ "api_key": bad })).await;
        assert_eq!((refused.status, refused.problem()), (400, "api-key-malformed"), "{bad:.40}");
        assert!(bad.is_empty() || !refused.text.contains(bad.trim()), "{refused:?}");
    }
    assert_eq!((stack.count("vault").await, stack.count("audit").await), (0, 0));
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_named_by_its_place() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let secret = "sk-proj-SECRETSECRETSECRETSECRET";
    let cases = [
        ("{", "invalid-json"),
        ("", "invalid-json"),
        ("{\"api_key\": \"sk-proj-SECRETSECRETSECRETSECRET\"", "invalid-json"),
        ("[]", "invalid-request"),
        ("[\"sk-proj-SECRETSECRETSECRETSECRET\", \"main\"]", "invalid-request"),
        ("{}", "invalid-request"),
        ("null", "invalid-request"),
        ("{\"api_key\": 5}", "invalid-request"),
        ("{\"api_key\": null}", "invalid-request"),
        ("{\"api_key\": {\"sk-proj-SECRETSECRETSECRETSECRET\": 1}}", "invalid-request"),
        ("{\"api_key\": \"a\", \"tenant\": \"bob\"}", "invalid-request"),
        ("{\"sk-proj-SECRETSECRETSECRETSECRET\": \"a\"}", "invalid-request"),
        ("{\"api_key\": \"a\", \"label\": [\"sk-proj-SECRETSECRETSECRETSECRET\"]}", "invalid-request"),
        ("{\"api_key\": \"a\", \"label\": \"sk-proj-SECRETSECRETSECRETSECRET\"}", "invalid-request"),
        ("{\"api_key\": \"sk-a\", \"api_key\": \"sk-b\"}", "invalid-request"),
    ];
    for (body, problem) in cases {
        let request =
            ada.request(Method::PUT, "/v1/api-keys/openai").header("content-type", "application/json");
        let refused = ada.send(request.body(body)).await;
        assert_eq!((refused.status, refused.problem()), (400, problem), "{body}");
        assert!(!refused.text.contains(secret), "{refused:?}");
    }
    let deep = format!("{{\"api_key\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let request = ada.request(Method::PUT, "/v1/api-keys/openai").header("content-type", "application/json");
    assert_eq!(ada.send(request.body(deep)).await.status, 400);

    let request = ada.request(Method::PUT, "/v1/api-keys/openai").header("content-type", "text/plain");
    assert_eq!(ada.send(request.body("{}")).await.problem(), "unsupported-media-type");
    let unknown = ada.put("/v1/api-keys/openai", json!({ "api_key": OK, "verify": false })).await;
    assert_eq!(unknown.json["field"], "verify");
    assert_eq!((stack.count("vault").await, stack.count("main").await), (0, 0));
}

#[tokio::test]
async fn a_job_that_no_model_takes_is_refused_before_it_is_queued() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let job = |more: Value| {
        let mut body = json!({ "kind": "image", "model": MODEL, "prompt": "a fox" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let cases = [
        (job(json!({ "model": "gpt-image-99" })), 422, "unknown-model"),
        (job(json!({ "model": "dall-e-3" })), 422, "model-retired"),
        (job(json!({ "size": "17x17" })), 422, "invalid-parameter"),
        (job(json!({ "quality": 3 })), 422, "invalid-parameter"),
        (job(json!({ "output_compression": -1 })), 422, "invalid-parameter"),
        (job(json!({ "prompt": "" })), 422, "invalid-parameter"),
        (job(json!({ "prompt": "x".repeat(32_001) })), 422, "invalid-parameter"),
        (job(json!({ "n": 4 })), 400, "invalid-request"),
        (job(json!({ "tenant": "bob" })), 400, "invalid-request"),
        (job(json!({ "state": "succeeded" })), 400, "invalid-request"),
        (job(json!({ "kind": "video" })), 400, "invalid-request"),
        (job(json!({ "project": "../etc" })), 400, "invalid-request"),
        (json!({ "kind": "image", "model": MODEL }), 400, "invalid-request"),
        (json!({ "kind": null, "model": null, "prompt": null }), 400, "invalid-request"),
    ];
    for (body, status, problem) in cases {
        let refused = ada.post("/v1/jobs", body.clone()).await;
        assert_eq!((refused.status, refused.problem()), (status, problem), "{body:.200}");
    }
    // What was sent is not repeated, even when it looks like the parser's own words.
    let secret = "sk-proj-SECRETSECRETSECRETSECRET";
    for sly in
        [json!({ "kind": format!("expected {secret}") }), json!({ secret: 1 }), json!({ "size": secret })]
    {
        let refused = ada.post("/v1/jobs", job(sly)).await;
        refused.problem();
        assert!(!refused.text.contains(secret), "{refused:?}");
    }
    let refused = ada.get(&format!("/v1/jobs?x%60,%20expected%20{secret}=1&state={secret}")).await;
    assert_eq!((refused.problem(), refused.text.contains(secret)), ("invalid-request", false));
    let retired = ada.post("/v1/jobs", job(json!({ "model": "gpt-image-1" }))).await;
    assert_eq!(retired.json["replacement"], MODEL);
    let named = ada.post("/v1/jobs", job(json!({ "quality": "ultra" }))).await;
    assert_eq!(named.json["field"], "quality");
    assert!(named.json["detail"].as_str().unwrap().contains("low, medium, high"), "{named:?}");
    for key in ["", "with space", &"x".repeat(256), "ä"] {
        let request = ada.request(Method::POST, "/v1/jobs").header("content-type", "application/json");
        let refused = ada.send(request.header("idempotency-key", key).body(job(json!({})).to_string())).await;
        assert_eq!(refused.problem(), "invalid-request", "{key:.20}");
    }
    assert_eq!((stack.count("main").await, stack.count("audit").await), (0, 0));
}

#[tokio::test]
async fn a_body_of_100_megabytes_is_refused_by_what_it_announces() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let huge = vec![b'x'; 100 << 20];
    let request = ada.request(Method::POST, "/v1/jobs").header("content-type", "application/json");
    // The server answers and hangs up while the body is still on its way, so the client may see either.
    if let Ok(response) = request.body(huge).send().await {
        assert_eq!(response.status(), 413);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
    // One that does not announce its length is cut off as well.
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = ada.base.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/jobs HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        ada.token.as_deref().unwrap()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    for _ in 0..64 {
        if socket.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let mut answer = vec![0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
    assert_eq!(ada.get("/v1/jobs").await.status, 200, "the stack is well");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    assert_eq!(ada.get("/v1/nonsense").await.problem(), "not-found");
    assert_eq!(ada.get("/v1/jobs/job_nonsense").await.problem(), "not-found");
    assert_eq!(ada.get("/v1/jobs/%00%ff").await.problem(), "not-found");
    let unknown = ada.put("/v1/api-keys/acme", json!({ "api_key": OK })).await;
    assert_eq!((unknown.status, unknown.problem()), (404, "unknown-provider"));
    let wrong = ada.send_json(Method::PATCH, "/v1/jobs", &json!({})).await;
    assert_eq!((wrong.status, wrong.problem()), (405, "method-not-allowed"));
    assert!(wrong.header("allow").contains("POST"));
    assert!(!wrong.header("x-request-id").is_empty());
}
