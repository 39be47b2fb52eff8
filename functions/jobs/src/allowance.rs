//! What a tenant may still ask for. Whoever makes jobs takes them out of it first, before anything is written.

use domain::allowance::Allowed;
use domain::{Fault, TenantId};
use runtime::now;
use web::Problem;

use crate::JobsApi;

impl JobsApi {
    /// Takes jobs out of what a tenant may ask for; all of them, or none.
    pub(crate) async fn allow(&self, tenant: &TenantId, jobs: u32) -> Result<Allowed, Problem> {
        Ok(self.allowances.spend(tenant, jobs, now()).await??)
    }

    /// Gives back what was allowed for, unless it may have been made all the same.
    pub(crate) async fn not_made(&self, tenant: &TenantId, allowed: &Allowed, fault: Option<Fault>) {
        if fault != Some(Fault::Unavailable) {
            self.allowances.give_back(tenant, allowed, allowed.jobs).await;
        }
    }
}
