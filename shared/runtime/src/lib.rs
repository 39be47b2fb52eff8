#![doc = include_str!("../README.md")]

mod aws;
mod environment;
mod hardening;
mod logs;
mod metrics;
mod trust;

pub use aws::{Aws, AwsService, LoopbackAws};
pub use environment::{Environment, MissingVariables};
pub use hardening::keep_memory_private;
pub use logs::{LogFormat, start_logs};
pub use metrics::Metrics;

use jiff::{Timestamp, TimestampRound, Unit};
use ring::rand::{SecureRandom, SystemRandom};

/// The time, to the millisecond: what is stored and shown is then the same.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(TimestampRound::new().smallest(Unit::Millisecond).mode(jiff::RoundMode::Trunc)).unwrap_or(now)
}

/// Random bytes from the operating system, for ids and secrets.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "getrandom(2) cannot fail once a Linux system is up")]
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
