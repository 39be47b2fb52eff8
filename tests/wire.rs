//! What goes to a provider and what comes back, held against the provider's own specification.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{MODEL, OK, TestStack};

const SPEC: &str = include_str!("specs/openai-images.json");

/// A schema of the specification.
fn schema(name: &str) -> Validator {
    let spec: Value = serde_json::from_str(SPEC).unwrap();
    let root = json!({ "$ref": format!("#/components/schemas/{name}"), "components": spec["components"] });
    jsonschema::validator_for(&root).unwrap()
}

fn misfits(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// A provider that takes only what the specification allows, hands it on to the sandbox, and holds the sandbox's
/// answer against the specification too.
struct Checking {
    upstream: String,
    seen: Mutex<Vec<(String, StatusCode)>>,
    wrong: Mutex<Vec<String>>,
}

async fn check(State(checking): State<Arc<Checking>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path().to_owned();
    let mut wrong = Vec::new();
    if path.ends_with("/images/generations") {
        let request: Value = serde_json::from_slice(&body).unwrap();
        wrong.extend(
            misfits(&schema("CreateImageRequest"), &request)
                .into_iter()
                .map(|misfit| format!("request: {misfit}")),
        );
        wrong.extend(
            (parts.headers["content-type"] != "application/json").then(|| "request: content type".to_owned()),
        );
    }
    let authorization = parts.headers["authorization"].to_str().unwrap();
    wrong.extend((!authorization.starts_with("Bearer sk-")).then(|| "request: authorization".to_owned()));

    let url = format!("{}{}", checking.upstream, path.strip_prefix("/v1").unwrap());
    let upstream = reqwest::Client::new().request(parts.method, url).headers(parts.headers).body(body);
    let answer = upstream.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body: Bytes = answer.bytes().await.unwrap();
    let name = match (status.as_u16(), path.ends_with("/models")) {
        (200, true) => "ListModelsResponse",
        (200, false) => "ImagesResponse",
        _ => "ErrorResponse",
    };
    let value: Value = serde_json::from_slice(&body).unwrap();
    wrong.extend(
        misfits(&schema(name), &value).into_iter().map(|misfit| format!("answer {status}: {misfit}")),
    );
    wrong
        .extend((!headers.contains_key("x-request-id")).then(|| format!("answer {status}: no x-request-id")));
    checking.seen.lock().unwrap().push((path, status));
    checking.wrong.lock().unwrap().extend(wrong);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

#[tokio::test]
async fn every_request_and_every_sandbox_answer_is_as_the_specification_says() {
    let behind = TestStack::start().await;
    let checking = Arc::new(Checking {
        upstream: behind.stack.openai_url().to_owned(),
        seen: Mutex::default(),
        wrong: Mutex::default(),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let router = Router::new().fallback(check).with_state(checking.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let stack = TestStack::start_with(|options| options.openai_url = Some(url)).await;
    let ada = stack.tenant("ada").await;
    for (case, state) in [
        ("ok", "succeeded"),
        ("moderated", "failed"),
        ("unverified", "failed"),
        ("out-of-credit", "paused"),
        ("rate-limited", "succeeded"),
        ("flaky", "succeeded"),
        ("invalid", "paused"),
    ] {
        let body = json!({ "api_key": format!("sk-sandbox-{case}-000000000000001") });
        let stored = ada.put("/v1/api-keys/openai?verify=false", body).await;
        assert!(stored.status < 300, "{stored:?}");
        let more = json!({ "kind": "image", "model": MODEL, "prompt": "a fox", "size": "1536x1024", "quality": "medium",
            "background": "opaque", "output_format": "png", "moderation": "low" });
        let job = ada.post("/v1/jobs", more).await.expect(202);
        ada.wait_for(job["id"].as_str().unwrap(), state).await;
        let test = ada.post("/v1/api-keys/openai/test", json!({})).await.expect(202);
        let end = if case == "invalid" { "failed" } else { "succeeded" };
        ada.wait_for(test["id"].as_str().unwrap(), end).await;
    }
    assert_eq!(*checking.wrong.lock().unwrap(), [""; 0]);
    let seen = checking.seen.lock().unwrap();
    for status in [200, 400, 401, 403, 429, 500, 503] {
        assert!(seen.iter().any(|(_, seen)| seen.as_u16() == status), "{status} was played");
    }
}

#[test]
fn a_misspelt_field_does_not_pass_the_specification() {
    let validator = schema("CreateImageRequest");
    assert_eq!(misfits(&validator, &json!({ "model": MODEL, "prompt": "a fox" })), [""; 0]);
    assert!(
        !misfits(&validator, &json!({ "model": MODEL, "prompt": "a fox", "sise": "1024x1024" })).is_empty()
    );
    assert!(!misfits(&validator, &json!({ "model": MODEL })).is_empty());
}

/// Every value that the catalogue lets through is one that the specification knows.
#[test]
fn the_catalogue_promises_nothing_that_the_provider_does_not_take() {
    let validator = schema("CreateImageRequest");
    for model in &domain::catalogue::Catalogue::shipped().models {
        let own = model.schema();
        for (name, parameter) in
            own["properties"].as_object().unwrap().iter().filter(|(name, _)| *name != "prompt")
        {
            let values = match parameter["enum"].as_array() {
                Some(values) => values.clone(),
                None => vec![parameter["minimum"].clone(), parameter["maximum"].clone()],
            };
            for value in values {
                let mut request = json!({ "model": model.id, "prompt": "a fox" });
                request[name] = value;
                assert_eq!(misfits(&validator, &request), [""; 0], "{request}");
            }
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_leaves_the_outcome_unknown() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let (log, elsewhere) = (asked.clone(), format!("{url}/elsewhere"));
    let router = Router::new().fallback(move |request: Request| async move {
        log.lock().unwrap().push(request.uri().path().to_owned());
        http::Response::builder().status(308).header("location", elsewhere).body(Body::empty()).unwrap()
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let stack = TestStack::start_with(|options| options.openai_url = Some(format!("{url}/v1"))).await;
    let ada = stack.tenant("ada").await;
    assert_eq!(
        ada.put("/v1/api-keys/openai", json!({ "api_key": OK })).await.problem(),
        "provider-unavailable"
    );
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "unknown").await;
    let asked = asked.lock().unwrap();
    assert_eq!(*asked, ["/v1/models", "/v1/images/generations"]);
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_has_not_been_paid_and_is_asked_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let stack = TestStack::start_with(|options| options.openai_url = Some(url)).await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    let job = ada.wait_for(&job, "queued").await;
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    let trail = ada.trail(&format!("job={}&action=job.requeued", job["id"].as_str().unwrap())).await;
    assert!(trail.len() >= 2 && trail.iter().all(|event| event["outcome"] == "not_reached"), "{trail:?}");
}
