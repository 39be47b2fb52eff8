//! The providers' error tables, end to end: an answer in, and out comes what becomes of the job, whether the call is
//! made again by itself, and what is booked.

use domain::Provider;
use serde_json::{Value, json};

use super::double::{Asked, Double, answer};
use super::{order, stack_with};
use crate::support::{Api, TestStack, api_key};

/// What becomes of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Becomes {
    Failed(&'static str),
    Paused(&'static str),
    /// Sent again by itself after a wait.
    TriedAgain,
    Unknown,
}

use Becomes::{Failed, Paused, TriedAgain, Unknown};

type Row = (u16, String, Becomes);

fn rows(provider: Provider) -> Vec<Row> {
    match provider {
        Provider::Openai => openai(),
        Provider::Bfl => bfl(),
        Provider::Anthropic => anthropic(),
    }
}

fn openai() -> Vec<Row> {
    let error = |fields: &str| format!(r#"{{"error":{{"message":"m",{fields}}}}}"#);
    let unverified = r#"{"error":{"message":"Your organization must be verified to use","code":null}}"#;
    vec![
        (401, error(r#""code":"invalid_api_key""#), Paused("api_key_invalid")),
        (401, error(r#""code":"not_a_member""#), Failed("no_permission")),
        (403, error(r#""code":"unsupported_country_region_territory""#), Failed("no_permission")),
        (403, unverified.to_owned(), Failed("no_permission")),
        (401, unverified.to_owned(), Failed("no_permission")),
        (404, error(r#""code":"model_not_found""#), Failed("model_retired")),
        (400, error(r#""code":"unknown_parameter","param":"sise""#), Failed("bad_request")),
        (400, error(r#""code":"billing_hard_limit_reached""#), Paused("out_of_credit")),
        (400, error(r#""code":"moderation_blocked""#), Failed("moderated")),
        (400, error(r#""code":"content_policy_violation""#), Failed("moderated")),
        (400, error(r#""code":null,"type":"image_generation_user_error""#), Failed("moderated")),
        (429, error(r#""code":"credit_balance_exhausted""#), Paused("out_of_credit")),
        (429, error(r#""code":"organization_spend_limit_exceeded""#), Paused("out_of_credit")),
        (429, error(r#""code":"project_spend_limit_exceeded""#), Paused("out_of_credit")),
        (429, error(r#""code":"organization_usage_limit_exceeded""#), Paused("out_of_credit")),
        (429, error(r#""code":"insufficient_quota""#), Paused("out_of_credit")),
        (429, error(r#""code":"rate_limit_exceeded""#), TriedAgain),
        (429, error(r#""code":"slow_down""#), TriedAgain),
        (503, error(r#""code":"slow_down""#), TriedAgain),
        (503, error(r#""code":"server_is_overloaded""#), TriedAgain),
        (500, error(r#""type":"server_error""#), Unknown),
    ]
}

fn bfl() -> Vec<Row> {
    let detail = |text: &str| json!({ "detail": text }).to_string();
    let field = r#"{"detail":[{"loc":["body","width"],"msg":"m","type":"t"}]}"#;
    vec![
        (401, detail("Not authenticated"), Paused("api_key_invalid")),
        (403, detail("Invalid API key format"), Paused("api_key_invalid")),
        (402, r#"{"error":"Payment Required","message":"m"}"#.to_owned(), Paused("out_of_credit")),
        (400, detail("m"), Failed("bad_request")),
        (422, field.to_owned(), Failed("bad_request")),
        (429, detail("too many"), TriedAgain),
        (500, detail("m"), TriedAgain),
        (503, String::new(), TriedAgain),
        (504, String::new(), Unknown),
    ]
}

fn anthropic() -> Vec<Row> {
    let error = |kind: &str, message: &str| {
        json!({ "type": "error", "error": { "type": kind, "message": message } }).to_string()
    };
    let bad = |message| error("invalid_request_error", message);
    let capped = json!({ "type": "error", "error": { "type": "rate_limit_error", "message": "m",
        "details": { "error_code": "enforced_spend_limit_reached" } } });
    vec![
        (400, bad("m"), Failed("bad_request")),
        (400, bad("Your credit balance is too low to access the Anthropic API."), Paused("out_of_credit")),
        (400, bad("You have reached your specified API usage limits."), Paused("out_of_credit")),
        (400, bad("You have reached your specified workspace API usage limits."), Paused("out_of_credit")),
        (401, error("authentication_error", "invalid x-api-key"), Paused("api_key_invalid")),
        (402, error("billing_error", "m"), Paused("out_of_credit")),
        (403, error("permission_error", "m"), Failed("no_permission")),
        (404, error("not_found_error", "m"), Failed("model_retired")),
        (409, error("conflict_error", "m"), TriedAgain),
        (413, "<html>".to_owned(), Failed("bad_request")),
        (429, error("rate_limit_error", "m"), TriedAgain),
        (429, capped.to_string(), Paused("out_of_credit")),
        (500, error("api_error", "m"), TriedAgain),
        (504, error("timeout_error", "m"), Unknown),
        (529, error("overloaded_error", "m"), TriedAgain),
    ]
}

#[tokio::test]
async fn every_row_of_every_table_ends_as_it_says() {
    for provider in Provider::ALL {
        let answers = rows(provider);
        let double = Double::start(move |_, asked: &Asked| {
            let (status, body, _) = &answers[row_of(&asked.body)];
            answer(*status, &[("content-type", "application/json")], body.clone())
        });
        let double = double.await;
        let url =
            if provider == Provider::Openai { format!("{}/v1", double.url) } else { double.url.clone() };
        let stack = stack_with(provider, url).await;
        for (index, (status, body, becomes)) in rows(provider).into_iter().enumerate() {
            // A tenant for each, so that what one answer says about an API key does not touch the next.
            let person = stack.tenant(&format!("row-{index}")).await;
            let job = ask(&person, provider, index).await;
            let told = format!("{provider}: {status} {body}");
            ends(&person, &job, becomes, &told).await;
            let posts = double.asked().iter().filter(|asked| asked.body.contains(&mark(index))).count();
            assert!(posts == 1 || becomes == TriedAgain, "{told}: sent {posts} times");
        }
        lost_answers(provider).await;
    }
}

fn mark(index: usize) -> String {
    format!("row {index}.")
}

fn row_of(body: &str) -> usize {
    let (_, rest) = body.split_once("row ").unwrap();
    rest.split_once('.').unwrap().0.parse().unwrap()
}

async fn ask(person: &Api, provider: Provider, index: usize) -> String {
    let body = json!({ "api_key": api_key(provider, "ok") });
    person.put(&format!("/v1/api-keys/{provider}?verify=false"), body).await.expect(201);
    let (path, mut body) = order(provider);
    let words = if provider == Provider::Anthropic { "brief" } else { "prompt" };
    body[words] = json!(mark(index));
    person.post(path, body).await.expect(202)["id"].as_str().unwrap().to_owned()
}

async fn ends(person: &Api, job: &str, becomes: Becomes, told: &str) {
    let code = |job: &Value| job["reason"]["code"].as_str().unwrap_or_default().to_owned();
    let job = match becomes {
        Failed(reason) => {
            let job = person.wait_for(job, "failed").await;
            assert_eq!(code(&job), reason, "{told}");
            // What was refused costs nothing. Whether a moderated image was drawn first is not said.
            let booked =
                if reason == "moderated" { ("unknown", Value::Null) } else { ("provider", json!("0.0000")) };
            assert_eq!(
                (job["cost"]["source"].as_str().unwrap(), job["cost"]["actual"].clone()),
                booked,
                "{told}"
            );
            return;
        }
        Paused(reason) => {
            let job = person.wait_for(job, "paused").await;
            assert_eq!((code(&job).as_str(), &job["attempts"]), (reason, &json!(0)), "{told}");
            job
        }
        TriedAgain => {
            let path = format!("/v1/audit?action=job.requeued&job={job}");
            person.eventually(&path, |trail| !trail["items"].as_array().unwrap().is_empty()).await;
            let job = person.job(job).await;
            assert!(["queued", "running"].contains(&job["state"].as_str().unwrap()), "{told}: {job}");
            job
        }
        Unknown => person.wait_for(job, "unknown").await,
    };
    assert_eq!(job["cost"]["actual"], Value::Null, "{told}");
    assert_eq!(job["cost"]["at_most"].is_null(), becomes != Unknown, "{told}: {job}");
}

/// A connection that breaks after the request was sent: the sandbox charges for it and hangs up.
async fn lost_answers(provider: Provider) {
    let stack = TestStack::start().await;
    let person = stack.tenant("lost").await;
    let body = json!({ "api_key": api_key(provider, "hang-up") });
    person.put(&format!("/v1/api-keys/{provider}?verify=false"), body).await.expect(201);
    let (path, body) = order(provider);
    let job = person.post(path, body).await.expect(202);
    let job = person.wait_for(job["id"].as_str().unwrap(), "unknown").await;
    assert_eq!((&job["cost"]["actual"], stack.charges().await.len()), (&Value::Null, 1));
}
