//! Jobs that wait for a budget: when it is raised, a call costs less than was set aside for it, or the next month begins,
//! they go on in the order of their making.

use domain::budget::Month;
use domain::credential::Scope;
use domain::job::Job;
use domain::{Fault, TenantId, Usd};
use runtime::now;

use crate::Sweeper;

impl Sweeper {
    /// Sends on as many of these jobs of one scope as fit into what is left, together. The first that does not fit keeps
    /// those behind it waiting, so that a large one has its turn too.
    pub(crate) async fn help_within_budget(&self, jobs: &[Job]) -> Result<(), Fault> {
        let Some(first) = jobs.first() else { return Ok(()) };
        let month = self.budgets.read(&first.tenant, &Scope::Account).await?.month(now());
        let mut left = self.left(&first.tenant, &Scope::Account, month).await?;
        if let Some(project) = &first.project {
            let project = Scope::Project(project.clone());
            left = left.min(self.left(&first.tenant, &project, month).await?);
        }
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

    async fn left(&self, tenant: &TenantId, scope: &Scope, month: Month) -> Result<Usd, Fault> {
        let budget = self.budgets.read(tenant, scope).await?;
        let ledger = self.budgets.ledger(tenant, scope, month).await?;
        Ok(ledger.map_or_else(|| budget.limit(), |ledger| ledger.left(&budget)))
    }
}
