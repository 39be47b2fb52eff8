//! Budgets, and the ledgers of their months. What calls post to a ledger is written with their jobs (see `jobs/posting`).

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Put, TransactWriteItem, Update};
use aws_types::SdkConfig;
use domain::audit::AuditEvent;
use domain::budget::{Budget, Ledger, Month};
use domain::credential::Scope;
use domain::notice::Notice;
use domain::{Fault, TenantId};

use crate::Tables;
use crate::audit_item::Item;
use crate::budget_item::{
    BUDGETS, NO_ALERT, budget_address, budget_from_item, budget_to_item, ledger_address, ledger_from_item,
    ledger_to_item, micros, partition_key,
};
use crate::error::fault;
use crate::transaction::Transaction;

/// How often a change of a budget is tried while calls end at the same time.
const TRIES: usize = 10;

/// The budgets in the main table.
#[derive(Clone, Debug)]
pub struct Budgets {
    client: Client,
    tables: Tables,
}

impl Budgets {
    /// The budgets in `tables`.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self::with(Client::new(config), tables)
    }

    pub(crate) fn with(client: Client, tables: Tables) -> Self {
        Self { client, tables }
    }

    /// The budget of a scope. One that nobody has set has no cap.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn read(&self, tenant: &TenantId, scope: &Scope) -> Result<Budget, Fault> {
        match self.item(budget_address(tenant, scope)).await? {
            Some(item) => budget_from_item(item),
            None => Ok(Budget::unset(tenant, scope.clone())),
        }
    }

    /// Every budget that was ever set, by scope.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<Budget>, Fault> {
        let (mut all, mut place) = (Vec::new(), None);
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.tables.main)
                .key_condition_expression("pk = :pk AND begins_with(sk, :budgets)")
                .expression_attribute_values(":pk", AttributeValue::S(partition_key(tenant)))
                .expression_attribute_values(":budgets", AttributeValue::S(BUDGETS.to_owned()))
                .set_exclusive_start_key(place)
                .send()
                .await
                .map_err(|error| fault("Query budgets", error))?;
            for item in answer.items.unwrap_or_default() {
                all.push(budget_from_item(item)?);
            }
            place = answer.last_evaluated_key;
            if place.is_none() {
                return Ok(all);
            }
        }
    }

    /// What a month has paid. None: nothing, and nobody has begun to.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn ledger(
        &self,
        tenant: &TenantId,
        scope: &Scope,
        month: Month,
    ) -> Result<Option<Ledger>, Fault> {
        self.item(ledger_address(tenant, scope, month)).await?.map(ledger_from_item).transpose()
    }

    /// Begins the ledger of a month, unless somebody else just did. What it may pay is the budget's cap, on condition
    /// that the budget does not change at the same time.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub(crate) async fn open(&self, tenant: &TenantId, scope: &Scope, month: Month) -> Result<(), Fault> {
        let budget = self.read(tenant, scope).await?;
        let put = self.put(ledger_to_item(&budget, &Ledger::opened(&budget, month))?);
        let put = put.condition_expression("attribute_not_exists(pk)").build().map_err(|_| Fault::Broken)?;
        let unchanged = ConditionCheck::builder()
            .table_name(&self.tables.main)
            .set_key(Some(budget_address(tenant, scope)));
        let unchanged = match budget.version {
            0 => unchanged.condition_expression("attribute_not_exists(pk)"),
            version => unchanged
                .condition_expression("version = :version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string())),
        };
        let unchanged = unchanged.build().map_err(|_| Fault::Broken)?;
        let unchanged = TransactWriteItem::builder().condition_check(unchanged).build();
        match Transaction::new(&self.client, &self.tables).put(put).with(unchanged).commit(&[]).await {
            // It is there now, or the budget is another: whoever needed it looks again.
            Err(Fault::Conflict) => Ok(()),
            other => other,
        }
    }

    /// Changes a budget, and what is left of the month that runs.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the budget is not the version that `to` was made from.
    pub async fn change(
        &self,
        from: &Budget,
        to: &Budget,
        month: Month,
        event: AuditEvent,
    ) -> Result<(), Fault> {
        let put = self.put(budget_to_item(to)?);
        let put = match from.version {
            0 => put.condition_expression("attribute_not_exists(pk)"),
            version => put
                .condition_expression("version = :version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string())),
        };
        let put = put.build().map_err(|_| Fault::Broken)?;
        for _ in 0..TRIES {
            let mut transaction = Transaction::new(&self.client, &self.tables).put(put.clone());
            if let Some(ledger) = self.ledger(&to.tenant, &to.scope, month).await? {
                transaction = transaction.with(self.adjust(from, to, &ledger)?);
            } else {
                transaction = transaction.with(self.still_closed(to, month)?);
            }
            match transaction.try_commit(std::slice::from_ref(&event)).await? {
                crate::transaction::Committed::Yes => return Ok(()),
                // A call has ended meanwhile, or the first of the month has begun.
                crate::transaction::Committed::Refused { item: 1 } => {}
                crate::transaction::Committed::Refused { .. } => return Err(Fault::Conflict),
            }
        }
        Err(Fault::Unavailable)
    }

    /// Notes that people were told that jobs wait, and tells them: once for each cap of a month.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn tell_exceeded(&self, budget: &Budget, month: Month, notice: &Notice) -> Result<(), Fault> {
        let update = Update::builder()
            .table_name(&self.tables.main)
            .set_key(Some(ledger_address(&budget.tenant, &budget.scope, month)))
            .update_expression("SET told_at_micros = :cap")
            .condition_expression(
                "attribute_exists(pk) AND (attribute_not_exists(told_at_micros) OR told_at_micros <> :cap)",
            )
            .expression_attribute_values(":cap", AttributeValue::N(micros(budget.limit()).to_string()))
            .build()
            .map_err(|_| Fault::Broken)?;
        let update = TransactWriteItem::builder().update(update).build();
        let transaction = Transaction::new(&self.client, &self.tables).with(update).notice(notice.clone())?;
        match transaction.commit(&[]).await {
            // Told already.
            Err(Fault::Conflict) => Ok(()),
            other => other,
        }
    }

    /// The month's ledger by a new cap and new steps, on condition that nothing was spent since it was read.
    fn adjust(&self, from: &Budget, to: &Budget, ledger: &Ledger) -> Result<TransactWriteItem, Fault> {
        let number = |number: i64| AttributeValue::N(number.to_string());
        let until = |until: Option<domain::Usd>| number(until.map_or(NO_ALERT, micros));
        let update = Update::builder()
            .table_name(&self.tables.main)
            .set_key(Some(ledger_address(&to.tenant, &to.scope, ledger.month)))
            .update_expression("SET until_alert_micros = :until REMOVE told_at_micros ADD left_micros :more")
            .condition_expression("spent_micros = :spent AND unknown_micros = :unknown")
            .expression_attribute_values(":until", until(to.until_alert(ledger.gone())))
            .expression_attribute_values(":more", number(micros(to.limit()) - micros(from.limit())))
            .expression_attribute_values(":spent", number(micros(ledger.spent)))
            .expression_attribute_values(":unknown", number(micros(ledger.unknown)))
            .build()
            .map_err(|_| Fault::Broken)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn still_closed(&self, budget: &Budget, month: Month) -> Result<TransactWriteItem, Fault> {
        let check = ConditionCheck::builder()
            .table_name(&self.tables.main)
            .set_key(Some(ledger_address(&budget.tenant, &budget.scope, month)))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    fn put(&self, item: Item) -> aws_sdk_dynamodb::types::builders::PutBuilder {
        Put::builder().table_name(&self.tables.main).set_item(Some(item))
    }

    async fn item(&self, address: Item) -> Result<Option<Item>, Fault> {
        let query = self.client.get_item().table_name(&self.tables.main).set_key(Some(address));
        let answer = query.consistent_read(true).send().await;
        Ok(answer.map_err(|error| fault("GetItem budget", error))?.item)
    }
}
