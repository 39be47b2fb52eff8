//! A change, its audit events and what they add to the counters of usage, written together or not at all.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::Fault;
use domain::audit::AuditEvent;
use domain::notice::Notice;

use crate::error::fault;
use crate::{Tables, audit_item, notices, usage_item};

/// How often a transaction is tried that met another one, each time after a wait that is twice as long and somewhat
/// random, so that those who met do not meet again.
const TRIES: u32 = 7;

/// What became of a transaction.
pub(crate) enum Committed {
    /// It is written.
    Yes,
    /// A condition does not hold; of several, the first item's.
    Refused {
        /// Which item's, in the order they were added.
        item: usize,
    },
}

/// Collects what belongs together.
pub(crate) struct Transaction<'a> {
    client: &'a Client,
    tables: &'a Tables,
    items: Vec<TransactWriteItem>,
    notices: Vec<Notice>,
}

impl<'a> Transaction<'a> {
    pub(crate) fn new(client: &'a Client, tables: &'a Tables) -> Self {
        Self { client, tables, items: Vec::new(), notices: Vec::new() }
    }

    pub(crate) fn with(mut self, item: TransactWriteItem) -> Self {
        self.items.push(item);
        self
    }

    pub(crate) fn put(self, put: Put) -> Self {
        self.with(TransactWriteItem::builder().put(put).build())
    }

    /// A notice of what is changed. Once it is written, the notifier hears of it.
    ///
    /// # Errors
    /// [`Fault::Broken`] when it cannot be an item.
    pub(crate) fn notice(mut self, notice: Notice) -> Result<Self, Fault> {
        let put = notices::put_new(&self.tables.main, &notice)?;
        self.notices.push(notice);
        Ok(self.put(put))
    }

    /// Writes the changes with their events. The SDK sends its own request token, so an attempt whose answer was
    /// lost is not applied twice.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when a condition does not hold: the thing has changed. [`Fault::Unavailable`] when the
    /// table is throttled, or other transactions stay at the same item.
    pub(crate) async fn commit(self, events: &[AuditEvent]) -> Result<(), Fault> {
        match self.try_commit(events).await? {
            Committed::Yes => Ok(()),
            Committed::Refused { .. } => Err(Fault::Conflict),
        }
    }

    /// As [`Self::commit`], and says which condition did not hold.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table is throttled, or other transactions stay at the same item.
    pub(crate) async fn try_commit(self, events: &[AuditEvent]) -> Result<Committed, Fault> {
        self.tables.listed.ensure((self.client, &self.tables.main), events).await?;
        let mut items = self.items;
        items.extend(usage_item::bookings(&self.tables.main, events)?);
        for event in events {
            let row = Put::builder()
                .table_name(&self.tables.audit)
                .set_item(Some(audit_item::to_item(event)?))
                // The trail is append-only: no row is ever replaced, not even by itself.
                .condition_expression("attribute_not_exists(pk)")
                .build()
                .map_err(|_| Fault::Broken)?;
            items.push(TransactWriteItem::builder().put(row).build());
        }
        let mut wait = Duration::from_millis(20);
        for _ in 0..TRIES {
            let request = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            // Boxed: a request of the SDK's takes kilobytes, and everything above waits with one inside.
            let error = match Box::pin(request.send()).await {
                Ok(_) => {
                    self.tables.tell(&self.notices).await;
                    return Ok(Committed::Yes);
                }
                Err(error) => error,
            };
            match cancelled(&error) {
                Some(Cancelled::Changed { item }) => return Ok(Committed::Refused { item }),
                Some(Cancelled::Refused) => return Err(Fault::Broken),
                None => return Err(fault("TransactWriteItems", error)),
                // Nothing was written, and nothing has changed: it may simply be tried again.
                Some(Cancelled::Busy) => tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await,
            }
            wait *= 2;
        }
        Err(Fault::Unavailable)
    }
}

type TransactError = aws_sdk_dynamodb::error::SdkError<
    aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError,
    aws_sdk_dynamodb::config::http::HttpResponse,
>;

/// Why a transaction was cancelled.
enum Cancelled {
    /// A condition does not hold.
    Changed {
        /// The first item whose condition it is.
        item: usize,
    },
    /// Another transaction is at the same item, or the table is throttled.
    Busy,
    /// It can never be written as it is.
    Refused,
}

fn cancelled(error: &TransactError) -> Option<Cancelled> {
    use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError as Error;
    let Error::TransactionCanceledException(cancelled) = error.as_service_error()? else { return None };
    let codes: Vec<_> =
        cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("None")).collect();
    let busy = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    if let Some(item) = codes.iter().position(|code| *code == "ConditionalCheckFailed") {
        return Some(Cancelled::Changed { item });
    }
    if codes.iter().any(|code| busy.contains(code)) {
        return Some(Cancelled::Busy);
    }
    tracing::error!(aws.operation = "TransactWriteItems", aws.code = codes.join(","), "transaction refused");
    Some(Cancelled::Refused)
}
