//! The clock of the sweeper, every minute in AWS and every second here, and of the sealer, every five minutes and every
//! five seconds: here looking costs nothing.

use std::sync::Arc;
use std::time::Duration;

use sealer::AuditSealer;
use sweeper::{Belief, Sweeper};
use tokio::time::{MissedTickBehavior, interval};

/// Sweeps until it is dropped.
pub(crate) async fn sweep_every(period: Duration, sweeper: Arc<Sweeper>) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = sweeper.sweep(Belief::Alive).await {
            tracing::error!(%error, "sweep not finished");
        }
    }
}

/// Seals until it is dropped.
pub(crate) async fn seal_every(period: Duration, sealer: AuditSealer) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = sealer.seal().await {
            tracing::error!(%error, "audit trails not all sealed");
        }
    }
}
