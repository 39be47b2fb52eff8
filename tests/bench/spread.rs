//! Where a load of many tenants is written: nothing that all of them write to may be one partition of DynamoDB.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::Provider;
use futures_util::future::join_all;
use local::Options;
use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;

use super::table::drawer::Drawer;
use crate::support::{MODEL, OK, TestStack, id};

/// The fullest partition of those that all tenants share, against the mean of them.
const UNEVEN: f64 = 1.5;

/// Writes to one partition for a job of its tenant: a trail has a line for each step, and each is written once.
const MOST_FOR_A_JOB: f64 = 10.0;

/// About how many jobs of a batch one write makes.
const MADE_AT_ONCE: usize = 45;

/// Tenants, and how many jobs each has: a thousand, if it was said how many tenants.
fn load() -> (usize, usize) {
    let wanted = std::env::var("OWNKEY_TENANTS").ok().filter(|wanted| !wanted.is_empty());
    wanted.map_or((20, 25), |wanted| (wanted.parse().expect("OWNKEY_TENANTS is a number"), 1_000))
}

#[tokio::test]
async fn a_load_of_many_tenants_has_no_hot_partition() {
    let (tenants, jobs) = load();
    let (drawer, calls) = (Drawer::start(2_000, Duration::ZERO).await, TempDir::new().unwrap());
    let counting = |options: &mut Options| {
        options.emulators.record_calls = Some(calls.path().to_owned());
        options.addresses = vec![(Provider::Openai, drawer.url.clone())];
    };
    let names: Vec<_> = (0..tenants).map(|nth| format!("tenant-{nth:03}")).collect();
    let since = Instant::now();
    let mut writes = BTreeMap::<String, usize>::new();
    let mut stack = TestStack::start_with(counting).await;
    // Some at a time, as people come. The emulator looks through all transactions of ten minutes at each one: a restart
    // lets it forget them, and keeps the tables.
    for some in names.chunks(5) {
        join_all(some.iter().map(|name| draw(&stack, name, jobs))).await;
        for partition in stack.stack.sent().into_iter().flat_map(|sent| sent.partitions) {
            *writes.entry(partition).or_default() += 1;
        }
        stack = stack.restart_with(counting).await;
    }
    let seconds = since.elapsed().as_secs_f64();

    let (own, shared): (BTreeMap<_, _>, BTreeMap<_, _>) =
        writes.into_iter().partition(|(partition, _)| names.iter().any(|name| partition.contains(name)));
    println!("{tenants} tenants with {jobs} jobs each, in {seconds:.0} s");
    println!("of one tenant:");
    for (kind, counts) in kinds(&own) {
        println!("{}", line(&kind, &counts));
        let most = real(counts.iter().max().copied().unwrap_or_default());
        assert!(most <= MOST_FOR_A_JOB * real(jobs) + 10.0, "{kind}: {most}");
    }
    println!("of all tenants:");
    for (kind, counts) in kinds(&shared) {
        println!("{}", line(&kind, &counts));
        let (most, sum) = (real(counts.iter().max().copied().unwrap_or_default()), counts.iter().sum());
        // What is written once for a tenant, or for the jobs of a batch that are made at once, may be one.
        if sum > 2 * tenants + tenants * jobs / MADE_AT_ONCE {
            assert!(
                counts.len() >= 8 && most <= UNEVEN * real(sum) / real(counts.len()),
                "{kind}: {counts:?}"
            );
        }
    }
    let index =
        kinds(&shared).remove("main.work/DUE").expect("jobs stand in the index while they are under way");
    assert!(index.iter().sum::<usize>() > tenants * jobs, "{index:?}");
}

/// One batch of a new tenant's, to its end.
async fn draw(stack: &TestStack, tenant: &str, jobs: usize) {
    let person = stack.tenant(tenant).await;
    person.store(OK).await;
    let batch = json!({ "job": { "model": MODEL, "prompt": "a founder at the window" }, "count": jobs });
    let batch = id(&person.post("/v1/batches", batch).await.expect(202));
    // Asked seldom: each answer counts a thousand jobs anew.
    while person.get(&format!("/v1/batches/{batch}")).await.expect(200)["counts"]["succeeded"] != jobs {
        sleep(Duration::from_secs(if jobs > 100 { 5 } else { 1 })).await;
    }
}

/// Writes by partition, of those with the same beginning.
fn kinds(writes: &BTreeMap<String, usize>) -> BTreeMap<String, Vec<usize>> {
    let mut kinds = BTreeMap::<String, Vec<usize>>::new();
    for (partition, count) in writes {
        let (table, name) = partition.split_once('/').unwrap();
        // Some begin with the tenant.
        let kind = name.split_once('#').map_or("", |(kind, _)| kind);
        let kind = if kind.starts_with("tenant-") { "" } else { kind };
        kinds.entry(format!("{table}/{kind}")).or_default().push(*count);
    }
    kinds
}

fn line(kind: &str, counts: &[usize]) -> String {
    let (sum, most): (usize, _) = (counts.iter().sum(), counts.iter().max().copied().unwrap_or_default());
    format!("  {kind:24} {:6} partitions {sum:9} writes {most:8} at most in one", counts.len())
}

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}
