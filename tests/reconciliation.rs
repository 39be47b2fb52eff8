//! The books agree: what the sandbox's providers have charged is what the audit trail says, to the micro-dollar.

use std::collections::HashMap;

use domain::{Provider, Usd};
use serde_json::{Value, json};

use crate::support::{Api, MODEL, TestStack, id};
use crate::usage::usage_is_the_sum_of_the_trail;

/// Every case that comes to an end by itself.
const CASES: [&str; 7] = ["ok", "moderated", "rate-limited", "flaky", "unverified", "hang-up", "ok"];

fn amount(value: &Value) -> Usd {
    value.as_str().map_or(Usd::ZERO, |text| text.parse().unwrap())
}

fn sum(values: impl Iterator<Item = Usd>) -> Usd {
    values.fold(Usd::ZERO, |sum, one| sum + one)
}

/// One of many jobs, chosen by a number: all providers, models, sizes and lengths come along.
fn order(provider: Provider, number: usize, portrait: &str) -> (&'static str, Value) {
    let prompt = format!("fox number {number} {}", "in a boat ".repeat(number % 5));
    let one_of = |all: &[Value]| all[number % all.len()].clone();
    match provider {
        Provider::Openai => {
            let references = if number.is_multiple_of(3) { json!([portrait]) } else { json!([]) };
            let model = one_of(&[json!(MODEL), json!("gpt-image-2"), json!("gpt-image-2.5-sunburst")]);
            let quality = one_of(&[json!("low"), json!("auto"), json!("medium")]);
            (
                "/v1/jobs",
                json!({ "model": model, "prompt": prompt, "quality": quality, "references": references }),
            )
        }
        Provider::Bfl => {
            let references = if number.is_multiple_of(4) { json!([portrait]) } else { json!([]) };
            let model = one_of(&[json!("flux-2-klein-4b"), json!("flux-2-pro"), json!("flux-2-flex")]);
            let width = one_of(&[json!(64), json!(512), json!(1024)]);
            let body = json!({ "model": model, "prompt": prompt, "width": width, "height": 64, "references": references });
            ("/v1/jobs", body)
        }
        Provider::Anthropic => {
            let model =
                one_of(&[json!("claude-haiku-5-5"), json!("claude-opus-5-5"), json!("claude-haiku-4-5")]);
            ("/v1/personas", json!({ "brief": prompt, "model": model }))
        }
    }
}

#[tokio::test]
async fn the_ledger_of_the_providers_is_the_sum_of_the_audited_costs() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Openai, "ok").await;
    let portrait = ada.ask_for("a portrait").await;
    ada.wait_for(&portrait, "succeeded").await;
    let mut jobs = vec![portrait.clone()];
    for (round, case) in CASES.into_iter().enumerate() {
        for provider in Provider::ALL {
            ada.store_for(provider, case).await;
        }
        let mut posted = Vec::new();
        for number in 0..3 {
            for provider in Provider::ALL {
                let (path, body) = order(provider, round * 3 + number, &portrait);
                posted.push(id(&ada.post(path, body).await.expect(202)));
            }
        }
        for job in &posted {
            ended(&ada, job).await;
        }
        jobs.extend(posted);
    }

    let charges = stack.charges().await;
    let lost: Vec<_> = charges.iter().filter(|charge| charge["outcome"] == "hung_up").collect();
    let charged = sum(charges.iter().map(|charge| amount(&charge["amount"])));
    let unheard = sum(lost.iter().map(|charge| amount(&charge["amount"])));
    let (mut booked, mut shown, mut unknown) = (Usd::ZERO, Usd::ZERO, Vec::new());
    for job in &jobs {
        booked =
            booked + sum(ada.trail(&format!("job={job}")).await.iter().map(|event| amount(&event["cost"])));
        let job = ada.job(job).await;
        shown = shown + amount(&job["cost"]["actual"]);
        if job["state"] == "unknown" {
            unknown.push(job);
        }
    }
    assert_eq!((booked + unheard).to_string(), charged.to_string());
    assert_eq!(shown, booked, "what people see is what the trail says");
    // What was lost is shown as unknown, and is never more than was said.
    assert_eq!(unknown.len(), lost.len());
    let at_most = sum(unknown.iter().map(|job| amount(&job["cost"]["at_most"])));
    assert!(unheard <= at_most, "{unheard} of at most {at_most}");
    usage_is_the_sum_of_the_trail(&ada).await;
    // No API key was opened that the trail does not speak of, and none of those is made up.
    let (mut opened, mut path) = (0, "/v1/audit?limit=100&action=credential.opened".to_owned());
    loop {
        let page = ada.get(&path).await.expect(200);
        opened += page["items"].as_array().unwrap().len();
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/audit?limit=100&action=credential.opened&cursor={cursor}");
    }
    assert_eq!((stack.decrypts("ada"), opened >= 50), (opened, true));
    let by_provider = charges.iter().fold(HashMap::new(), |mut counts: HashMap<_, usize>, charge| {
        *counts.entry(charge["provider"].as_str().unwrap().to_owned()).or_default() += 1;
        counts
    });
    assert!(by_provider.len() == 3 && by_provider.values().all(|count| *count >= 11), "{by_provider:?}");
}

/// Waits until nothing more happens to a job, paused ones aside: the next API key takes them up.
async fn ended(ada: &Api, job: &str) {
    let ended = |job: &Value| !["queued", "running"].contains(&job["state"].as_str().unwrap());
    let job = ada.eventually(&format!("/v1/jobs/{job}"), ended).await;
    if job["state"] == "paused" {
        ada.post(&format!("/v1/jobs/{}/cancel", id(&job)), json!({})).await;
    }
}
