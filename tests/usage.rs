//! What was spent, from counters: always the sum of the trail, and read without looking at the jobs.

use std::collections::BTreeMap;

use domain::audit::{Action, AuditEvent};
use domain::usage::{Figures, booked, day_of};
use domain::{AuditId, CredentialId, JobId, Provider, Timestamp, Usd};
use runtime::{now, random};
use serde_json::{Value, json};

use crate::support::{Api, MODEL, TestStack, id};

fn synthetic(number: u64, at: Timestamp) -> AuditEvent {
    let job = JobId::make(at, &[u8::try_from(number / 4 % 251).unwrap(); 10]);
    let ends = [Action::JobSucceeded, Action::JobSucceeded, Action::JobFailed, Action::JobUnknown];
    let action = ends[usize::try_from(number % 4).unwrap()];
    let model = ["gpt-image-2", MODEL][usize::try_from(number / 2 % 2).unwrap()];
    AuditEvent {
        id: AuditId::make(at, &random()),
        at,
        tenant: "ada".parse().unwrap(),
        actor: "ada-user".to_owned(),
        action,
        provider: Some(Provider::Openai),
        model: Some(model.to_owned()),
        project: (number.is_multiple_of(2)).then(|| "shop".parse().unwrap()),
        credential: Some((CredentialId::make(Timestamp::UNIX_EPOCH, &[7; 10]), 1)),
        job: Some((job, 1)),
        subject: None,
        outcome: "ok".to_owned(),
        cost: (action != Action::JobUnknown).then(|| Usd::from_micros(40_000 + number)),
        at_most: (action == Action::JobUnknown).then(|| Usd::from_micros(99_999)),
        provider_request_id: None,
    }
}

async fn usage(ada: &Api, query: &str) -> Value {
    ada.get(&format!("/v1/usage?{query}")).await.expect(200)
}

/// What the trail itself says, read through its own door.
async fn from_the_trail(ada: &Api) -> Figures {
    let (mut events, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ada.get(&format!("/v1/audit?limit=100{cursor}")).await.expect(200);
        events.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let amount = |value: &Value| value.as_str().map_or(Usd::ZERO, |text| text.parse().unwrap());
    let ends = events.iter().filter(|event| event["cost"] != Value::Null || event["at_most"] != Value::Null);
    ends.fold(Figures::default(), |sum, event| {
        sum.and(Figures {
            calls: 1,
            images: u64::from(event["action"] == "job.succeeded" && event["provider"] != "anthropic"),
            personas: u64::from(event["action"] == "job.succeeded" && event["provider"] == "anthropic"),
            spent: amount(&event["cost"]),
            unknown: amount(&event["at_most"]),
        })
    })
}

/// The counters, the trail and what people see agree. Called after everything that costs money.
pub async fn usage_is_the_sum_of_the_trail(ada: &Api) -> Value {
    let told = usage(ada, "by=day,model,project,provider,credential").await;
    let expected = from_the_trail(ada).await;
    let total = &told["total"];
    assert_eq!(total["cost"], expected.spent.to_string());
    assert_eq!(total["unknown_at_most"], expected.unknown.to_string());
    assert_eq!(total["calls"], expected.calls);
    assert_eq!((&total["images"], &total["personas"]), (&json!(expected.images), &json!(expected.personas)));
    told
}

#[tokio::test]
async fn usage_tells_apart_what_one_asks_for_and_compares_it_with_a_credits_plan() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    assert_eq!(usage(&ada, "").await["items"], json!([]));
    for provider in Provider::ALL {
        ada.store_for(provider, "ok").await;
    }
    let image = json!({ "kind": "image", "model": "flux-2-max", "prompt": "a fox" });
    let in_shop = json!({ "kind": "image", "model": "flux-2-max", "prompt": "a fox", "project": "shop" });
    for body in [&image, &in_shop, &in_shop] {
        let job = crate::support::id(&ada.post("/v1/jobs", body.clone()).await.expect(202));
        ada.wait_for(&job, "succeeded").await;
    }
    ada.persona(json!({ "brief": "a baker" })).await;
    let told = usage_is_the_sum_of_the_trail(&ada).await;
    let today = day_of(now()).to_string();
    assert_eq!((&told["time_zone"], &told["to"]), (&json!("UTC"), &json!(today)));
    let of_flux = usage(&ada, "by=project&provider=bfl").await;
    let rows: Vec<_> =
        of_flux["items"].as_array().unwrap().iter().map(|row| (&row["project"], &row["cost"])).collect();
    assert_eq!(rows, [(&json!(null), &json!("0.0700")), (&json!("shop"), &json!("0.1400"))]);
    assert_eq!(
        (&of_flux["total"]["credits_plan"], &of_flux["total"]["saving"]),
        (&json!("0.9000"), &json!("0.6900"))
    );
    let cheaper = usage(&ada, "by=model&model=flux-2-max&credits_price=0.01").await;
    assert_eq!(cheaper["items"][0]["saving"], "-0.1800");
    assert_eq!(usage(&ada, "project=shop").await["total"]["images"], 2);
    assert_eq!(usage(&ada, "from=2020-01-01&to=2020-12-31").await["items"], json!([]));
    let by_time = format!("from={}&to={today}T23:59:59Z", today);
    assert_eq!(usage(&ada, &by_time).await["total"]["personas"], 1);

    let csv = ada.request(http::Method::GET, "/v1/usage?by=model,project").header("accept", "text/csv");
    let csv = ada.send(csv).await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!(lines[0], "model,project,images,personas,calls,cost,unknown_at_most,credits_plan,saving");
    assert!(lines.contains(&"flux-2-max,shop,2,0,2,0.1400,0.0000,0.6000,0.4600"), "{lines:?}");
}

#[tokio::test]
async fn what_usage_does_not_take_is_named() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (query, field, says) in [
        ("by=week", "by", "day, provider, model, project, credential"),
        ("by=day,day", "by", "twice"),
        ("from=yesterday", "from", "2026-11-23"),
        ("from=2026-02-30", "from", "2026-11-23"),
        ("from=2026-03-01&to=2026-02-01", "from", "after"),
        ("from=2024-01-01&to=2026-01-01", "from", "366"),
        ("credits_price=-1", "credits_price", "credits_price"),
        ("provider=midjourney", "provider", "openai"),
    ] {
        let refused = ada.get(&format!("/v1/usage?{query}")).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid-request"), "{query}");
        assert_eq!(refused.json["field"], field, "{query}");
        assert!(refused.json["detail"].as_str().unwrap().contains(says), "{query}: {refused:?}");
    }
    assert_eq!(ada.get("/v1/usage?form=2026-01-01").await.problem(), "invalid-request");
}

/// A hundred thousand jobs, as many as a month has for a large account: reading what they cost looks at some dozen items.
#[tokio::test]
async fn a_job_that_was_retried_costs_what_all_its_calls_cost() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Anthropic, "moderated").await;
    let job = ada.post("/v1/personas", json!({ "brief": "a baker" })).await.expect(202);
    let path = format!("/v1/jobs/{}", id(&job));
    for _ in 0..2 {
        ada.wait_for(&id(&job), "failed").await;
        ada.post(&format!("{path}/retry"), json!({})).await.expect(202);
    }
    let failed = ada.wait_for(&id(&job), "failed").await;
    let spent = &ada.get("/v1/usage").await.expect(200)["total"]["cost"];
    assert_eq!((&failed["cost"]["actual"], &failed["attempts"]), (spent, &json!(3)));

    ada.store_for(Provider::Openai, "hang-up").await;
    let job = ada.ask_for("a fox").await;
    let lost = ada.wait_for(&job, "unknown").await;
    ada.store_for(Provider::Openai, "ok").await;
    ada.post(&format!("/v1/jobs/{job}/retry"), json!({ "accept_double_charge": true })).await.expect(202);
    let done = ada.wait_for(&job, "succeeded").await;
    assert_eq!(done["cost"]["at_most"], lost["cost"]["at_most"]);
    let total = &ada.get("/v1/usage").await.expect(200)["total"];
    assert_eq!(total["unknown_at_most"], lost["cost"]["at_most"]);
}

#[tokio::test]
async fn a_hundred_thousand_jobs_are_read_from_as_few_items_as_a_few() {
    const JOBS: u64 = 100_000;
    const DAYS: u64 = 25;
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let noon = |day: u64| format!("2026-10-{:02}T12:00:00Z", day + 1).parse::<Timestamp>().unwrap();
    let mut expected = BTreeMap::<_, Figures>::new();
    let any_job = TestStack::job_of("ada", &[0; 10]);
    let mut few = Value::Null;
    // As many of each day in turn as one write takes, with their counters.
    for round in 0..JOBS / DAYS / 80 {
        for day in 0..DAYS {
            let events: Vec<_> =
                (round * 80..(round + 1) * 80).map(|number| synthetic(number, noon(day))).collect();
            for (heading, figures) in events.iter().filter_map(booked) {
                let at = expected.entry((heading.day.to_string(), heading.model)).or_default();
                *at = at.and(figures);
            }
            stack.jobs().append(&any_job, &events).await.unwrap();
        }
        if round == 0 {
            few = usage(&ada, "from=2026-10-01&to=2026-10-31").await;
        }
    }
    let told = usage(&ada, "from=2026-10-01&to=2026-10-31&by=day,model").await;
    let rows = told["items"].as_array().unwrap();
    assert_eq!(rows.len(), expected.len());
    for row in rows {
        let (day, model) = (row["day"].as_str().unwrap(), row["model"].as_str().unwrap());
        let figures = expected[&(day.to_owned(), model.to_owned())];
        assert_eq!(row["cost"], figures.spent.to_string());
        assert_eq!(row["unknown_at_most"], figures.unknown.to_string());
        assert_eq!((&row["images"], &row["calls"]), (&json!(figures.images), &json!(figures.calls)));
    }
    assert_eq!(told["total"]["calls"], JOBS);
    // 25 days, two models, two projects, four items for each: the same after 2,000 jobs as after 100,000.
    assert_eq!(few["total"]["calls"], 80 * DAYS);
    assert_eq!((&few["items_read"], &told["items_read"]), (&json!(400), &json!(400)));
}
