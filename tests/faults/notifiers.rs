//! Notifiers that die: whatever they were at, in the end everybody has been told.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Provider;
use domain::audit::{Action, AuditEvent};
use domain::budget::{Month, time_zone};
use domain::job::Lease;
use domain::{AuditId, CredentialId};
use runtime::{now, random};
use serde_json::{Value, json};
use store::Taken;

use super::fault::Plan;
use super::place::{Place, Work};
use super::relay::Relay;
use super::{deaths, matrix};
use crate::support::runtime_api::Function;
use crate::support::tables::submitted;
use crate::support::{Api, TestStack};

/// A place where a notice waits to be told: by mail, and to a webhook. The webhook leads to this machine, where a deployed
/// notifier does not go: its try is a failed one, and on record.
async fn untold() -> (Place, Value) {
    let place = Place::open(Work::Image(Provider::Openai)).await;
    let webhook = json!({ "url": "http://127.0.0.1:1/", "events": ["job.unknown"] });
    let webhook = place.ada.post("/v1/webhooks", webhook).await.expect(201);
    let (jobs, at) = (place.stack.jobs(), now() - Duration::from_secs(60));
    let job = TestStack::job_made("ada", &[1; 10], at);
    jobs.create(&job, None, submitted(&job)).await.unwrap();
    let month = Month::of(now(), &time_zone("UTC").unwrap());
    let credential = (CredentialId::make(at, &random()), 1);
    let running = job.begin(credential, month, Lease { token: 1, until: at }, at).unwrap();
    assert_eq!(jobs.take(&job, &running, &[]).await.unwrap(), Taken::Yes);
    let unknown = running.lose_answer("The worker is gone.".to_owned(), now()).unwrap();
    let id = AuditId::make(now(), &random());
    let event = AuditEvent::of_job(id, "ada-user", Action::JobUnknown, "worker_lost", &unknown);
    jobs.advance(&running, &unknown, &[event]).await.unwrap();
    (place, webhook)
}

/// Pointers to all that stands in the outbox, as the sweeper sends them in time.
async fn outbox(place: &Place) -> Vec<Value> {
    let scan = place.stack.dynamodb().scan().table_name("main").send().await.unwrap();
    let text = |value: Option<&AttributeValue>| value.and_then(|value| value.as_s().ok()).cloned();
    let waiting = scan.items().iter().filter(|item| text(item.get("work_pk")).as_deref() == Some("OUTBOX"));
    waiting
        .map(|item| {
            let mut pointer = json!({ "v": 1, "notice": text(item.get("sk")) });
            for name in ["tenant", "kind", "webhook"] {
                if let Some(value) = text(item.get(name)) {
                    pointer[name] = value.into();
                }
            }
            pointer
        })
        .collect()
}

/// Follows the pointers to what stands in the outbox, twice: what the first ones make stands there too. False: it has died
/// before.
async fn notify(place: &Place, relay: &Relay) -> bool {
    let mut environment = relay.environment();
    environment.push(("OWNKEY_LOG", "off"));
    let notifier = Function::start("notifier", &place.stack, &environment).await;
    for _ in 0..2 {
        let records: Vec<_> = outbox(place)
            .await
            .iter()
            .enumerate()
            .map(|(at, pointer)| json!({ "messageId": at.to_string(), "body": pointer.to_string() }))
            .collect();
        tokio::select! {
            answer = notifier.invoke(json!({ "Records": records })) => {
                assert_eq!(answer.unwrap()["batchItemFailures"], json!([]));
            }
            () = relay.strikes() => {
                notifier.kill().await;
                return false;
            }
        }
    }
    true
}

async fn boundaries() -> Vec<String> {
    let (place, _) = untold().await;
    let relay = Relay::start(&place.stack, &[]).await;
    assert!(notify(&place, &relay).await);
    relay.seen()
}

async fn strike(plan: Plan) -> String {
    let (place, webhook) = untold().await;
    let relay = Relay::start(&place.stack, &[plan]).await;
    assert!(!notify(&place, &relay).await, "{plan:?} struck nothing");
    relay.calm();
    assert!(notify(&place, &relay).await);
    let path = format!("/v1/webhooks/{}/deliveries", webhook["id"].as_str().unwrap());
    let delivery = place.ada.get(&path).await.expect(200)["items"][0].clone();
    let attempts = delivery["attempts"].as_array().unwrap();
    assert!(!attempts.is_empty() && attempts[0]["error"] == "not_public", "{delivery}");
    let left = outbox(&place).await;
    assert!(left.len() == 1 && left[0]["webhook"] == webhook["id"], "only its next try: {left:?}");
    let mails = Api::anonymous(place.stack.stack.url()).get("/local/mail").await.expect(200);
    match mails["items"].as_array().unwrap().len() {
        1 => "told once".to_owned(),
        2 => "mailed twice".to_owned(),
        times => panic!("{times} mails, {plan:?}"),
    }
}

#[tokio::test]
async fn a_notifier_that_dies_anywhere_leaves_nobody_untold() {
    let boundaries = boundaries().await;
    let ends = matrix("kill -9 of the notifier", boundaries, |at, _| deaths(at), strike).await;
    assert!(ends.get("mailed twice").is_none_or(|times| *times <= 3), "{ends:?}");
}
