//! What goes to the providers and what comes back, held against their own specifications; and providers that answer
//! otherwise.

mod anthropic;
mod bfl;
mod checking;
pub mod double;
mod echo;
mod lost;
mod openai;
mod proxies;
mod spec;
mod tables;

use domain::Provider;
use domain::catalogue::{Catalogue, ModelKind, Status};
use serde_json::{Value, json};

use crate::support::{Api, MODEL, TestStack, api_key};
use checking::Checking;
use spec::{Spec, misfits};

/// A stack whose provider of that kind is somewhere else.
async fn stack_with(provider: Provider, url: String) -> TestStack {
    TestStack::start_with(|options| options.addresses = vec![(provider, url)]).await
}

/// A job of a provider that uses all of its parameters, as far as they go together.
fn order(provider: Provider) -> (&'static str, Value) {
    match provider {
        Provider::Openai => (
            "/v1/jobs",
            json!({ "kind": "image", "model": MODEL, "prompt": "a fox", "size": "1536x1024", "quality": "medium",
                "background": "opaque", "output_format": "webp", "output_compression": 80, "moderation": "low",
                "complexity": "low" }),
        ),
        Provider::Bfl => (
            "/v1/jobs",
            json!({ "kind": "image", "model": "flux-2-max", "prompt": "a fox", "width": 1024, "height": 768, "seed": 7,
                "safety_tolerance": 3, "output_format": "png", "disable_pup": true }),
        ),
        Provider::Anthropic => {
            ("/v1/personas", json!({ "brief": "a boat builder from Kiel", "language": "de" }))
        }
    }
}

/// Every case of the sandbox, and where a job of each provider ends with it.
const CASES: [(&str, [&str; 3]); 7] = [
    ("ok", ["succeeded", "succeeded", "succeeded"]),
    ("moderated", ["failed", "failed", "failed"]),
    ("unverified", ["failed", "paused", "failed"]),
    ("out-of-credit", ["paused", "paused", "paused"]),
    ("rate-limited", ["succeeded", "succeeded", "succeeded"]),
    ("flaky", ["succeeded", "succeeded", "succeeded"]),
    ("invalid", ["paused", "paused", "paused"]),
];

#[tokio::test]
async fn every_request_and_every_sandbox_answer_is_as_the_specification_says() {
    let behind = TestStack::start().await;
    let upstream = behind.stack.endpoints();
    let (openai, openai_seen) = Checking::start(Provider::Openai, &upstream.openai).await;
    let (bfl, bfl_seen) = Checking::start(Provider::Bfl, &upstream.bfl).await;
    let (anthropic, anthropic_seen) = Checking::start(Provider::Anthropic, &upstream.anthropic).await;
    let addresses = vec![(Provider::Openai, openai), (Provider::Bfl, bfl), (Provider::Anthropic, anthropic)];
    let stack = TestStack::start_with(|options| options.addresses = addresses).await;
    let ada = stack.tenant("ada").await;
    for (index, provider) in Provider::ALL.into_iter().enumerate() {
        for (case, ends) in CASES {
            play(&ada, provider, case, ends[index]).await;
        }
    }
    references_go_along(&ada).await;
    for checking in [&openai_seen, &bfl_seen, &anthropic_seen] {
        assert_eq!(*checking.wrong.lock().unwrap(), [""; 0]);
    }
    for status in [200, 400, 401, 403, 429, 503] {
        assert!(openai_seen.count("", status) > 0, "OpenAI's {status} was played");
    }
    for status in [200, 402, 403, 429, 503] {
        assert!(bfl_seen.count("", status) > 0, "Black Forest Labs' {status} was played");
    }
    for status in [200, 400, 401, 403, 429, 529] {
        assert!(anthropic_seen.count("", status) > 0, "Anthropic's {status} was played");
    }
    assert!(openai_seen.count("/images/edits", 200) == 2 && bfl_seen.count("/delivery/", 200) > 2);
}

async fn play(ada: &Api, provider: Provider, case: &str, end: &str) {
    let path = format!("/v1/api-keys/{provider}");
    let stored =
        ada.put(&format!("{path}?verify=false"), json!({ "api_key": api_key(provider, case) })).await;
    assert!(stored.status < 300, "{stored:?}");
    let (to, body) = order(provider);
    let job = ada.post(to, body).await.expect(202);
    ada.wait_for(job["id"].as_str().unwrap(), end).await;
    let test = ada.post(&format!("{path}/test"), json!({})).await.expect(202);
    let end = if case == "invalid" { "failed" } else { "succeeded" };
    ada.wait_for(test["id"].as_str().unwrap(), end).await;
}

/// One picture and several, to both providers that take them.
async fn references_go_along(ada: &Api) {
    for provider in [Provider::Openai, Provider::Bfl] {
        let body = json!({ "api_key": api_key(provider, "ok") });
        ada.put(&format!("/v1/api-keys/{provider}"), body).await.expect(200);
    }
    let first = ada.ask_for("a fox").await;
    ada.wait_for(&first, "succeeded").await;
    for model in [MODEL, "flux-2-pro", "flux-3-image"] {
        for references in [json!([first]), json!([first, first, first])] {
            let body =
                json!({ "kind": "image", "model": model, "prompt": "in a boat", "references": references });
            let job = ada.post("/v1/jobs", body).await.expect(202);
            ada.wait_for(job["id"].as_str().unwrap(), "succeeded").await;
        }
    }
}

#[test]
fn a_misspelt_field_does_not_pass_a_specification() {
    let message = json!({ "model": "claude-haiku-5-5", "max_tokens": 9, "messages": [{ "role": "user", "content": "a" }] });
    for (provider, path, good, misspelt) in [
        (Provider::Openai, "/images/generations", json!({ "model": MODEL, "prompt": "a fox" }), "sise"),
        (Provider::Bfl, "/v1/flux-2-max", json!({ "prompt": "a fox", "width": 64 }), "widht"),
        (Provider::Bfl, "/v1/flux-3-image", json!({ "prompt": "a fox" }), "seed"),
        (Provider::Anthropic, "/v1/messages", message, "max_token"),
    ] {
        let validator = Spec::of(provider).request_schema(path);
        assert_eq!(misfits(&validator, &good), [""; 0]);
        let mut bad = good.clone();
        bad[misspelt] = json!(1);
        assert!(!misfits(&validator, &bad).is_empty(), "{bad}");
        assert!(!misfits(&validator, &json!({})).is_empty());
    }
}

/// Every value that the catalogue lets through is one that the provider's specification knows.
#[test]
fn the_catalogue_promises_nothing_that_the_provider_does_not_take() {
    let current = Catalogue::shipped().models.iter().filter(|model| model.status == Status::Current);
    for model in current.filter(|model| model.kind == ModelKind::Image) {
        let path = match model.provider {
            Provider::Openai => "/images/generations".to_owned(),
            _ => format!("/v1/{}", model.id),
        };
        let validator = Spec::of(model.provider).request_schema(&path);
        let own = model.schema();
        let own = own["properties"].as_object().unwrap().iter();
        for (name, parameter) in
            own.filter(|(name, _)| !["prompt", "persona", "style", "references"].contains(&name.as_str()))
        {
            for value in values(parameter) {
                let mut request = json!({ "prompt": "a fox" });
                if model.provider == Provider::Openai {
                    request["model"] = json!(model.id);
                }
                request[name] = value;
                assert_eq!(misfits(&validator, &request), [""; 0], "{}: {request}", model.id);
            }
        }
    }
}

/// The values of a parameter that are worth a try: all of them, or the ends.
fn values(parameter: &Value) -> Vec<Value> {
    if let Some(values) = parameter["enum"].as_array().or_else(|| parameter["examples"].as_array()) {
        return values.clone();
    }
    match parameter["type"].as_str() {
        Some("boolean") => vec![json!(true), json!(false)],
        _ => vec![parameter["minimum"].clone(), parameter["maximum"].clone()],
    }
}

#[test]
fn the_catalogue_is_as_its_own_schema_says() {
    let read = |text| serde_json::from_str::<Value>(text).unwrap();
    let schema = read(include_str!("../../shared/domain/catalogue.schema.json"));
    let mut catalogue = read(include_str!("../../shared/domain/catalogue.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert_eq!(misfits(&validator, &catalogue), [""; 0]);
    catalogue["models"][0]["prise"] = json!(1);
    assert!(!misfits(&validator, &catalogue).is_empty(), "a misspelt field");
}
