//! The door that OpenAI's clients know: ordinary jobs behind it, and never two for one request.

mod clients;
mod endings;

use std::time::Duration;

use domain::Provider;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Api, MODEL, OK, TestStack};

/// Asks for images, as a client that has sent the same so many times before, and again for as long as the answer wants
/// that. None: one that does not count.
async fn draw(api: &Api, body: &Value, repeats: Option<u32>) -> Answer {
    let mut repeats = repeats;
    loop {
        let answer = draw_once(api, body, repeats).await;
        if answer.status != 409 || answer.header("x-should-retry") != "true" {
            return answer;
        }
        repeats = repeats.map(|repeats| repeats + 1);
    }
}

/// Asks for images and is content with any answer.
async fn draw_once(api: &Api, body: &Value, repeats: Option<u32>) -> Answer {
    let request = api.request(Method::POST, "/openai/v1/images/generations");
    let request = request.header("content-type", "application/json").body(body.to_string());
    api.send(match repeats {
        Some(repeats) => request.header("x-stainless-retry-count", repeats.to_string()),
        None => request,
    })
    .await
}

fn fox() -> Value {
    json!({ "model": MODEL, "prompt": "a fox" })
}

/// The jobs behind an answer.
fn jobs(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["ownkey"]["jobs"].clone()
}

async fn jobs_there(api: &Api) -> usize {
    api.get("/v1/jobs").await.expect(200)["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn what_is_drawn_is_an_ordinary_job_with_all_that_belongs_to_it() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let mut body = fox();
    body["output_compression"] = Value::Null;
    let answer = draw(&ada, &body, Some(0)).await;
    let drawn = jobs(&answer);
    let job = ada.job(drawn[0].as_str().unwrap()).await;
    assert_eq!((&job["state"], &job["created_by"]), (&json!("succeeded"), &json!("ada-user")));
    let image = ada.image(&job).await;
    assert_eq!(answer.json["data"], json!([{ "b64_json": base64_simd::STANDARD.encode_to_string(&image) }]));
    assert_eq!(answer.json["ownkey"]["cost"], job["cost"]["actual"]);
    assert_eq!(answer.json["usage"]["output_tokens"], job["cost"]["tokens"]["output"]);
    assert!(answer.header("ratelimit").contains("\"jobs\""), "{answer:?}");
    let expected = ["job.submitted", "job.intent", "credential.opened", "job.succeeded"];
    assert_eq!(ada.actions(&format!("job={}", drawn[0].as_str().unwrap())).await, expected);

    let one = ada.get(&format!("/openai/v1/models/{MODEL}")).await.expect(200);
    assert_eq!(
        (&one["id"], &one["object"], &one["owned_by"]),
        (&json!(MODEL), &json!("model"), &json!("openai"))
    );
    // What writes personas draws nothing.
    let listed = ada.get("/openai/v1/models").await.expect(200);
    let owners: std::collections::BTreeSet<_> =
        listed["data"].as_array().unwrap().iter().map(|model| model["owned_by"].to_string()).collect();
    assert_eq!(owners, ["\"bfl\"", "\"openai\""].map(str::to_owned).into());
}

#[tokio::test]
async fn a_request_that_a_client_repeats_makes_one_job() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    // People ask for the same twice because they want two.
    let first = jobs(&draw(&ada, &fox(), Some(0)).await);
    let second = jobs(&draw(&ada, &fox(), Some(0)).await);
    assert_ne!(first, second);
    // A client's repeat is the last one's, whatever form of answer it asks for.
    for repeats in [1, 2] {
        assert_eq!(jobs(&draw(&ada, &fox(), Some(repeats)).await), second);
    }
    let by_link = json!({ "model": MODEL, "prompt": "a fox", "response_format": "url" });
    assert_eq!(jobs(&draw(&ada, &by_link, Some(1)).await), second);
    // Another's of the same account, with the same words, is another's.
    let grace = Api::sign_in_as(stack.stack.url(), "ada", "grace").await;
    assert_ne!(jobs(&draw(&grace, &fox(), Some(1)).await), second);

    // A repeat that overtakes its first one, which comes late: once.
    let hare = json!({ "model": MODEL, "prompt": "a hare" });
    let overtook = jobs(&draw(&ada, &hare, Some(1)).await);
    assert_eq!(jobs(&draw(&ada, &hare, Some(0)).await), overtook);
    assert_ne!(jobs(&draw(&ada, &hare, Some(0)).await), overtook);

    // Many at once, the first among them.
    let (before, owl) = (jobs_there(&ada).await, json!({ "model": MODEL, "prompt": "an owl", "n": 2 }));
    let answers = join_all((0..8).map(|number| draw(&ada, &owl, Some(number.min(1))))).await;
    let made: std::collections::BTreeSet<_> = answers.iter().map(|answer| jobs(answer).to_string()).collect();
    assert_eq!((made.len(), jobs_there(&ada).await - before), (1, 2), "{made:?}");
    assert_eq!(stack.charges().await.len(), jobs_there(&ada).await);
}

#[tokio::test]
async fn a_client_that_hangs_up_finds_its_job_again_and_one_that_waits_is_told_where_it_is() {
    let stack = TestStack::start_with(|options| options.think_time = Duration::from_secs(24)).await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Openai, "ok").await;
    let hung_up = tokio::time::timeout(Duration::from_secs(2), draw_once(&ada, &fox(), Some(0))).await;
    assert!(hung_up.is_err(), "{hung_up:?}");
    let owl = json!({ "model": MODEL, "prompt": "an owl" });
    let again = fox();
    let (counted, uncounted) = tokio::join!(draw_once(&ada, &again, Some(1)), draw_once(&ada, &owl, None));
    for (told, again) in [(&counted, "true"), (&uncounted, "false")] {
        assert_eq!(told.status, 409, "{told:?}");
        let error = &told.json["error"];
        assert_eq!((&error["code"], &error["type"]), (&json!("job_still_running"), &json!("conflict")));
        assert!(error["message"].as_str().unwrap().contains(error["jobs"][0].as_str().unwrap()), "{error}");
        assert_eq!(told.header("x-should-retry"), again);
        assert_eq!(told.headers.contains_key("retry-after"), again == "true");
    }
    let drawn = draw(&ada, &fox(), Some(2)).await;
    assert_eq!(jobs(&drawn), counted.json["error"]["jobs"]);
    assert_eq!(jobs_there(&ada).await, 2);
    assert_eq!(stack.charges().await.len(), 2);
}
