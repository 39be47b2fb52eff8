//! Too large, too deep, too many, too slow: on every route that a body can be sent to.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Answer, Api, MODEL, TestStack};
use crate::tenants::routes::{ROUTES, address, nobodys};

/// The routes that a body can be sent to, as method and path.
fn routes_with_a_body() -> impl Iterator<Item = (Method, String)> {
    let taking = ROUTES.into_iter().filter(|(method, ..)| ["POST", "PUT"].contains(method));
    taking.map(|(method, path, _)| {
        let name = if path.contains("{id}") { nobodys(path) } else { "comic".to_owned() };
        (Method::from_bytes(method.as_bytes()).unwrap(), address(path, &name))
    })
}

async fn send(api: &Api, method: &Method, path: &str, body: String) -> Answer {
    let request = api.request(method.clone(), path).header("content-type", "application/json");
    api.send(request.body(body)).await
}

/// A body that the route would otherwise take, so that only the one more field is wrong with it.
fn good_body(method: &Method, path: &str) -> Value {
    let image = json!({ "model": MODEL, "prompt": "a fox" });
    match path {
        "/v1/jobs" | "/v1/estimates" | "/openai/v1/images/generations" => image,
        "/v1/batches" => json!({ "job": image }),
        "/v1/personas" => json!({ "brief": "a baker" }),
        "/v1/uploads" => json!({ "content_type": "image/png", "consent": true }),
        "/v1/webhooks" => json!({ "url": "https://hooks.example.com/" }),
        path if path.ends_with("/redeliver") => json!({ "delivery": "ntc_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70" }),
        path if method == Method::PUT && path.contains("api-keys") => {
            json!({ "api_key": "sk-sandbox-ok-0000000000000001" })
        }
        _ => json!({}),
    }
}

#[tokio::test]
async fn a_field_that_is_not_the_callers_to_set_is_refused_on_every_route() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let mut tried = 0;
    for (method, path) in routes_with_a_body() {
        for field in
            ["tenant", "state", "cost", "object_key", "base_url", "created_by", "version_of", "__proto__"]
        {
            let mut body = good_body(&method, &path);
            body[field] = json!("bob");
            let refused = send(&ada, &method, &path, body.to_string()).await;
            let told = (refused.status, refused.problem());
            assert_eq!(told, (400, "invalid-request"), "{method} {path}: {field}: {refused:?}");
            tried += 1;
        }
    }
    // The same inside what a body holds.
    let job = json!({ "model": MODEL, "prompt": "a fox", "tenant": "bob" });
    for (path, body) in [
        ("/v1/batches", json!({ "job": job })),
        ("/v1/estimates", json!({ "job": job, "count": 2 })),
        ("/v1/batches", json!({ "jobs": [job] })),
    ] {
        let refused = ada.post(path, body.clone()).await;
        assert!([400, 422].contains(&refused.status), "{path} {body}: {refused:?}");
        tried += 1;
    }
    println!("{tried} fields that nobody may set");
    assert_eq!((stack.count("main").await, stack.count("audit").await), (0, 0), "nothing was made");
}

#[tokio::test]
async fn a_bomb_of_brackets_and_a_body_too_large_are_refused_on_every_route() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let deep =
        |open: &str, close: &str| format!("{{\"a\":{}1{}}}", open.repeat(100_000), close.repeat(100_000));
    let bombs = [deep("[", "]"), deep("{\"a\":", "}"), "[".repeat(100_000), "{\"a\":".repeat(100_000)];
    for (method, path) in routes_with_a_body() {
        for bomb in &bombs {
            let started = Instant::now();
            let refused = send(&ada, &method, &path, bomb.clone()).await;
            assert_eq!(refused.status, 400, "{method} {path}: {refused:?}");
            assert!(refused.problem().starts_with("invalid-") && started.elapsed() < Duration::from_secs(5));
        }
        let request = ada.request(method.clone(), &path).header("content-type", "application/json");
        // The server answers before the body has come, so the client may see it hang up.
        if let Ok(response) = request.body(vec![b' '; 3 << 20]).send().await {
            assert_eq!(response.status(), 413, "{method} {path}");
            // The door of OpenAI's clients tells it in their words.
            let told =
                if path.starts_with("/openai/") { "application/json" } else { "application/problem+json" };
            assert_eq!(response.headers()["content-type"], told, "{method} {path}");
        }
    }
    // As deep as JSON may be, where any JSON is taken at first.
    let refused = send(&ada, &Method::POST, "/v1/batches", format!("{{\"jobs\":[{}]}}", bombs[2])).await;
    assert_eq!(refused.status, 400);
    assert_eq!(ada.get("/v1/jobs").await.status, 200, "the stack is well");
}

#[tokio::test]
async fn texts_and_lists_have_their_lengths() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let long = |length: usize| "x".repeat(length);
    let job = |more: Value| {
        let mut job = json!({ "model": MODEL, "prompt": "a fox" });
        job.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        job
    };
    let many = vec!["job_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70"; 100];
    for (method, path, body) in [
        (Method::POST, "/v1/jobs", job(json!({ "prompt": long(32_001) }))),
        (Method::POST, "/v1/jobs", job(json!({ "style": long(100_000) }))),
        (Method::POST, "/v1/jobs", job(json!({ "references": many }))),
        (Method::POST, "/v1/jobs", job(json!({ "project": long(65) }))),
        (Method::POST, "/v1/jobs", job(json!({ "model": long(100_000) }))),
        (Method::POST, "/v1/batches", json!({ "job": job(json!({})), "count": 1001 })),
        (Method::POST, "/v1/batches", json!({ "job": job(json!({})), "count": u64::MAX })),
        (Method::POST, "/v1/batches", json!({ "job": job(json!({})), "styles": vec!["a"; 1001] })),
        (Method::POST, "/v1/batches", json!({ "jobs": vec![job(json!({})); 1001] })),
        (Method::POST, "/v1/batches", json!({ "jobs": [] })),
        (Method::POST, "/v1/personas", json!({ "brief": long(4_001) })),
        (Method::POST, "/v1/personas", json!({ "brief": "a", "language": long(1_000) })),
        (Method::POST, "/v1/estimates", json!({ "job": job(json!({})), "count": 10_000_000 })),
        (
            Method::PUT,
            "/v1/api-keys/openai",
            json!({ "api_key": "sk-sandbox-ok-0000000000000001", "label": long(10_000) }),
        ),
        (Method::PUT, "/v1/projects/comic", json!({ "name": long(10_000) })),
        (Method::PUT, "/v1/budgets/account", json!({ "alert_at": vec![50; 1000] })),
        (Method::PUT, "/v1/budgets/account", json!({ "monthly_usd": long(10_000) })),
        (Method::PUT, "/v1/budgets/account", json!({ "time_zone": long(10_000) })),
        (
            Method::POST,
            "/v1/uploads",
            json!({ "content_type": "image/png", "consent": true, "bytes": u64::MAX }),
        ),
    ] {
        let refused = send(&ada, &method, path, body.to_string()).await;
        refused.problem();
        assert!([400, 422].contains(&refused.status), "{path} {:.100}: {refused:?}", body.to_string());
        assert!(refused.text.len() < 4_000, "an answer is short: {}", refused.text.len());
    }
    assert_eq!((stack.count("main").await, stack.count("audit").await), (0, 0), "nothing was made");
}

async fn connect(api: &Api) -> TcpStream {
    TcpStream::connect(api.base.strip_prefix("http://").unwrap()).await.unwrap()
}

#[tokio::test]
async fn headers_without_end_and_bodies_that_never_come_hold_up_nobody() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    // As much as goes through before the server has had enough.
    let mut socket = connect(&ada).await;
    let endless = format!("GET /v1/jobs HTTP/1.1\r\nhost: 127.0.0.1\r\nx-long: {}", "x".repeat(8 << 20));
    let sent = socket.write_all(endless.as_bytes()).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "it hangs up");
    assert!(sent.is_err() || String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 431"), "{answer:?}");
    let many: String = (0..1_000).map(|number| format!("x-{number}: y\r\n")).collect();
    let mut socket = connect(&ada).await;
    socket
        .write_all(format!("GET /v1/jobs HTTP/1.1\r\nhost: 127.0.0.1\r\n{many}\r\n").as_bytes())
        .await
        .unwrap();
    let mut status = [0; 12];
    socket.read_exact(&mut status).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&status), "HTTP/1.1 431");

    let token = ada.token.as_deref().unwrap();
    let head = format!(
        "POST /v1/jobs HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\n\r\n{{\"model\":"
    );
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut socket = connect(&ada).await;
        socket.write_all(head.as_bytes()).await.unwrap();
        slow.push(socket);
    }
    let started = Instant::now();
    assert_eq!(ada.get("/v1/jobs").await.status, 200);
    assert!(started.elapsed() < Duration::from_secs(5), "others are served meanwhile");
    drop(slow);
    assert_eq!(ada.get("/v1/jobs").await.expect(200)["items"], json!([]), "half a job is none");
}
