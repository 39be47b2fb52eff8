//! The JSON of a budget, with how far the month has come.

use domain::Usd;
use domain::budget::{Budget, Ledger, Month, time_zone};
use serde::Serialize;
use web::Time;

use super::web_name;

/// A budget, and how far the month has come.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Budget"))]
#[derive(Serialize)]
pub(crate) struct BudgetView {
    /// `account`, or a project.
    budget: String,
    /// The most for a month. None: there is no cap.
    monthly_usd: Option<Usd>,
    time_zone: String,
    alert_at: Vec<u8>,
    month: Month,
    month_ends_at: Option<Time>,
    /// Charged, in this month.
    spent: Usd,
    /// Perhaps charged besides: the upper bound.
    unknown_at_most: Usd,
    /// Set aside for what is under way.
    held: Usd,
    /// What the next call may cost at most. None: there is no cap.
    left: Option<Usd>,
    /// 0: nobody has set it yet.
    version: u32,
    updated_at: Option<Time>,
}

impl BudgetView {
    pub(super) fn new(account: &Budget, budget: &Budget, month: Month, ledger: Option<Ledger>) -> Self {
        let ledger = ledger.unwrap_or_else(|| Ledger::opened(budget, month));
        let ends_at = time_zone(&account.time_zone).ok().map(|zone| Time(month.end(&zone)));
        Self {
            budget: web_name(&budget.scope),
            monthly_usd: budget.cap,
            time_zone: account.time_zone.clone(),
            alert_at: budget.alert_at.clone(),
            month,
            month_ends_at: ends_at,
            spent: ledger.spent,
            unknown_at_most: ledger.unknown,
            held: ledger.held,
            left: budget.cap.map(|_| ledger.left(budget)),
            version: budget.version,
            updated_at: (budget.version > 0).then_some(Time(budget.updated_at)),
        }
    }
}
