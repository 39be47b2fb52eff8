//! An account without credit under a thousand jobs, and an API key that is taken away from two hundred.

use std::time::Duration;

use domain::Provider;
use serde_json::{Value, json};

use crate::support::{Api, MODEL, TestStack, api_key, id, thorough};

/// A thousand take minutes.
fn many() -> usize {
    if thorough() { 1_000 } else { 200 }
}

/// How many jobs the workers of one provider can have in their hands: 32 invocations of 10 (see `poller.rs`).
const IN_HAND: usize = 320;

async fn batch(ada: &Api, count: usize) -> String {
    let job = json!({ "model": MODEL, "prompt": "a fox", "quality": "low" });
    let batch = id(&ada.post("/v1/batches", json!({ "job": job, "count": count })).await.expect(202));
    format!("/v1/batches/{batch}")
}

/// Waits until so many jobs of a batch are in a state; gives up when none has moved for a while.
async fn until(ada: &Api, batch: &str, state: &str, count: usize) {
    let (mut last, mut still) = (Value::Null, 0);
    loop {
        let counts = ada.get(batch).await.expect(200)["counts"].take();
        if counts[state] == count {
            return;
        }
        still = if counts == last { still + 1 } else { 0 };
        assert!(still < 300, "nothing moves: {counts}");
        last = counts;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The whole trail of an action, oldest first.
async fn trail(ada: &Api, action: &str) -> Vec<Value> {
    let (mut events, mut path) = (Vec::new(), format!("/v1/audit?limit=100&action={action}"));
    let first = path.clone();
    loop {
        let mut page = ada.get(&path).await.expect(200);
        events.append(page["items"].as_array_mut().unwrap());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{first}&cursor={cursor}");
    }
    events.reverse();
    events
}

async fn notices(ada: &Api) -> Vec<String> {
    let listed = ada.get("/v1/notices").await.expect(200);
    let kinds = listed["items"].as_array().unwrap().iter().map(|notice| notice["kind"].as_str().unwrap());
    kinds.rev().map(str::to_owned).collect()
}

#[tokio::test]
async fn jobs_of_an_account_without_credit_wait_are_told_of_once_and_go_on_after_one_probe() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let api_key = api_key(Provider::Openai, "out-of-credit");
    ada.store(&api_key).await;
    let path = batch(&ada, many()).await;
    until(&ada, &path, "paused", many()).await;

    // Whoever was under way has heard it from the provider; nobody else has asked.
    let intents = trail(&ada, "job.intent").await;
    let changes = trail(&ada, "credential.state_changed").await;
    let said = changes[0]["id"].as_str().unwrap();
    let after = intents.iter().filter(|intent| intent["id"].as_str().unwrap() > said).count();
    println!("{} of {} had asked, {after} of them after the first had heard", intents.len(), many());
    assert!(intents.len() <= IN_HAND && after < IN_HAND, "{} {after}", intents.len());
    assert_eq!(notices(&ada).await, ["api_key.out_of_credit"]);
    let told = ada.get("/v1/notices").await.expect(200)["items"][0].clone();
    assert!(told["action_url"].as_str().unwrap().starts_with("https://platform.openai.com/"), "{told}");
    for (_, queue) in stack.stack.queues() {
        assert_eq!(stack.dead_letters(queue).await, [""; 0]);
    }
    assert!(stack.charges().await.is_empty());
    let job = ada.get("/v1/jobs?state=paused&limit=1").await.expect(200)["items"][0].clone();
    assert_eq!(job["attempts"], 0, "no attempt is used up");

    // Somebody with deep pockets: a top-up fills the account to $10, and a thousand images cost $30.
    let money = Api::anonymous(stack.stack.url());
    money.post("/sandbox/top-up", json!({ "api_key": api_key })).await.expect(200);
    let pockets = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            money.post("/sandbox/top-up", json!({ "api_key": api_key })).await.expect(200);
        }
    });
    ada.post(&format!("/v1/jobs/{}/resume", id(&job)), json!({})).await.expect(202);
    until(&ada, &path, "succeeded", many()).await;
    pockets.abort();
    assert_eq!(stack.charges().await.len(), many());
    assert_eq!(notices(&ada).await, ["api_key.out_of_credit", "api_key.restored", "batch.done"]);
    let mails = Api::anonymous(stack.stack.url()).get("/local/mail").await.expect(200)["items"].take();
    let mails: Vec<_> = mails.as_array().unwrap().iter().map(|mail| mail["subject"].clone()).collect();
    assert_eq!(
        mails.iter().filter(|mail| *mail == "Ownkey: OpenAI API key out of credit").count(),
        1,
        "{mails:?}"
    );

    // One went ahead, and the others followed in the order of their making, a few at first.
    let changes = trail(&ada, "credential.state_changed").await;
    let restored = changes.last().unwrap();
    let resumed = trail(&ada, "job.resumed").await;
    let (before, after): (Vec<_>, Vec<_>) =
        resumed.iter().partition(|event| event["id"].as_str() < restored["id"].as_str());
    let by_itself = |event: &&&Value| event["actor"] != "ada-user";
    assert!(before.iter().filter(by_itself).all(|event| event["outcome"] == "probe"), "{before:#?}");
    let jobs: Vec<_> = after.iter().map(|event| event["job"].as_str().unwrap()).collect();
    assert!(jobs.is_sorted() && jobs.len() + before.len() >= many(), "{}", jobs.len());
    let at = |event: &Value| event["at"].as_str().unwrap().parse::<domain::Timestamp>().unwrap();
    let at_first = after.iter().filter(|event| at(event).duration_since(at(restored)).as_secs() < 1);
    assert!(at_first.count() <= 20, "a ramp");
}

#[tokio::test]
async fn jobs_of_an_api_key_that_is_revoked_wait_for_another_and_are_paid_once() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let path = batch(&ada, 200).await;
    until(&ada, &path, "paused", 200).await;
    // They go on, a few at first.
    ada.store_for(Provider::Openai, "ok").await;
    ada.eventually(&path, |batch| batch["counts"]["succeeded"] != 0).await;
    assert_eq!(ada.delete("/v1/api-keys/openai").await.status, 204);
    let at_most = stack.charges().await.len() + ada.actions("action=job.intent").await.len();
    let rests = |batch: &Value| batch["counts"]["queued"] == 0 && batch["counts"]["running"] == 0;
    ada.eventually(&path, rests).await;
    let counts = ada.get(&path).await.expect(200)["counts"].take();
    let (paused, done) = (counts["paused"].as_u64().unwrap(), counts["succeeded"].as_u64().unwrap());
    println!("{done} of 200 were done when the API key was revoked");
    assert!(paused > 100 && done + paused == 200, "{counts}");
    // Nothing was submitted after the answer: what has begun by then is all that there is.
    assert!(stack.charges().await.len() <= at_most);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(stack.charges().await.len(), usize::try_from(done).unwrap());

    // Replaced twice while they go on.
    for case in ["ok", "ok-again"] {
        ada.store_for(Provider::Openai, case).await;
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    until(&ada, &path, "succeeded", 200).await;
    assert_eq!(stack.charges().await.len(), 200);
}
