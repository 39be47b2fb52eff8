//! An account that runs out of credit: how soon everybody knows, by each of the three ways.

use std::time::{Duration, Instant};

use domain::audit::{Action, AuditEvent};
use domain::{AuditId, Provider};
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{kinds, webhook};
use crate::support::tables::submitted;
use crate::support::{Api, MODEL, OK, TestStack, api_key};

/// What an open page does: it asks again when it was told to, and only for what is new.
async fn seen_by_a_page(ada: Api, kind: &str) -> (Instant, usize) {
    let (mut tag, mut unchanged) = (String::new(), 0);
    loop {
        let request = ada.request(reqwest::Method::GET, "/v1/notices").header("if-none-match", &tag);
        let answer = ada.send(request).await;
        match answer.status {
            304 => {
                assert!(answer.text.is_empty());
                unchanged += 1;
            }
            _ => {
                assert_eq!(answer.status, 200, "{answer:?}");
                let told = answer.json["items"].as_array().unwrap();
                if told.iter().any(|notice| notice["kind"] == kind) {
                    return (Instant::now(), unchanged);
                }
            }
        }
        tag = answer.header("etag").to_owned();
        let again = answer.header("retry-after").parse().unwrap();
        assert!([2, 30].contains(&again));
        tokio::time::sleep(Duration::from_secs(again.min(2))).await;
    }
}

async fn mails(stack: &TestStack) -> Vec<Value> {
    let everybody = Api::anonymous(stack.stack.url());
    everybody.get("/local/mail").await.expect(200)["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn out_of_credit_is_on_the_page_in_the_mail_and_at_the_webhook_within_seconds() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let receiver = Receiver::start().await;
    let made = webhook(&ada, &receiver, "/ok", &[]).await;
    let api_key = api_key(Provider::Openai, "out-of-credit");
    ada.store(&api_key).await;
    let page = tokio::spawn(seen_by_a_page(ada.clone(), "api_key.out_of_credit"));

    let asked = Instant::now();
    let job = ada.ask_for("a canary prompt").await;
    let told = receiver.wait_for(1).await.remove(0);
    let mailed = loop {
        if !mails(&stack).await.is_empty() {
            break asked.elapsed();
        }
        assert!(asked.elapsed() < Duration::from_secs(120), "no mail");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let (on_page, unchanged) = page.await.unwrap();
    println!(
        "no credit: webhook after {:?}, mail after {mailed:?}, on the page after {:?} ({unchanged} times nothing new)",
        told.at - asked,
        on_page - asked
    );
    ada.wait_for(&job, "paused").await;

    assert!(told.is_signed_by(&made["secret"]), "{told:?}");
    let notice = ada.get("/v1/notices").await.expect(200)["items"][0].clone();
    let body = told.json();
    assert_eq!((&body["type"], &body["data"]["notice"]), (&notice["kind"], &notice["id"]));
    assert_eq!((&body["data"]["tenant"], &body["data"]["message"]), (&json!("ada"), &notice["message"]));
    assert_eq!(told.header("webhook-id"), notice["id"]);
    let mails = mails(&stack).await;
    let [mail] = mails.as_slice() else { panic!("one mail: {mails:#?}") };
    assert_eq!(mail["subject"], "Ownkey: OpenAI API key out of credit");
    let text = mail["text"].as_str().unwrap();
    for said in
        ["https://platform.openai.com/", "Stack: local", "Account: ada", notice["id"].as_str().unwrap()]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    for said in [text, std::str::from_utf8(&told.body).unwrap()] {
        assert!(!said.contains(&api_key) && !said.contains("canary"), "{said}");
    }
    // Nothing is left to be told.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!((receiver.seen().len(), kinds(&ada).await.len()), (1, 1));
}

#[tokio::test]
async fn what_is_not_new_costs_a_304_and_another_tenants_news_is_none() {
    let stack = TestStack::start().await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    let first = ada.get("/v1/notices").await;
    assert_eq!((first.status, first.header("etag"), first.header("retry-after")), (200, "\"none\"", "30"));
    ada.store(&api_key(Provider::Openai, "out-of-credit")).await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "paused").await;
    let told = ada.get("/v1/notices").await;
    assert_eq!(told.header("retry-after"), "2", "a job waits");
    for (api, tag, status) in [
        (&ada, told.header("etag"), 304),
        (&ada, first.header("etag"), 200),
        (&bob, told.header("etag"), 200),
    ] {
        let request = api.request(reqwest::Method::GET, "/v1/notices").header("if-none-match", tag);
        assert_eq!(api.send(request).await.status, status, "{tag}");
    }
    // A cursor is a place in one's own list and opens no other.
    let newest = told.json["items"][0]["id"].as_str().unwrap();
    for query in [format!("cursor={newest}"), "cursor=ntc_f19aaf3c0f2a7c3e8d1b2a3c4d5e6f70".to_owned()] {
        assert_eq!(bob.get(&format!("/v1/notices?{query}")).await.expect(200)["items"], json!([]));
    }
    for query in ["cursor=ntc_1", "cursor=event%23", "after=nothing", "limit=0"] {
        assert_eq!(ada.get(&format!("/v1/notices?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_batch_is_told_of_when_its_last_job_ends_and_again_after_a_retry() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let body = json!({ "job": { "model": MODEL, "prompt": "a fox", "quality": "low" }, "count": 60 });
    let batch = ada.post("/v1/batches", body).await.expect(202);
    let done = |listed: &Value| listed["items"][0]["kind"] == "batch.done";
    let told = ada.eventually("/v1/notices", done).await["items"][0].clone();
    let ended = (&told["succeeded"], &told["failed"], &told["cancelled"], &told["unknown"]);
    assert_eq!((&told["batch"], ended), (&batch["id"], (&json!(60), &json!(0), &json!(0), &json!(0))));
    assert_eq!(kinds(&ada).await, ["batch.done"]);

    let bob = stack.tenant("bob").await;
    bob.store(&api_key(Provider::Openai, "moderated")).await;
    let body = json!({ "job": { "model": MODEL, "prompt": "a fox" }, "count": 2 });
    let batch = bob.post("/v1/batches", body).await.expect(202);
    let told = bob.eventually("/v1/notices", done).await["items"][0].clone();
    assert_eq!((&told["failed"], &told["succeeded"]), (&json!(2), &json!(0)));
    bob.store(OK).await;
    let retry = format!("/v1/batches/{}/retry", batch["id"].as_str().unwrap());
    bob.post(&retry, json!({})).await.expect(202);
    let twice = |listed: &Value| listed["items"].as_array().unwrap().len() == 2;
    let told = bob.eventually("/v1/notices", twice).await["items"][0].clone();
    assert_eq!((&told["failed"], &told["succeeded"]), (&json!(0), &json!(2)));
}

#[tokio::test]
async fn whoever_has_used_a_model_that_goes_soon_is_told_once() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    let day = "2026-11-23".parse::<domain::Date>().unwrap();
    for (tenant, model, at) in [
        ("ada", "gpt-image-1.5", "2026-11-20T10:00:00Z"),
        ("ada", MODEL, "2026-11-20T10:00:00Z"),
        ("bob", "gpt-image-1.5", "2026-09-20T10:00:00Z"),
    ] {
        let at: domain::Timestamp = at.parse().unwrap();
        let job = TestStack::job_made(tenant, &runtime::random(), at);
        stack.jobs().create(&job, None, submitted(&job)).await.unwrap();
        let charged = AuditEvent {
            model: Some(model.to_owned()),
            cost: Some(domain::Usd::from_micros(1)),
            at,
            ..AuditEvent::of_job(
                AuditId::make(at, &runtime::random()),
                tenant,
                Action::JobSucceeded,
                "ok",
                &job,
            )
        };
        stack.jobs().append(&job, &[charged]).await.unwrap();
    }
    let sweeper = stack.sweeper();
    for _ in 0..2 {
        sweeper.look_for_retiring(day).await.unwrap();
    }
    let told = ada.get("/v1/notices").await.expect(200)["items"].clone();
    assert_eq!((told.as_array().unwrap().len(), &told[0]["kind"]), (1, &json!("model.retiring")), "{told}");
    assert_eq!(
        (&told[0]["model"], &told[0]["shutdown_date"]),
        (&json!("gpt-image-1.5"), &json!("2026-12-01"))
    );
    assert!(kinds(&bob).await.is_empty());
}
