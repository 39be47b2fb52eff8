//! Models that are shut down soon: whoever has used one of late is told, once.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use domain::catalogue::{Catalogue, Model};
use domain::notice::{News, Notice};
use domain::{Date, Fault, NoticeId, SignedDuration, TenantId};
use runtime::{now, random};

use crate::Sweeper;

/// How many days before its shutdown people are told of a model that they use.
const TOLD_BEFORE: i64 = 30;

/// How many days back a model counts as used.
const USED_WITHIN: i64 = 30;

impl Sweeper {
    /// The first time on a day, by this process. A day with trouble is gone through again.
    pub(crate) async fn look_for_retiring_once_a_day(&self, today: Date) -> Result<(), Fault> {
        let looked = || self.looked_for_retiring.lock().unwrap_or_else(PoisonError::into_inner);
        if *looked() == Some(today) {
            return Ok(());
        }
        self.look_for_retiring(today).await?;
        *looked() = Some(today);
        Ok(())
    }

    /// Tells every tenant of the models that they have used and that go soon, as it is on that day. Costs nothing when no
    /// model goes, and else one query for each tenant.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when a table does not answer.
    pub async fn look_for_retiring(&self, today: Date) -> Result<(), Fault> {
        let models = Catalogue::shipped().models.iter();
        let going: Vec<_> = models.filter(|model| model.goes_within(TOLD_BEFORE, today)).collect();
        let mut cursor = None;
        while !going.is_empty() {
            let page = self.tenants.list(cursor).await?;
            for tenant in &page.items {
                self.tell_of_retiring(tenant, &going, today).await?;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn tell_of_retiring(&self, tenant: &TenantId, going: &[&Model], today: Date) -> Result<(), Fault> {
        let from = today.saturating_sub(SignedDuration::from_hours(USED_WITHIN * 24));
        let counted = self.usage.of_days(tenant, (from, today)).await?;
        let used: BTreeSet<_> = counted.figures.keys().map(|heading| heading.model.as_str()).collect();
        for model in going.iter().filter(|model| used.contains(model.id.as_str())) {
            let at = now();
            let news = News::ModelRetiring {
                model: model.id.clone(),
                provider: model.provider,
                shutdown_date: model.shutdown_date.clone().unwrap_or_default(),
                replacement: model.replacement.clone(),
            };
            let notice = Notice { id: NoticeId::make(at, &random()), tenant: tenant.clone(), at, news };
            self.outbox.tell_once(notice, &format!("model.retiring#{}", model.id)).await?;
        }
        Ok(())
    }
}
