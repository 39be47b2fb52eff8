//! How a function starts: from nothing to its first answer, with one read of a table over TLS.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::process::Command;

use super::process;
use crate::bootstraps::deployment::Deployment;
use crate::support::front::Front;
use crate::support::runtime_api::Function;

/// Where Linux hands out the time of processors, cgroups of the first version.
const CPU_GROUPS: &str = "/sys/fs/cgroup/cpu";

/// What Lambda gives to a function of 128 MB: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>.
const SHARE_OF_128_MB: f64 = 128.0 / 1769.0;

/// The start of a function.
pub struct Start {
    /// Until it asks for its first event.
    pub init: Duration,
    /// From the event to the answer.
    pub first: Duration,
    /// Of a processor, for both.
    pub cpu: Duration,
    /// Of a processor, for the event.
    pub cpu_of_first: Duration,
    /// Pages touched.
    pub faults: u64,
}

impl Start {
    pub fn whole(&self) -> Duration {
        self.init + self.first
    }
}

/// Functions that start over and over.
pub struct Cold {
    deployed: Deployment,
    hello: PathBuf,
    event: (String, Value),
    _authority: tempfile::NamedTempFile,
}

impl Cold {
    /// Of a deployed stack whose tables are behind TLS.
    pub async fn of(mut deployed: Deployment, hello: &Path) -> Self {
        let dynamodb = deployed.stack.stack.aws().dynamodb.clone();
        let front = Front::of(dynamodb.trim_start_matches("http://").to_owned(), &["http/1.1"]).await;
        let authority = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(authority.path(), front.authority_as_pem()).unwrap();
        deployed.tell("AWS_ENDPOINT_URL_DYNAMODB", &front.origin);
        deployed.tell("AWS_CA_BUNDLE", authority.path().to_str().unwrap());
        let event = deployed.event("GET", "/v1/jobs/job_01jc00000000000000000000zz", None);
        Self { deployed, hello: hello.to_owned(), event, _authority: authority }
    }

    /// The bare function.
    pub async fn hello(&self, throttled: bool) -> Start {
        let since = Instant::now();
        let mut command = Command::new(&self.hello);
        command.env_clear();
        command.envs([
            ("AWS_LAMBDA_FUNCTION_NAME", "hello"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "group"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
        ]);
        let function = Function::run(command).await;
        first_answer(function, since, json!({}), throttled).await
    }

    /// The largest of ours, asked for a job that is not there.
    pub async fn ours(&self, throttled: bool) -> Start {
        let (function, event) = &self.event;
        let (process, since) = self.deployed.start(function).await;
        first_answer(process, since, event.clone(), throttled).await
    }
}

async fn first_answer(function: Function, since: Instant, event: Value, throttled: bool) -> Start {
    function.ready().await;
    let init = since.elapsed();
    let before = process::cpu(function.process());
    let _share = throttled.then(|| Share::of(function.process()));
    let since = Instant::now();
    let answer = function.invoke(event).await.unwrap();
    let first = since.elapsed();
    assert!([200, 404].map(Value::from).contains(&answer["statusCode"]), "{answer:#}");
    let id = function.process();
    Start {
        init,
        first,
        cpu: process::cpu(id),
        cpu_of_first: process::cpu(id) - before,
        faults: process::minor_faults(id),
    }
}

/// Pages that the largest function touches until its first answer: a little more than the last time that somebody looked.
const MOST_FAULTS: u64 = 460;

#[tokio::test]
#[ignore = "counts what `sam build` has made; .ci/build runs it"]
async fn a_cold_start_touches_no_more_pages_than_it_did() {
    let cold = Cold::of(Deployment::create().await, Path::new("")).await;
    let faults = cold.ours(false).await.faults;
    println!("pages touched until the first answer: {faults}");
    assert!((1..=MOST_FAULTS).contains(&faults), "{faults}");
}

/// Whether this machine lets us hand out the time of its processors.
pub fn can_throttle() -> bool {
    let group = Path::new(CPU_GROUPS).join("ownkey-bench-try");
    let made = std::fs::create_dir(&group).is_ok();
    made && std::fs::remove_dir(&group).is_ok()
}

/// A share of a processor, in periods of 20 ms.
struct Share(PathBuf);

impl Share {
    fn of(process: u32) -> Self {
        let group = Path::new(CPU_GROUPS).join(format!("ownkey-bench-{process}"));
        std::fs::create_dir(&group).unwrap();
        let quota = format!("{:.0}", 20_000.0 * SHARE_OF_128_MB);
        for (file, value) in [
            ("cpu.cfs_period_us", "20000"),
            ("cpu.cfs_quota_us", &quota),
            ("cgroup.procs", &process.to_string()),
        ] {
            std::fs::write(group.join(file), value).unwrap();
        }
        Self(group)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // Whoever is left moves up; then the group may go.
        let processes = std::fs::read_to_string(self.0.join("cgroup.procs")).unwrap_or_default();
        for process in processes.lines() {
            let _gone = std::fs::write(Path::new(CPU_GROUPS).join("cgroup.procs"), process);
        }
        let _later = std::fs::remove_dir(&self.0);
    }
}
