//! What a job takes on the way, beside what others take in the same run. Times are of this machine; compare within a
//! line only.

mod cold;
pub mod drawer;
mod jobs;
mod peer;
mod process;

use std::path::PathBuf;
use std::time::Duration;

use crate::bootstraps::deployment::Deployment;
use cold::{Cold, Start};
use drawer::Drawer;
use peer::Peer;

const MEGABYTE: usize = 1_000_000;

/// A path that `tests/bench/run` gives.
fn given(name: &str) -> PathBuf {
    let value = std::env::var_os(name);
    value.unwrap_or_else(|| panic!("{name} is not set; use tests/bench/run")).into()
}

#[tokio::test]
#[ignore = "wants the programs as they are deployed, and LiteLLM: tests/bench/run"]
async fn the_table() {
    let drawer = Drawer::start(3 * MEGABYTE / 2, Duration::ZERO).await;
    let mut deployed = with_api_key().await;

    let ours = jobs::worked(&mut deployed, &drawer.url, 200, 10).await;
    let peer = Peer::start(&given("OWNKEY_LITELLM"), &drawer.url).await;
    let peers = peer.pass(100).await;
    drop(peer);
    println!(
        "CPU per image of 1.5 MB: worker {:.1} ms (key, AWS, audit and all), LiteLLM passing it through {:.1} ms: 1/{:.1}",
        ms(ours.cpu),
        ms(peers),
        peers.div_duration_f64(ours.cpu)
    );

    for megabytes in [1.5, 20.0] {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
        let size = (megabytes * 1e6) as usize;
        let drawer = Drawer::start(size, Duration::ZERO).await;
        let one = jobs::worked(&mut deployed, &drawer.url, 1, 1).await;
        println!(
            "memory that one job adds, image of {megabytes} MB: {:.2} of the image",
            real(one.grown) / (megabytes * 1e6)
        );
    }

    let drawer = Drawer::start(3 * MEGABYTE / 2, Duration::from_secs(3)).await;
    let many = jobs::worked(&mut deployed, &drawer.url, 100, 100).await;
    println!(
        "100 jobs in flight: at most {:.1} MB in memory, {:.1} ms of CPU each",
        real(many.peak) / 1e6,
        ms(many.cpu)
    );

    let drawer = Drawer::start(3 * MEGABYTE / 2, Duration::ZERO).await;
    println!(
        "whole jobs a second of a laptop: {:.0}",
        jobs::per_second(&given("OWNKEY_STACK"), &drawer.url, 500).await
    );

    starts(deployed).await;
}

async fn with_api_key() -> Deployment {
    let mut deployed = Deployment::create().await;
    let order = serde_json::json!({ "api_key": crate::support::OK });
    deployed.ask("PUT", "/v1/api-keys/openai", Some(order)).await.expect(201);
    deployed
}

async fn starts(deployed: Deployment) {
    let cold = Cold::of(deployed, &given("OWNKEY_HELLO")).await;
    let (mut hello, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..25 {
        hello.push(cold.hello(false).await);
        ours.push(cold.ours(false).await);
    }
    let (bare, own) = (median(&hello, Start::whole), median(&ours, Start::whole));
    println!(
        "cold start to first answer: {:.1} ms (init {:.1}, first {:.1}; {:.1} ms of CPU, {} faults), bare function {:.1} ms: {:.1} times",
        ms(own),
        ms(median(&ours, |start| start.init)),
        ms(median(&ours, |start| start.first)),
        ms(median(&ours, |start| start.cpu)),
        ours.iter().map(|start| start.faults).min().unwrap_or(0),
        ms(bare),
        own.div_duration_f64(bare)
    );
    if !cold::can_throttle() {
        return println!("first event with the CPU of 128 MB: this machine does not let it be measured");
    }
    let (mut hello, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..10 {
        hello.push(cold.hello(true).await);
        ours.push(cold.ours(true).await);
    }
    let of = |starts: &[Start]| ms(median(starts, |start| start.first));
    let cpu = ms(median(&ours, |start| start.cpu_of_first));
    println!(
        "first event with the CPU of 128 MB: {:.1} ms ({cpu:.1} ms of CPU), bare function {:.1} ms",
        of(&ours),
        of(&hello)
    );
}

fn median(starts: &[Start], of: impl Fn(&Start) -> Duration) -> Duration {
    let mut all: Vec<_> = starts.iter().map(of).collect();
    all.sort();
    all[all.len() / 2]
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn real(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes).unwrap())
}
