//! Budgets and the ledgers of their months as items of the main table.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::budget::{Budget, Ledger, Month};
use domain::credential::Scope;
use domain::{Fault, TenantId, Timestamp, Usd};
use serde::{Deserialize, Serialize};

use crate::audit_item::{Item, unreadable};

/// What stands for no alert in a ledger: more than can be spent.
pub(crate) const NO_ALERT: i64 = 1_000_000_000_000_000;

#[derive(Serialize, Deserialize)]
struct BudgetItem {
    pk: String,
    sk: String,
    tenant: TenantId,
    scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cap: Option<Usd>,
    time_zone: String,
    alert_at: Vec<u8>,
    version: u32,
    updated_at: Timestamp,
}

/// Amounts are numbers of micro-dollars here, because DynamoDB adds to them.
#[derive(Serialize, Deserialize)]
struct LedgerItem {
    pk: String,
    sk: String,
    month: Month,
    /// What a call that begins now may cost. Below nothing when a call has cost more than could be known.
    left_micros: i64,
    held_micros: i64,
    spent_micros: i64,
    unknown_micros: i64,
    until_alert_micros: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told_at_micros: Option<i64>,
}

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("BUDGET#{tenant}")
}

/// What the sort keys of all budgets begin with.
pub(crate) const BUDGETS: &str = "budget#";

pub(crate) fn budget_address(tenant: &TenantId, scope: &Scope) -> Item {
    address(tenant, format!("{BUDGETS}{scope}"))
}

pub(crate) fn ledger_address(tenant: &TenantId, scope: &Scope, month: Month) -> Item {
    address(tenant, format!("ledger#{month}#{scope}"))
}

fn address(tenant: &TenantId, sort_key: String) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(partition_key(tenant))),
        ("sk".to_owned(), AttributeValue::S(sort_key)),
    ])
}

pub(crate) fn budget_to_item(budget: &Budget) -> Result<Item, Fault> {
    let budget = budget.clone();
    let item = BudgetItem {
        pk: partition_key(&budget.tenant),
        sk: format!("{BUDGETS}{}", budget.scope),
        tenant: budget.tenant,
        scope: budget.scope.to_string(),
        cap: budget.cap,
        time_zone: budget.time_zone,
        alert_at: budget.alert_at,
        version: budget.version,
        updated_at: budget.updated_at,
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn budget_from_item(item: Item) -> Result<Budget, Fault> {
    let item: BudgetItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    Ok(Budget {
        tenant: item.tenant,
        scope: item.scope.parse().map_err(|error| unreadable("main", &error))?,
        cap: item.cap,
        time_zone: item.time_zone,
        alert_at: item.alert_at,
        version: item.version,
        updated_at: item.updated_at,
    })
}

pub(crate) fn ledger_to_item(budget: &Budget, ledger: &Ledger) -> Result<Item, Fault> {
    let item = LedgerItem {
        pk: partition_key(&budget.tenant),
        sk: format!("ledger#{}#{}", ledger.month, budget.scope),
        month: ledger.month,
        left_micros: micros(ledger.left(budget)),
        held_micros: micros(ledger.held),
        spent_micros: micros(ledger.spent),
        unknown_micros: micros(ledger.unknown),
        until_alert_micros: ledger.until_alert.map_or(NO_ALERT, micros),
        told_at_micros: ledger.told_at.map(micros),
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn ledger_from_item(item: Item) -> Result<Ledger, Fault> {
    let item: LedgerItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    Ok(Ledger {
        month: item.month,
        held: amount(item.held_micros),
        spent: amount(item.spent_micros),
        unknown: amount(item.unknown_micros),
        until_alert: Some(item.until_alert_micros).filter(|until| *until < NO_ALERT / 2).map(amount),
        told_at: item.told_at_micros.map(amount),
    })
}

pub(crate) fn micros(amount: Usd) -> i64 {
    i64::try_from(amount.micros()).unwrap_or(i64::MAX)
}

fn amount(micros: i64) -> Usd {
    Usd::from_micros(u64::try_from(micros).unwrap_or(0))
}
