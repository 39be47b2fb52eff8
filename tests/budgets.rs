//! Budgets: hard, also when a hundred begin at the same time; and everybody is told once.

use domain::{Provider, Usd};
use serde_json::{Value, json};

use crate::support::{Api, MODEL, TestStack, amount, api_key, id};

/// A model whose price is known before: 7 cents an image.
const EXACT: &str = "flux-2-max";

async fn order(ada: &Api, body: Value) -> String {
    id(&ada.post("/v1/jobs", body).await.expect(202))
}

fn image() -> Value {
    json!({ "kind": "image", "model": EXACT, "prompt": "a fox" })
}

async fn budget(ada: &Api, whose: &str) -> Value {
    ada.get(&format!("/v1/budgets/{whose}")).await.expect(200)
}

async fn notices(ada: &Api) -> Vec<Value> {
    ada.get("/v1/notices?limit=100").await.expect(200)["items"].as_array().unwrap().clone()
}

async fn charged(stack: &TestStack) -> Usd {
    let charges = stack.charges().await;
    charges.iter().fold(Usd::ZERO, |sum, charge| sum + amount(&charge["amount"]))
}

/// How many jobs are in a state, by the list that people see.
async fn count(ada: &Api, state: &str) -> usize {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = ada.get(&format!("/v1/jobs?kind=image&state={state}&limit=100{cursor}")).await.expect(200);
        count += page["items"].as_array().unwrap().len();
        let Some(next) = page["next_cursor"].as_str() else { return count };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn a_hundred_jobs_at_the_last_cents_never_go_over_the_cap_and_all_finish_once_it_is_raised() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Openai, "ok").await;
    let batch = json!({ "job": { "model": MODEL, "prompt": "a fox", "quality": "low" }, "count": 100 });
    let estimate = ada.post("/v1/estimates", json!({ "job": batch["job"], "count": 1 })).await.expect(200);
    // Room for a dozen at their worst; none of them costs as much.
    let cap = amount(&estimate["maximum"]).times(12) + Usd::from_micros(1);
    ada.put("/v1/budgets/account", json!({ "monthly_usd": cap.to_string(), "alert_at": [50] }))
        .await
        .expect(201);
    ada.post("/v1/batches", batch).await.expect(202);
    let paused = |jobs: &Value| jobs["items"].as_array().unwrap().iter().any(|job| job["state"] == "paused");
    ada.eventually("/v1/jobs?state=paused", paused).await;
    let told = settled_under(&stack, &ada, cap, amount(&estimate["maximum"])).await;
    let waiting = count(&ada, "paused").await;
    let job = ada.get("/v1/jobs?state=paused&limit=1").await.expect(200)["items"][0].clone();
    assert_eq!(job["reason"]["code"], "budget_exceeded");
    assert!((1..100).contains(&waiting), "{waiting}");
    assert_eq!(
        (&told["held"], &told["spent"]),
        (&json!("0.0000"), &json!(charged(&stack).await.to_string()))
    );
    let kinds: Vec<_> = notices(&ada).await.iter().map(|notice| notice["kind"].clone()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "budget.exceeded").count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == "budget.alert").count(), 1, "{kinds:?}");
    // A tried resume finds the same.
    ada.post(&format!("/v1/jobs/{}/resume", id(&job)), json!({})).await.expect(202);
    ada.wait_for(&id(&job), "paused").await;

    ada.put("/v1/budgets/account", json!({ "monthly_usd": "100" })).await.expect(200);
    for _ in 0..120 {
        if count(&ada, "succeeded").await == 100 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    assert_eq!(count(&ada, "succeeded").await, 100);
    assert_eq!(stack.charges().await.len(), 100);
    let told = budget(&ada, "account").await;
    assert_eq!(
        (&told["held"], &told["spent"]),
        (&json!("0.0000"), &json!(charged(&stack).await.to_string()))
    );
}

/// Looks again and again while jobs run: what is charged, known and set aside stays within the cap. Those that cost less
/// than was set aside let others go on, until not even one more fits.
async fn settled_under(stack: &TestStack, ada: &Api, cap: Usd, most: Usd) -> Value {
    for _ in 0..600 {
        let told = budget(ada, "account").await;
        let committed = amount(&told["spent"]) + amount(&told["held"]);
        assert!(committed <= cap, "{committed} of {cap}");
        assert!(charged(stack).await <= cap);
        let moving = count(ada, "queued").await + count(ada, "running").await;
        if moving == 0 && told["held"] == "0.0000" && amount(&told["left"]) < most {
            return told;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("still moving, or another one would fit");
}

/// The first calls of a month come together, and one of them opens the ledger for all.
#[tokio::test]
async fn without_a_cap_nobody_ever_waits_for_one() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Openai, "ok").await;
    let job = json!({ "model": MODEL, "prompt": "a fox", "quality": "low", "project": "comic" });
    let batch = id(&ada.post("/v1/batches", json!({ "job": job, "count": 60 })).await.expect(202));
    ada.eventually(&format!("/v1/batches/{batch}"), |batch| batch["counts"]["succeeded"] == 60).await;
    assert_eq!(ada.actions("action=job.paused").await, [""; 0]);
    assert!(notices(&ada).await.iter().all(|notice| notice["kind"] == "batch.done"));
}

#[tokio::test]
async fn a_project_has_a_budget_of_its_own_within_the_accounts() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Bfl, "ok").await;
    let in_shop = json!({ "kind": "image", "model": EXACT, "prompt": "a fox", "project": "shop" });
    // What was spent before a budget was set counts.
    let before = order(&ada, in_shop.clone()).await;
    ada.wait_for(&before, "succeeded").await;
    ada.put("/v1/budgets/shop", json!({ "monthly_usd": "0.15", "alert_at": [] })).await.expect(201);
    let shown = budget(&ada, "shop").await;
    assert_eq!((&shown["spent"], &shown["left"]), (&json!("0.0700"), &json!("0.0800")));
    let second = order(&ada, in_shop.clone()).await;
    ada.wait_for(&second, "succeeded").await;
    let third = order(&ada, in_shop).await;
    assert_eq!(ada.wait_for(&third, "paused").await["reason"]["code"], "budget_exceeded");
    // Others go on meanwhile.
    let other = order(&ada, image()).await;
    ada.wait_for(&other, "succeeded").await;
    assert_eq!(budget(&ada, "account").await["spent"], "0.2100");
    let exceeded = notices(&ada).await;
    assert_eq!(exceeded.len(), 1, "no steps, no alerts: {exceeded:?}");
    assert_eq!((&exceeded[0]["kind"], &exceeded[0]["project"]), (&json!("budget.exceeded"), &json!("shop")));

    // The account's holds for its projects too.
    ada.put("/v1/budgets/account", json!({ "monthly_usd": "0.21" })).await.expect(201);
    ada.put("/v1/budgets/shop", json!({ "monthly_usd": "5.00" })).await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    assert_eq!(ada.job(&third).await["state"], "paused");
    assert_eq!(ada.delete("/v1/budgets/account").await.status, 204);
    ada.wait_for(&third, "succeeded").await;
    assert_eq!(budget(&ada, "account").await["monthly_usd"], Value::Null);
    assert_eq!(ada.delete("/v1/budgets/account").await.status, 204, "it is lifted already");
    let listed = ada.get("/v1/budgets").await.expect(200);
    let names: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|item| item["budget"].clone()).collect();
    assert_eq!(names, [json!("account"), json!("shop")]);
    assert_eq!(ada.delete("/v1/budgets/shop").await.status, 204);
    assert_eq!(budget(&ada, "shop").await["monthly_usd"], Value::Null);
    assert_eq!(ada.get("/v1/budgets/shed").await.problem(), "not-found");
    let stale = ada.request(reqwest::Method::DELETE, "/v1/budgets/shop").header("if-match", "\"1\"");
    assert_eq!(ada.send(stale).await.problem(), "precondition-failed");
    assert_eq!(ada.actions("action=budget.changed").await.len(), 5);
}

/// Those who wait for a larger budget may use it up: that is news, too.
#[tokio::test]
async fn a_raise_that_is_used_up_by_those_who_waited_is_told() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Bfl, "ok").await;
    ada.put("/v1/budgets/account", json!({ "monthly_usd": "0.10", "alert_at": [] })).await.expect(201);
    let batch = json!({ "job": { "model": EXACT, "prompt": "a fox" }, "count": 5 });
    let batch = format!("/v1/batches/{}", id(&ada.post("/v1/batches", batch).await.expect(202)));
    ada.eventually(&batch, |batch| batch["counts"]["paused"] == 4 && batch["counts"]["succeeded"] == 1).await;
    ada.put("/v1/budgets/account", json!({ "monthly_usd": "0.20" })).await.expect(200);
    ada.eventually("/v1/notices", |told| told["items"].as_array().unwrap().len() == 2).await;
    let caps: Vec<_> = notices(&ada).await.iter().map(|notice| notice["cap"].clone()).collect();
    assert_eq!(caps, ["0.2000", "0.1000"]);
    let job = ada.get("/v1/jobs?state=paused&limit=1").await.expect(200)["items"][0].clone();
    let message = job["reason"]["message"].as_str().unwrap();
    assert!(message.starts_with("It may cost up to 0.0700 US dollars, and 0.0"), "{message}");
    ada.put("/v1/budgets/account", json!({ "monthly_usd": null })).await.expect(200);
    ada.eventually(&batch, |batch| batch["counts"]["succeeded"] == 5).await;
    let kinds: Vec<_> = notices(&ada).await.iter().map(|notice| notice["kind"].clone()).collect();
    assert_eq!(kinds, ["batch.done", "budget.exceeded", "budget.exceeded"]);
}

#[tokio::test]
async fn jobs_over_the_cap_go_on_when_the_month_turns() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Bfl, "ok").await;
    ada.put("/v1/budgets/account", json!({ "monthly_usd": "0.10" })).await.expect(201);
    let first = order(&ada, image()).await;
    ada.wait_for(&first, "succeeded").await;
    let second = order(&ada, image()).await;
    let paused = ada.wait_for(&second, "paused").await;
    assert_eq!(paused["reason"]["code"], "budget_exceeded");
    let month = budget(&ada, "account").await["month"].as_str().unwrap().to_owned();
    stack.turn_the_month("ada", &month).await;
    ada.wait_for(&second, "succeeded").await;
    let told = budget(&ada, "account").await;
    assert_eq!((&told["spent"], &told["left"]), (&json!("0.0700"), &json!("0.0300")));
}

#[tokio::test]
async fn what_was_set_aside_comes_back_when_no_call_was_accepted_and_stays_when_nobody_knows() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/budgets/account", json!({ "monthly_usd": "10" })).await.expect(201);
    for (case, state) in [("out-of-credit", "paused"), ("invalid", "paused"), ("moderated", "failed")] {
        let body = json!({ "api_key": api_key(Provider::Openai, case) });
        assert!(ada.put("/v1/api-keys/openai?verify=false", body).await.status < 300);
        let job = order(&ada, json!({ "kind": "image", "model": MODEL, "prompt": "a fox" })).await;
        ada.wait_for(&job, state).await;
        let told = budget(&ada, "account").await;
        let spent = charged(&stack).await.to_string();
        assert_eq!((&told["held"], &told["spent"]), (&json!("0.0000"), &json!(spent)), "{case}");
        ada.post(&format!("/v1/jobs/{job}/cancel"), json!({})).await;
    }
    ada.store_for(Provider::Openai, "hang-up").await;
    let job = order(&ada, json!({ "kind": "image", "model": MODEL, "prompt": "a fox" })).await;
    let lost = ada.wait_for(&job, "unknown").await;
    let told = budget(&ada, "account").await;
    assert_eq!((&told["held"], &told["unknown_at_most"]), (&json!("0.0000"), &lost["cost"]["at_most"]));
    // Given up, it may have been billed all the same.
    ada.post(&format!("/v1/jobs/{job}/cancel"), json!({})).await.expect(200);
    assert_eq!(budget(&ada, "account").await["unknown_at_most"], lost["cost"]["at_most"]);
    assert_eq!(
        amount(&told["left"]) + amount(&told["unknown_at_most"]) + amount(&told["spent"]),
        "10".parse().unwrap()
    );
}

#[tokio::test]
async fn alerts_are_raised_once_for_each_step_that_is_passed() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Bfl, "ok").await;
    let steps = json!({ "monthly_usd": "0.70", "alert_at": [50, 5, 20, 50] });
    let set = ada.put("/v1/budgets/account", steps).await.expect(201);
    assert_eq!(set["alert_at"], json!([5, 20, 50]));
    for _ in 0..5 {
        let job = order(&ada, image()).await;
        ada.wait_for(&job, "succeeded").await;
    }
    let mut told = notices(&ada).await;
    told.reverse();
    let steps: Vec<_> =
        told.iter().map(|notice| (notice["percent"].clone(), notice["spent"].clone())).collect();
    let expected = [(5, "0.0700"), (20, "0.1400"), (50, "0.3500")];
    assert_eq!(steps, expected.map(|(percent, spent)| (json!(percent), json!(spent))));
    assert!(told[0]["message"].as_str().unwrap().contains("5 %"), "{told:?}");
    // Only what came after the first two, and page by page.
    let after = ada.get(&format!("/v1/notices?after={}", told[1]["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(after["items"], json!([told[2]]));
    let first = ada.get("/v1/notices?limit=2").await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = ada.get(&format!("/v1/notices?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((&second["items"], &second["next_cursor"]), (&json!([told[0]]), &Value::Null));
}
