//! An account is erased: nothing of it is left but its record, and nobody else notices.

use std::time::Duration;

use domain::{Provider, SignedDuration};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Api, MODEL, TestStack, api_key, id};
use crate::tenants::routes::{ROUTES, ask, nobodys};

/// The objects of a tenant.
const PLACES: [&str; 4] = ["images", "exports", "uploads", "references"];

pub async fn erase(api: &Api, confirm: &str) -> Answer {
    api.send_json(Method::DELETE, "/v1/account", &json!({ "confirm": confirm })).await
}

async fn start(erase_after: i64) -> TestStack {
    TestStack::start_with(|options| options.erase_after = SignedDuration::from_secs(erase_after)).await
}

/// Leaves something of every kind behind.
async fn live(api: &Api) {
    for provider in Provider::ALL {
        api.store_for(provider, "ok").await;
    }
    let own = json!({ "api_key": api_key(Provider::Openai, "ok") });
    api.put("/v1/projects/comic/api-keys/openai", own).await.expect(201);
    api.put("/v1/budgets/account", json!({ "monthly_usd": "5", "alert_at": [1] })).await.expect(201);
    api.put("/v1/budgets/comic", json!({ "monthly_usd": "5" })).await.expect(201);
    let photo = api.upload(include_bytes!("../functions/console/studio.png"), "image/png").await;
    api.post(&format!("/v1/uploads/{photo}/complete"), json!({})).await.expect(200);
    // One that nobody completes.
    api.upload(include_bytes!("../functions/console/studio.png"), "image/png").await;
    let persona = api.persona(json!({ "brief": "a baker" })).await;
    api.put(&format!("/v1/personas/{}", id(&persona)), json!({ "name": "Mara" })).await.expect(200);
    let job = json!({ "model": MODEL, "prompt": "a fox", "project": "comic" });
    let request = api.request(Method::POST, "/v1/jobs").header("content-type", "application/json");
    let named = api.send(request.header("idempotency-key", "once").body(job.to_string())).await.expect(202);
    api.wait_for(&id(&named), "succeeded").await;
    let batch = id(&api.post("/v1/batches", json!({ "job": job, "count": 3 })).await.expect(202));
    api.eventually(&format!("/v1/batches/{batch}"), |batch| batch["counts"]["succeeded"] == 3).await;
    let export = api.post(&format!("/v1/batches/{batch}/export"), json!({})).await.expect(202);
    api.wait_for(&id(&export), "succeeded").await;
    let flux = json!({ "model": "flux-2-max", "prompt": "a cat" });
    let flux = id(&api.post("/v1/jobs", flux).await.expect(202));
    api.wait_for(&flux, "succeeded").await;
    // Nobody listens there: its deliveries stay pending.
    let webhook = json!({ "url": "http://127.0.0.1:1/", "events": ["job.succeeded"] });
    let webhook = id(&api.post("/v1/webhooks", webhook).await.expect(201));
    api.post(&format!("/v1/webhooks/{webhook}/test"), json!({})).await.expect(202);
    let deleted = json!({ "url": "http://127.0.0.1:1/gone" });
    let deleted = id(&api.post("/v1/webhooks", deleted).await.expect(201));
    api.post(&format!("/v1/webhooks/{deleted}/test"), json!({})).await.expect(202);
    assert_eq!(api.delete(&format!("/v1/webhooks/{deleted}")).await.status, 204);
    api.eventually("/v1/notices", |notices| !notices["items"].as_array().unwrap().is_empty()).await;
}

impl TestStack {
    /// The partition keys of rows that name a tenant, in a table.
    pub async fn rows_of(&self, table: &str, tenant: &str) -> Vec<String> {
        let (mut rows, mut from) = (Vec::new(), None);
        loop {
            let scan = self.dynamodb().scan().table_name(table).set_exclusive_start_key(from).send();
            let page = scan.await.unwrap();
            let named = page.items().iter().filter(|item| format!("{item:?}").contains(tenant));
            rows.extend(named.map(|item| item["pk"].as_s().unwrap().clone()));
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
        rows.sort();
        rows.dedup();
        rows
    }

    pub async fn objects_of(&self, tenant: &str) -> usize {
        let mut count = 0;
        for place in PLACES {
            count += self.objects(&format!("{place}/{tenant}/")).await.len();
        }
        count
    }
}

/// Waits until an account takes requests again.
async fn opened(api: &Api) {
    for _ in 0..600 {
        let answer = api.get("/v1/jobs").await;
        if answer.status == 200 {
            assert_eq!(answer.json["items"], json!([]));
            return;
        }
        assert_eq!((answer.status, answer.problem()), (409, "account-being-erased"), "{answer:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the account stays closed");
}

#[tokio::test]
async fn everything_goes_but_the_record_and_another_tenant_notices_nothing() {
    let stack = start(3).await;
    let (ada, bob) = (stack.tenant("ada-erases").await, stack.tenant("bob-stays").await);
    tokio::join!(live(&ada), live(&bob));
    let kinds: std::collections::BTreeSet<_> = stack
        .rows_of("main", "ada-erases")
        .await
        .iter()
        .map(|pk| pk.split('#').next().unwrap().to_owned())
        .collect();
    assert!(kinds.len() >= 14, "something of every kind: {kinds:?}");
    assert_eq!(stack.rows_of("vault", "ada-erases").await.len(), 4);
    let of_bob = (
        stack.rows_of("main", "bob-stays").await,
        stack.rows_of("vault", "bob-stays").await,
        stack.objects_of("bob-stays").await,
    );
    assert!(of_bob.2 >= 6 && stack.objects_of("ada-erases").await >= 6, "{of_bob:?}");

    for (body, status, problem) in [
        (json!({}), 400, "invalid-request"),
        (json!({ "confirm": "yes" }), 422, "invalid-parameter"),
        (json!({ "confirm": "erase", "tenant": "bob-stays" }), 400, "invalid-request"),
    ] {
        let refused = ada.send_json(Method::DELETE, "/v1/account", &body).await;
        assert_eq!((refused.status, refused.problem()), (status, problem), "{body}");
    }
    assert_eq!(ada.delete("/v1/account").await.problem(), "unsupported-media-type");
    assert_eq!(stack.rows_of("vault", "ada-erases").await.len(), 4, "nothing has happened");

    let begun = erase(&ada, "erase").await;
    assert!(stack.rows_of("vault", "ada-erases").await.is_empty(), "at once");
    assert_eq!(begun.header("retry-after"), "60");
    assert_eq!(begun.expect(202)["state"], "erasing");
    for (method, path, _) in ROUTES {
        let answer = ask(&ada, method, path, &nobodys(path)).await;
        // The record stays open; asking once more for the erasure is judged as it was before.
        if path.starts_with("/v1/audit") || (method, path) == ("DELETE", "/v1/account") {
            assert_ne!(answer.status, 409, "{method} {path}");
        } else {
            assert_eq!((answer.status, answer.problem()), (409, "account-being-erased"), "{method} {path}");
        }
    }
    let again = erase(&ada, "erase").await.expect(202);
    opened(&ada).await;
    assert_eq!(again["state"], "erasing");

    let left: Vec<_> = stack.rows_of("main", "ada-erases").await;
    let (lists, rows): (Vec<_>, Vec<_>) = left.into_iter().partition(|pk| pk.starts_with("TENANTS#"));
    assert_eq!((lists.len(), rows), (1, Vec::new()));
    assert_eq!(stack.objects_of("ada-erases").await, 0);
    let of_bob_now = (
        stack.rows_of("main", "bob-stays").await,
        stack.rows_of("vault", "bob-stays").await,
        stack.objects_of("bob-stays").await,
    );
    assert_eq!(of_bob_now, of_bob);

    let erased = ada.trail("action=account.erased").await;
    let told: Vec<_> = erased.iter().map(|event| (&event["outcome"], &event["actor"])).collect();
    let (begun, done) = ((json!("begun"), json!("ada-erases-user")), (json!("ok"), json!("ownkey:sweeper")));
    assert_eq!(told, [(&begun.0, &begun.1), (&done.0, &done.1)]);
    assert_eq!(ada.actions("action=credential.revoked").await.len(), 4);
    assert_eq!(ada.actions("action=job.succeeded").await.len(), 7, "what was done stays on record");
    assert_eq!(ada.get("/v1/audit/verify").await.expect(200)["intact"], true);
    let trail = stack.rows_of("audit", "a baker").await;
    assert!(trail.is_empty(), "no prompt, no name: {trail:?}");

    // And anew.
    ada.store_for(Provider::Openai, "ok").await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "succeeded").await;
    let usage = ada.get("/v1/usage?by=provider").await.expect(200);
    assert_eq!(usage["items"].as_array().unwrap().len(), 1, "{usage}");
}

#[tokio::test]
async fn what_is_at_work_ends_first_and_its_cost_is_on_record() {
    let stack = TestStack::start_with(|options| {
        options.erase_after = SignedDuration::ZERO;
        options.think_time = Duration::from_secs(4);
    })
    .await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Openai, "ok").await;
    let running = ada.ask_for("a fox").await;
    ada.wait_for(&running, "running").await;
    // A revoke stops what has not left yet; this has.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let waiting = id(&ada.post("/v1/personas", json!({ "brief": "a baker" })).await.expect(202));
    ada.wait_for(&waiting, "paused").await;
    erase(&ada, "erase").await.expect(202);
    opened(&ada).await;

    let trail = ada.trail(&format!("job={running}")).await;
    let last: &Value = trail.last().unwrap();
    assert_eq!(last["action"], "job.succeeded", "{trail:#?}");
    let charges = stack.charges().await;
    assert_eq!((charges.len(), &charges[0]["amount"]), (1, &last["cost"]));
    let taken_back = ada.trail(&format!("job={waiting}")).await;
    assert_eq!(taken_back.last().unwrap()["action"], "job.cancelled");
    assert_eq!(taken_back.last().unwrap()["outcome"], "account_erased");
    assert_eq!(stack.objects_of("ada").await, 0, "its image is gone too");
}
