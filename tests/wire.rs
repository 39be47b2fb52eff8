//! What goes to a provider and what comes back, held against the provider's own specification.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use domain::Provider;
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
        upstream: behind.stack.endpoints().openai.clone(),
        seen: Mutex::default(),
        wrong: Mutex::default(),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let router = Router::new().fallback(check).with_state(checking.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let stack = TestStack::start_with(|options| options.addresses = vec![(Provider::Openai, url)]).await;
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
    for status in [200, 400, 401, 403, 429, 503] {
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

/// A provider that gives every call the same answer, and the paths it was asked for.
async fn always(
    status: u16,
    headers: &'static [(&str, &str)],
    body: &'static str,
) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = asked.clone();
    let router = Router::new().fallback(move |request: Request| async move {
        log.lock().unwrap().push(request.uri().path().to_owned());
        let answer =
            headers.iter().fold(http::Response::builder().status(status), |answer, (name, value)| {
                answer.header(*name, *value)
            });
        answer.body(Body::from(body)).unwrap()
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, asked)
}

/// Whether a server error is billed is documented nowhere, so nobody but the user may send the call again.
#[tokio::test]
async fn a_server_error_leaves_the_outcome_unknown_and_is_not_asked_again() {
    let error = r#"{"error":{"message":"Sorry","type":"server_error","param":null,"code":null}}"#;
    let (url, asked) = always(500, &[("x-request-id", "req_1")], error).await;
    let stack = TestStack::start_with(|options| options.addresses = vec![(Provider::Openai, url)]).await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    let job = ada.wait_for(&job, "unknown").await;
    assert_eq!(job["provider_request_id"], "req_1");
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(*asked.lock().unwrap(), ["/v1/images/generations"]);
    // A test is free, so it is asked again, and waits for the provider in the end.
    let test = ada.post("/v1/api-keys/openai/test", json!({})).await.expect(202);
    let path = format!("/v1/audit?action=job.requeued&job={}", test["id"].as_str().unwrap());
    ada.eventually(&path, |trail| trail["items"].as_array().unwrap().len() >= 2).await;
}

/// An answer came, so it is billed; but what it holds is no image.
#[tokio::test]
async fn an_answer_without_an_image_fails_with_its_cost() {
    let answer =
        r#"{"created":1,"data":[{"b64_json":"aGVsbG8="}],"usage":{"input_tokens":10,"output_tokens":100}}"#;
    let (url, _) = always(200, &[("x-request-id", "req_1")], answer).await;
    let stack = TestStack::start_with(|options| options.addresses = vec![(Provider::Openai, url)]).await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    let job = ada.wait_for(&job, "failed").await;
    assert_eq!(
        (&job["reason"]["code"], &job["cost"]["actual"]),
        (&json!("provider_error"), &json!("0.003050"))
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_leaves_the_outcome_unknown() {
    let (elsewhere, taken_along) = always(200, &[], "{}").await;
    let location: &'static str = Box::leak(elsewhere.into_boxed_str());
    let headers: &'static [(&str, &str)] = Box::leak(Box::new([("location", location)]));
    let (url, asked) = always(308, headers, "").await;
    let stack = TestStack::start_with(|options| options.addresses = vec![(Provider::Openai, url)]).await;
    let ada = stack.tenant("ada").await;
    let refused = ada.put("/v1/api-keys/openai", json!({ "api_key": OK })).await;
    assert_eq!(refused.problem(), "provider-unavailable");
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "unknown").await;
    assert_eq!(*asked.lock().unwrap(), ["/v1/models", "/v1/images/generations"]);
    assert!(taken_along.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_has_not_been_paid_and_is_asked_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let stack = TestStack::start_with(|options| options.addresses = vec![(Provider::Openai, url)]).await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    let path = format!("/v1/audit?job={job}&action=job.requeued");
    let trail = ada.eventually(&path, |trail| trail["items"].as_array().unwrap().len() >= 2).await;
    assert!(
        trail["items"].as_array().unwrap().iter().all(|event| event["outcome"] == "not_reached"),
        "{trail:?}"
    );
    assert_eq!(ada.job(&job).await["attempts"], 0);
}
