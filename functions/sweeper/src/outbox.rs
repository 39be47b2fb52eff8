//! What nobody has been told of in time: the pointer got lost, or nobody could send one so far ahead.

use std::time::Duration;

use domain::{Fault, SignedDuration, Timestamp};
use futures_util::future::join_all;
use runtime::now;
use store::Overdue;

use crate::Sweeper;

/// How long a pointer is then believed to be on its way, in seconds. Longer than the one before, so that a notifier that is
/// behind is not given everything again and again.
const GRACE_SECONDS: i64 = 300;

/// How many pointers are sent at the same time.
const AT_ONCE: usize = 16;

impl Sweeper {
    pub(crate) async fn sweep_outbox(&self) -> Result<(), Fault> {
        let mut swept = Ok(());
        for overdue in self.outbox.overdue(now()).await?.chunks(AT_ONCE) {
            let sent = join_all(overdue.iter().map(|overdue| self.remind(overdue))).await;
            swept = sent.into_iter().fold(swept, Result::and);
        }
        swept
    }

    /// First the pointer, then the word that it is on its way: the other way round, a death between the two would cost five
    /// minutes.
    async fn remind(&self, overdue: &Overdue) -> Result<(), Fault> {
        self.notifier.send(&overdue.notice_ref, Duration::ZERO).await?;
        let next = now().saturating_add(SignedDuration::from_secs(GRACE_SECONDS)).unwrap_or(Timestamp::MAX);
        self.outbox.put_off(overdue, next).await
    }
}
