//! Jobs that wait for a budget: when it is raised, a call costs less than was set aside for it, or the next month begins,
//! they go on in the order of their making.

use domain::budget::{Budget, Month};
use domain::credential::Scope;
use domain::job::Job;
use domain::notice::{News, Notice};
use domain::{AuditId, Fault, Usd};
use runtime::{now, random};

use crate::Sweeper;

impl Sweeper {
    /// Sends on as many of these jobs of one scope as fit into what is left, together. The first that does not fit keeps
    /// those behind it waiting, so that a large one has its turn too.
    pub(crate) async fn help_within_budget(&self, jobs: &[Job]) -> Result<(), Fault> {
        let Some(first) = jobs.first() else { return Ok(()) };
        let account = self.budgets.read(&first.tenant, &Scope::Account).await?;
        let month = account.month(now());
        let mut lowest = self.left_of(account, month).await?;
        if let Some(project) = &first.project {
            let project = Scope::Project(project.clone());
            let budget = self.budgets.read(&first.tenant, &project).await?;
            let of_project = self.left_of(budget, month).await?;
            lowest = if of_project.left < lowest.left { of_project } else { lowest };
        }
        if first.most() > lowest.left {
            return self.tell_exceeded(&lowest, month).await;
        }
        let mut left = lowest.left;
        for job in jobs {
            let most = job.most();
            if most > left {
                return Ok(());
            }
            left = Usd::from_micros(left.micros() - most.micros());
            self.release(job, false).await?;
        }
        Ok(())
    }

    async fn left_of(&self, budget: Budget, month: Month) -> Result<Left, Fault> {
        let ledger = self.budgets.ledger(&budget.tenant, &budget.scope, month).await?;
        let left = ledger.as_ref().map_or_else(|| budget.limit(), |ledger| ledger.left(&budget));
        // What is only set aside may come back.
        let settled = ledger.as_ref().is_none_or(|ledger| ledger.held == Usd::ZERO);
        let told = ledger.is_none_or(|ledger| ledger.told_at == Some(budget.limit()));
        Ok(Left { budget, left, to_tell: settled && !told })
    }

    /// A budget that was raised may be used up by those who waited for that. Everybody is told, once.
    async fn tell_exceeded(&self, of: &Left, month: Month) -> Result<(), Fault> {
        if !of.to_tell {
            return Ok(());
        }
        let at = now();
        let news = News::exceeded(&of.budget, month);
        let notice = Notice::after(AuditId::make(at, &random()), at, &of.budget.tenant, news);
        self.budgets.tell_exceeded(&of.budget, month, &notice).await
    }
}

/// What is left of a budget, and whether people must be told that jobs wait for it.
struct Left {
    budget: Budget,
    left: Usd,
    to_tell: bool,
}
