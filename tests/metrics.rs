//! What the deployed workers and the sweeper count: lines on stdout that CloudWatch makes metrics of. They tell the truth,
//! and nothing about anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::Provider;
use serde_json::{Value, json};

use crate::support::runtime_api::Function;
use crate::support::{Api, MODEL, TestStack, api_key, id};

/// Which case ends how, as a worker counts it.
const CASES: [(Provider, &str, &str); 6] = [
    (Provider::Openai, "ok", "JobsSucceeded"),
    (Provider::Openai, "moderated", "JobsFailed"),
    (Provider::Openai, "out-of-credit", "JobsPaused"),
    (Provider::Openai, "hang-up", "JobsUnknown"),
    (Provider::Bfl, "ok", "JobsSucceeded"),
    (Provider::Anthropic, "ok", "JobsSucceeded"),
];

/// A name, and whose jobs it counts.
type Metric = (String, Option<String>);

/// Reads a line as CloudWatch does, and refuses one that holds anything else.
fn read(line: &str) -> (Metric, u64) {
    let said: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no record: {line:.300}"));
    let [told] = said["_aws"]["CloudWatchMetrics"].as_array().unwrap().as_slice() else { panic!("{line}") };
    let provider = said["Provider"].as_str().map(str::to_owned);
    let name = told["Metrics"][0]["Name"].as_str().unwrap().to_owned();
    let dimensions = if provider.is_some() { json!([["Stack", "Provider"]]) } else { json!([["Stack"]]) };
    let metrics = json!([{ "Name": name, "Unit": "Count" }]);
    assert_eq!(
        told,
        &json!({ "Namespace": "Ownkey", "Dimensions": dimensions, "Metrics": metrics }),
        "{line}"
    );
    let at = said["_aws"]["Timestamp"].as_i64().unwrap();
    assert!((0..600_000).contains(&(runtime::now().as_millisecond() - at)), "{line}");
    assert_eq!(said["Stack"], "local", "{line}");
    assert!(provider.iter().all(|provider| provider.parse::<Provider>().is_ok()), "{line}");
    let members: BTreeSet<_> = said.as_object().unwrap().keys().map(String::as_str).collect();
    // As each log line: Lambda looks at these two, and drops what is below the level that is wanted.
    assert_eq!(said["level"], "WARN", "{line}");
    assert_eq!(
        said["timestamp"].as_str().unwrap().parse::<domain::Timestamp>().unwrap().as_millisecond(),
        at
    );
    let known = ["_aws", "level", "timestamp", "Stack", name.as_str()]
        .into_iter()
        .chain(provider.as_ref().map(|_| "Provider"));
    assert_eq!(members, known.collect(), "{line}");
    let count = said[&name].as_u64().unwrap();
    ((name, provider), count)
}

async fn at_rest(jobs: &[(Api, String)]) -> bool {
    for (api, job) in jobs {
        if ["queued", "running"].contains(&api.job(job).await["state"].as_str().unwrap()) {
            return false;
        }
    }
    true
}

/// Hands the pointers of a queue to a worker until its jobs rest.
async fn work_on(stack: &TestStack, queue: &str, worker: &Function, jobs: &[(Api, String)]) {
    let sqs = stack.sqs();
    while !at_rest(jobs).await {
        let received =
            sqs.receive_message().queue_url(queue).max_number_of_messages(10).send().await.unwrap();
        let mut records = Vec::new();
        for message in received.messages() {
            let delete = sqs.delete_message().queue_url(queue);
            delete.receipt_handle(message.receipt_handle().unwrap()).send().await.unwrap();
            records.push(json!({ "messageId": message.message_id(), "body": message.body() }));
        }
        if !records.is_empty() {
            worker.invoke(json!({ "Records": records })).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The sums of what a function has said so far, once it has said as many lines as it should.
async fn counted(function: &mut Function, lines: usize) -> BTreeMap<Metric, u64> {
    let mut said = Vec::new();
    for _ in 0..100 {
        said.extend(function.lines());
        if said.len() >= lines {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut sums = BTreeMap::new();
    for (metric, count) in said.iter().map(|line| read(line)) {
        *sums.entry(metric).or_default() += count;
    }
    sums
}

#[tokio::test]
async fn what_is_counted_is_what_happened() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let mut queues = Vec::new();
    for (provider, queue) in stack.stack.queues() {
        let mut jobs = Vec::new();
        let mut expected = BTreeMap::new();
        for (_, case, ends) in CASES.iter().filter(|(of, ..)| of == provider) {
            let tenant = format!("{case}-{provider}");
            let api = stack.tenant(&tenant).await;
            let api_key = json!({ "api_key": api_key(*provider, case) });
            api.put(&format!("/v1/api-keys/{provider}?verify=false"), api_key).await.expect(201);
            let (path, order) = match provider {
                Provider::Openai => ("/v1/jobs", json!({ "model": MODEL, "prompt": "a fox" })),
                Provider::Bfl => ("/v1/jobs", json!({ "model": "flux-2-pro", "prompt": "a fox" })),
                Provider::Anthropic => ("/v1/personas", json!({ "brief": "a baker from Kiel" })),
            };
            jobs.push((api.clone(), id(&api.post(path, order).await.expect(202)), tenant));
            expected.insert(((*ends).to_owned(), Some(provider.to_string())), 1);
        }
        let environment = [("OWNKEY_QUEUE", queue.as_str()), ("OWNKEY_PROVIDER", provider.slug())];
        let mut worker = Function::start("worker", &stack, &environment).await;
        let waiting: Vec<_> = jobs.iter().map(|(api, job, _)| (api.clone(), job.clone())).collect();
        work_on(&stack, queue, &worker, &waiting).await;
        let openings = jobs.iter().map(|(_, _, tenant)| stack.decrypts(tenant)).sum::<usize>();
        expected.insert(("OpeningsOnRecord".to_owned(), None), u64::try_from(openings).unwrap());
        assert_eq!(counted(&mut worker, openings + jobs.len()).await, expected, "{provider}");
        for (api, _, tenant) in &jobs {
            let trail = api.get("/v1/audit?action=credential.opened&limit=100").await.expect(200);
            assert_eq!(trail["items"].as_array().unwrap().len(), stack.decrypts(tenant), "{tenant}");
        }
        queues.push((provider, queue.clone()));
    }
    let names = queues.iter().map(|(provider, _)| format!("OWNKEY_QUEUE_{}", provider.slug().to_uppercase()));
    let names: Vec<_> = names.collect();
    let environment: Vec<_> =
        names.iter().zip(&queues).map(|(name, (_, queue))| (name.as_str(), queue.as_str())).collect();
    let mut sweeper = Function::start("sweeper", &stack, &environment).await;
    sweeper.invoke(json!({})).await.unwrap();
    let expected = [("OpeningsOnRecord", 0), ("PausedJobs", 1)];
    let expected = expected.map(|(name, count)| ((name.to_owned(), None), count));
    assert_eq!(counted(&mut sweeper, 2).await, expected.into());
}
