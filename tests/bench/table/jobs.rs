//! What a deployed worker takes for its jobs, and how many whole jobs a laptop does.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::process;
use crate::bootstraps::deployment::Deployment;
use crate::support::binary::start_program;
use crate::support::{Api, MODEL, OK, id};

/// The function that is measured.
const WORKER: &str = "OpenaiWorkerFunction";

/// What an event's jobs have taken.
pub struct Taken {
    /// Time of a processor for one job.
    pub cpu: Duration,
    /// Bytes in memory when they were most.
    pub peak: u64,
    /// By how many they grew during the jobs.
    pub grown: u64,
}

/// Does so many jobs, in events of at most `together`, by a worker that has done some before.
pub async fn worked(deployed: &mut Deployment, drawer: &str, jobs: u32, together: u32) -> Taken {
    deployed.tell("OWNKEY_OPENAI_URL", drawer);
    ask_for(deployed, 2).await;
    deployed.deliver_together(WORKER, 2).await;
    let worker = deployed.process(WORKER);
    let batch = ask_for(deployed, jobs).await;
    let (cpu, resident) = (process::cpu(worker), process::resident(worker));
    process::forget_peak(worker);
    for _ in 0..jobs / together {
        deployed.deliver_together(WORKER, together.try_into().unwrap()).await;
    }
    let peak = process::peak(worker);
    let taken = (process::cpu(worker) - cpu) / jobs;
    let batch = deployed.ask("GET", &format!("/v1/batches/{batch}"), None).await.expect(200);
    assert_eq!(batch["counts"]["succeeded"], jobs, "{batch:#}");
    Taken { cpu: taken, peak, grown: peak - resident }
}

async fn ask_for(deployed: &mut Deployment, count: u32) -> String {
    let batch = json!({ "job": { "model": MODEL, "prompt": "a founder at the window" }, "count": count });
    id(&deployed.ask("POST", "/v1/batches", Some(batch)).await.expect(202))
}

/// Whole jobs a second of the stack that runs on a laptop: asked for, drawn, stored and on record.
pub async fn per_second(ownkey: &Path, drawer: &str, jobs: u32) -> f64 {
    let folder = TempDir::new().unwrap();
    let options = ["--openai-url", drawer];
    let (_running, url) = start_program(ownkey, folder.path(), &options, Stdio::null()).await;
    let ada = Api::sign_in(&url, "ada", None).await;
    ada.store(OK).await;
    let since = Instant::now();
    let mut batches = Vec::new();
    for _ in 0..jobs / 100 {
        let batch = json!({ "job": { "model": MODEL, "prompt": "a founder at the window" }, "count": 100 });
        batches.push(id(&ada.post("/v1/batches", batch).await.expect(202)));
    }
    for batch in batches {
        let done = |batch: &Value| batch["counts"]["succeeded"] == 100;
        ada.eventually(&format!("/v1/batches/{batch}"), done).await;
    }
    f64::from(jobs) / since.elapsed().as_secs_f64()
}
