//! Black Forest Labs as it should not be: addresses that are not its own, images that are none, and orders that take
//! their time.

use axum::body::{Body, Bytes};
use axum::response::Response;
use domain::Provider;
use http::Method;
use serde_json::{Value, json};

use super::double::{Asked, Double, answer};
use super::stack_with;
use crate::support::{Api, TestStack, api_key, id};

const PNG: &[u8] = include_bytes!("../../functions/console/studio.png");

/// An order that is taken, ready when it is asked about, and delivered as `sample` says.
fn provider(
    url: &str,
    asked: &Asked,
    polling_url: &str,
    sample: impl Fn() -> Response,
    sample_url: &str,
) -> Response {
    let json = |body: Value| answer(200, &[("content-type", "application/json")], body.to_string());
    match (&asked.method, asked.path.as_str()) {
        (&Method::POST, _) => json(
            json!({ "id": "task-1", "polling_url": polling_url.replace("{url}", url), "cost": 7, "output_mp": 1 }),
        ),
        (_, path) if path.starts_with("/v1/get_result") => {
            let result = json!({ "sample": sample_url.replace("{url}", url), "seed": 1 });
            json(json!({ "id": "task-1", "status": "Ready", "result": result, "cost": 7 }))
        }
        (_, "/sample") => sample(),
        _ => answer(404, &[], ""),
    }
}

const OWN_POLLING: &str = "{url}/v1/get_result?id=task-1";
const OWN_SAMPLE: &str = "{url}/sample";

async fn order_one(stack: &TestStack) -> (Api, Value) {
    let ada = stack.tenant("ada").await;
    let body = json!({ "api_key": api_key(Provider::Bfl, "ok") });
    ada.put("/v1/api-keys/bfl?verify=false", body).await.expect(201);
    let body = json!({ "kind": "image", "model": "flux-2-max", "prompt": "a fox" });
    let job = ada.post("/v1/jobs", body).await.expect(202);
    (ada, job)
}

#[tokio::test]
async fn a_polling_address_of_somebody_else_ends_the_job_and_gets_no_api_key() {
    let evil = Double::start(|_, _| answer(200, &[], r#"{"id":"1","status":"Pending"}"#)).await;
    let port = evil.url.rsplit(':').next().unwrap().to_owned();
    for polling_url in [
        evil.url.clone(),
        format!("http://localhost:{port}/v1/get_result?id=task-1"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://api.bfl.ai@127.0.0.1:{port}/"),
        "https://api.bfl.ai.evil.test/v1/get_result?id=task-1".to_owned(),
        "http://api.bfl.ai/v1/get_result?id=task-1".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        "task-1".to_owned(),
    ] {
        let address = polling_url.clone();
        let double = Double::start(move |url, asked: &Asked| {
            provider(url, asked, &address, || answer(200, &[], PNG), OWN_SAMPLE)
        });
        let double = double.await;
        let stack = stack_with(Provider::Bfl, double.url.clone()).await;
        let (ada, job) = order_one(&stack).await;
        let job = ada.wait_for(&id(&job), "failed").await;
        assert_eq!(job["reason"]["code"], "provider_error", "{polling_url}");
        assert!(job["reason"]["message"].as_str().unwrap().contains("outside its own domain"), "{job}");
        // The order was taken, so it is billed.
        assert_eq!((&job["cost"]["actual"], &job["cost"]["source"]), (&json!("0.0700"), &json!("provider")));
        assert_eq!(double.posts(), 1);
    }
    assert!(evil.asked().is_empty(), "nothing went there: {:?}", evil.asked());
}

#[tokio::test]
async fn a_sample_of_somebody_else_is_not_fetched_and_no_redirect_is_followed() {
    let evil = Double::start(|_, _| answer(200, &[], PNG)).await;
    let location = evil.url.clone();
    let redirect = move || answer(302, &[("location", &location)], "");
    let elsewhere =
        [evil.url.clone(), "https://evil.test/x.png".to_owned(), "https://127.0.0.1/x.png".to_owned()];
    for sample_url in [OWN_SAMPLE.to_owned()].into_iter().chain(elsewhere) {
        let (address, redirect) = (sample_url.clone(), redirect.clone());
        let double = Double::start(move |url, asked: &Asked| {
            provider(url, asked, OWN_POLLING, redirect.clone(), &address)
        })
        .await;
        let stack = stack_with(Provider::Bfl, double.url.clone()).await;
        let (ada, job) = order_one(&stack).await;
        let job = ada.wait_for(&id(&job), "failed").await;
        assert_eq!(
            (&job["reason"]["code"], &job["cost"]["actual"]),
            (&json!("provider_error"), &json!("0.0700"))
        );
        assert!(job["reason"]["message"].as_str().unwrap().contains("outside its own domain"), "{job}");
    }
    assert!(evil.asked().is_empty(), "nothing went there: {:?}", evil.asked());
}

/// What is delivered is looked at, not believed; what has no end is cut off.
#[tokio::test]
async fn what_is_no_image_or_has_no_end_is_not_taken() {
    fn html() -> Response {
        answer(200, &[("content-type", "image/png")], "<html><body>Not an image</body></html>")
    }
    fn announces_10_gb() -> Response {
        let body = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        answer(200, &[("content-length", "10000000000"), ("content-type", "image/png")], body)
    }
    fn endless() -> Response {
        let megabyte = Bytes::from(vec![0x89; 1 << 20]);
        let body = Body::from_stream(futures_util::stream::repeat_with(move || {
            Ok::<_, std::io::Error>(megabyte.clone())
        }));
        answer(200, &[("content-type", "image/png")], body)
    }
    for (sample, told) in [
        (html as fn() -> Response, "no PNG, JPEG or WebP"),
        (announces_10_gb as fn() -> Response, "larger than 64 MB"),
        (endless as fn() -> Response, "larger than 64 MB"),
    ] {
        let double =
            Double::start(move |url, asked: &Asked| provider(url, asked, OWN_POLLING, sample, OWN_SAMPLE))
                .await;
        let stack = stack_with(Provider::Bfl, double.url.clone()).await;
        let (ada, job) = order_one(&stack).await;
        let job = ada.wait_for(&id(&job), "failed").await;
        assert!(job["reason"]["message"].as_str().unwrap().contains(told), "{job}");
        assert_eq!(
            (&job["reason"]["code"], &job["cost"]["actual"]),
            (&json!("provider_error"), &json!("0.0700"))
        );
    }
}

/// Asking may fail in every way: the order stands, is asked about again, and is never placed a second time.
#[tokio::test]
async fn an_order_is_asked_about_until_it_is_ready_whatever_comes_between() {
    let turn = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let double = Double::start(move |url, asked: &Asked| {
        if !asked.path.starts_with("/v1/get_result") {
            return provider(url, asked, OWN_POLLING, || answer(200, &[], PNG), OWN_SAMPLE);
        }
        let status = |status: &str| answer(200, &[], json!({ "id": "task-1", "status": status }).to_string());
        match turn.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => status("Task not found"),
            1 => answer(503, &[], "<html>"),
            2 => answer(429, &[("retry-after", "1")], ""),
            3 => answer(302, &[("location", "http://127.0.0.1:1/")], ""),
            4 => status("Something New"),
            _ => provider(url, asked, OWN_POLLING, || answer(200, &[], PNG), OWN_SAMPLE),
        }
    });
    let double = double.await;
    let stack = stack_with(Provider::Bfl, double.url.clone()).await;
    let (ada, job) = order_one(&stack).await;
    let job = ada.wait_for(&id(&job), "succeeded").await;
    assert_eq!((double.posts(), &job["attempts"], &job["cost"]["actual"]), (1, &json!(1), &json!("0.0700")));
    assert_eq!(job["provider_request_id"], "task-1");
    // The API key goes along to order and to ask, and never to fetch.
    for asked in double.asked() {
        assert_eq!(asked.api_key, asked.path != "/sample", "{asked:?}");
    }
    let actions = ada.actions(&format!("job={}", id(&job))).await;
    assert_eq!(actions[..4], ["job.submitted", "job.intent", "credential.opened", "job.accepted"]);
    assert_eq!(actions.last().unwrap(), "job.succeeded");
    let opened = actions.iter().filter(|action| *action == "credential.opened").count();
    assert_eq!(opened, 1 + 6, "each question is on record before the API key is opened");
}

/// The rows of the provider's status table: what becomes of the job, and what is booked. All orders were announced at
/// seven credits; only what the provider says afterwards, or does not, makes the difference.
#[tokio::test]
async fn every_row_of_the_status_table_ends_as_it_says() {
    let moderated = json!({ "Moderation Reasons": ["Violence"] });
    for (status, cost, details, reason, booked) in [
        ("Request Moderated", Value::Null, moderated.clone(), "moderated", ("provider", json!("0.0000"))),
        ("Content Moderated", Value::Null, moderated.clone(), "moderated", ("unknown", Value::Null)),
        ("Content Moderated", json!(7), moderated, "moderated", ("provider", json!("0.0700"))),
        ("Error", Value::Null, json!({ "error": "x" }), "provider_error", ("unknown", Value::Null)),
        ("Ready", json!(3.5), Value::Null, "provider_error", ("provider", json!("0.0350"))),
    ] {
        let body =
            json!({ "id": "task-1", "status": status, "result": null, "details": details, "cost": cost });
        let double =
            Double::start(move |url, asked: &Asked| match asked.path.starts_with("/v1/get_result") {
                true => answer(200, &[], body.to_string()),
                false => provider(url, asked, OWN_POLLING, || answer(200, &[], PNG), OWN_SAMPLE),
            });
        let double = double.await;
        let stack = stack_with(Provider::Bfl, double.url.clone()).await;
        let (ada, job) = order_one(&stack).await;
        let job = ada.wait_for(&id(&job), "failed").await;
        assert_eq!(job["reason"]["code"], reason, "{status}");
        assert_eq!(
            (job["cost"]["source"].as_str().unwrap(), job["cost"]["actual"].clone()),
            booked,
            "{status} {cost}"
        );
        assert_eq!(job["cost"]["at_most"].is_null(), booked.0 != "unknown");
        assert_eq!(job["reason"]["message"].as_str().unwrap().contains("violence"), reason == "moderated");
        assert_eq!(double.posts(), 1);
    }
}

/// A provider does not show one account's orders to another. That says nothing against the other's API key.
#[tokio::test]
async fn an_order_of_another_api_key_says_nothing_against_the_new_one() {
    let double = Double::start(move |url, asked: &Asked| match asked.path.starts_with("/v1/get_result") {
        true => answer(403, &[], r#"{"detail":"Not your task"}"#),
        false => provider(url, asked, OWN_POLLING, || answer(200, &[], PNG), OWN_SAMPLE),
    });
    let double = double.await;
    let stack = stack_with(Provider::Bfl, double.url.clone()).await;
    let (ada, job) = order_one(&stack).await;
    // To the API key that has placed it, it does.
    assert_eq!(ada.wait_for(&id(&job), "paused").await["reason"]["code"], "api_key_invalid");
    assert_eq!(ada.get("/v1/api-keys/bfl").await.expect(200)["state"], "invalid");
    let body = json!({ "api_key": "bfl_sandbox-ok-of-another-account" });
    ada.put("/v1/api-keys/bfl?verify=false", body).await.expect(200);
    let path = format!("/v1/audit?job={}&action=credential.opened", id(&job));
    ada.eventually(&path, |trail| trail["items"].as_array().unwrap().len() >= 4).await;
    let stored = ada.get("/v1/api-keys/bfl").await.expect(200);
    assert_eq!((&stored["state"], &stored["version"]), (&json!("unverified"), &json!(2)));
    assert_eq!((double.posts(), &ada.job(&id(&job)).await["state"]), (1, &json!("running")));
}

/// An order that the provider does not know any more may be placed again on the user's word; both are on the books.
#[tokio::test]
async fn an_order_that_was_lost_track_of_stays_on_the_books_when_it_is_placed_again() {
    let placed = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let double = Double::start(move |url, asked: &Asked| {
        let orders =
            placed.fetch_add(usize::from(asked.method == Method::POST), std::sync::atomic::Ordering::SeqCst);
        match asked.path.starts_with("/v1/get_result") && orders < 2 {
            true => answer(404, &[], r#"{"detail":"Task not found"}"#),
            false => provider(url, asked, OWN_POLLING, || answer(200, &[], PNG), OWN_SAMPLE),
        }
    });
    let double = double.await;
    let stack = stack_with(Provider::Bfl, double.url.clone()).await;
    let (ada, job) = order_one(&stack).await;
    let job = id(&job);
    let unknown = ada.wait_for(&job, "unknown").await;
    assert_eq!(unknown["cost"]["source"], "unknown");
    ada.post(&format!("/v1/jobs/{job}/retry"), json!({ "accept_double_charge": true })).await.expect(202);
    ada.wait_for(&job, "succeeded").await;
    assert_eq!(double.posts(), 2);
    let trail = ada.trail(&format!("job={job}")).await;
    let booked = |what: &str| {
        trail.iter().map(|event| event[what].clone()).filter(|amount| !amount.is_null()).collect::<Vec<_>>()
    };
    assert_eq!(booked("cost"), [json!("0.0700")]);
    assert_eq!(
        booked("at_most"),
        [json!("0.0700")],
        "the first order may be charged too, and the trail says so"
    );
}

#[tokio::test]
async fn an_order_of_a_revoked_api_key_waits_for_another_and_is_not_placed_again() {
    let ready = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let gate = ready.clone();
    let double = Double::start(move |url, asked: &Asked| {
        let waits =
            asked.path.starts_with("/v1/get_result") && !gate.load(std::sync::atomic::Ordering::SeqCst);
        match waits {
            true => answer(200, &[], r#"{"id":"task-1","status":"Pending"}"#),
            false => provider(url, asked, OWN_POLLING, || answer(200, &[], PNG), OWN_SAMPLE),
        }
    });
    let double = double.await;
    let stack = stack_with(Provider::Bfl, double.url.clone()).await;
    let (ada, job) = order_one(&stack).await;
    ada.eventually(&format!("/v1/audit?job={}&action=job.accepted", id(&job)), |trail| {
        trail["items"][0].is_object()
    })
    .await;
    assert_eq!(ada.delete("/v1/api-keys/bfl").await.status, 204);
    let paused = ada.wait_for(&id(&job), "paused").await;
    assert_eq!(paused["reason"]["code"], "api_key_missing");
    ready.store(true, std::sync::atomic::Ordering::SeqCst);
    let body = json!({ "api_key": api_key(Provider::Bfl, "ok") });
    ada.put("/v1/api-keys/bfl?verify=false", body).await.expect(201);
    ada.wait_for(&id(&job), "succeeded").await;
    assert_eq!(double.posts(), 1);
}
