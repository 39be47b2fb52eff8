//! The whole product as one process, killed again and again while it works on a batch of every provider.

use std::collections::{HashMap, HashSet};
use std::process::Stdio;
use std::time::Duration;

use domain::{Provider, Usd};
use serde_json::{Value, json};

use super::place::rests;
use crate::support::binary::start_ownkey;
use crate::support::{Api, MODEL, amount, folder_with_issuer, id, thorough};

async fn all(ada: &Api, path: &str) -> Vec<Value> {
    let (mut items, mut page_path) = (Vec::new(), path.to_owned());
    loop {
        let mut page = ada.get(&page_path).await.expect(200);
        items.append(page["items"].as_array_mut().unwrap());
        let Some(cursor) = page["next_cursor"].as_str() else { return items };
        page_path = format!("{path}&cursor={cursor}");
    }
}

#[tokio::test]
async fn a_product_that_is_killed_a_hundred_times_loses_no_job_and_pays_for_none_twice() {
    let (kills, jobs) = if thorough() { (100, 200) } else { (8, 40) };
    let folder = folder_with_issuer().await;
    let (mut ownkey, url) = start_ownkey(folder.path(), &[], Stdio::null()).await;
    let mut ada = Api::sign_in(&url, "ada", None).await;
    for provider in Provider::ALL {
        ada.store_for(provider, "ok").await;
    }
    let image = |model: &str| json!({ "model": model, "prompt": "a fox" });
    let list: Vec<_> = (0..jobs).map(|n| image(if n % 2 == 0 { MODEL } else { "flux-2-klein-4b" })).collect();
    let batch = id(&ada.post("/v1/batches", json!({ "jobs": list })).await.expect(202));
    for _ in 0..jobs / 10 {
        ada.post("/v1/personas", json!({ "brief": "a baker" })).await.expect(202);
    }
    for _ in 0..kills {
        let [a, b] = runtime::random::<2>();
        // Up to half a second of work between two deaths.
        tokio::time::sleep(Duration::from_micros((u64::from(a) * 256 + u64::from(b)) * 8)).await;
        ownkey.kill().await.unwrap();
        let (again, url) = start_ownkey(folder.path(), &[], Stdio::null()).await;
        ownkey = again;
        ada = ada.moved_to(&url);
    }
    let mut told = Vec::new();
    for _ in 0..900 {
        told = all(&ada, "/v1/jobs?limit=100").await;
        if told.iter().all(rests) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut ends = HashMap::<_, usize>::new();
    for job in &told {
        *ends.entry(job["state"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    println!("{kills} kills, {} jobs: {ends:?}", told.len());
    assert_eq!(told.len(), jobs + jobs / 10);
    assert!(ends.keys().all(|end| ["succeeded", "unknown"].contains(&end.as_str())), "{ends:?}");
    assert_eq!(ada.get(&format!("/v1/batches/{batch}")).await.expect(200)["total"], jobs);

    // The ledger of the providers is what the trail says, and no job has more than one charge.
    let sum = |of: &[Value], name: &str| {
        let known = of.iter().filter(|one| one[name].is_string());
        known.fold(Usd::ZERO, |sum, one| sum + amount(&one[name]))
    };
    let charges = ada.get("/sandbox/charges").await.expect(200)["items"].as_array().unwrap().clone();
    let trail = all(&ada, "/v1/audit?limit=100").await;
    let (charged, booked, at_most) = (sum(&charges, "amount"), sum(&trail, "cost"), sum(&trail, "at_most"));
    println!("charged {charged}, booked {booked}, at most {at_most} besides");
    assert!(booked <= charged && charged <= booked + at_most);
    // Every charge is that of one job, which names it; or one whose answer was lost, and then its job is `unknown`.
    let named: HashSet<_> = trail.iter().filter_map(|event| event["provider_request_id"].as_str()).collect();
    let charged_as: HashSet<_> = charges.iter().filter_map(|charge| charge["request_id"].as_str()).collect();
    assert_eq!(charged_as.len(), charges.len());
    let count = |end: &str| ends.get(end).copied().unwrap_or(0);
    let lost = charged_as.difference(&named).count();
    println!("{} charges, {lost} of them under no name", charges.len());
    assert!(lost <= count("unknown") && charges.len() - lost >= count("succeeded"));
    let intents = trail.iter().filter(|event| event["action"] == "job.intent");
    let mut of_job = HashMap::<_, usize>::new();
    for intent in intents {
        *of_job.entry(intent["job"].to_string()).or_default() += 1;
    }
    assert!(of_job.values().all(|times| *times == 1), "nobody has accepted a second charge: {of_job:?}");
}
