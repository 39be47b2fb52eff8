//! A notice for everybody: by mail to the team, and as a delivery for each webhook that wants to hear of it.

use std::time::Duration;

use domain::Fault;
use domain::delivery::{Delivery, NoticeRef};
use runtime::now;

use crate::Notifier;

impl Notifier {
    /// Told already: nothing happens.
    pub(crate) async fn tell(&self, notice_ref: &NoticeRef) -> Result<(), Fault> {
        let Some(untold) = self.notices.untold(notice_ref).await? else { return Ok(()) };
        let notice = &untold.notice;
        let mut deliveries = Vec::new();
        for webhook in self.webhooks.list(&notice.tenant).await? {
            if webhook.wants(notice) {
                let delivery = Delivery::of(notice, webhook.id, now());
                self.deliveries.create(&delivery).await?;
                deliveries.push(delivery);
            }
        }
        // From here on each delivery stands in the outbox by itself. Their pointers go before the mail, which may be slow.
        for Delivery { tenant, id, kind, webhook, .. } in deliveries {
            let to_one = NoticeRef::one(tenant, id, kind, webhook);
            let _sweeper_will = self.queue.send(&to_one, Duration::ZERO).await;
        }
        if notice.news.kind().is_for_people() && !untold.mailed {
            self.mail.send(notice).await?;
            self.notices.mailed(notice, now()).await?;
        }
        self.notices.told(notice).await
    }
}
