//! A change and its audit events, written together or not at all.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::Fault;
use domain::audit::AuditEvent;

use crate::audit_item;
use crate::error::fault;

/// Collects what belongs together.
pub(crate) struct Transaction<'a> {
    client: &'a Client,
    audit_table: &'a str,
    items: Vec<TransactWriteItem>,
}

impl<'a> Transaction<'a> {
    pub(crate) fn new(client: &'a Client, audit_table: &'a str) -> Self {
        Self { client, audit_table, items: Vec::new() }
    }

    pub(crate) fn with(mut self, item: TransactWriteItem) -> Self {
        self.items.push(item);
        self
    }

    pub(crate) fn put(self, put: Put) -> Self {
        self.with(TransactWriteItem::builder().put(put).build())
    }

    /// Writes the changes with their events. The SDK sends its own request token, so an attempt whose answer was
    /// lost is not applied twice.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when a condition does not hold or another transaction is at the same item.
    pub(crate) async fn commit(self, events: &[AuditEvent]) -> Result<(), Fault> {
        let mut items = self.items;
        for event in events {
            let row = Put::builder()
                .table_name(self.audit_table)
                .set_item(Some(audit_item::to_item(event)?))
                // The trail is append-only: no row is ever replaced, not even by itself.
                .condition_expression("attribute_not_exists(pk)")
                .build()
                .map_err(|_| Fault::Broken)?;
            items.push(TransactWriteItem::builder().put(row).build());
        }
        let sent = self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => Err(cancelled(&error).unwrap_or_else(|| fault("TransactWriteItems", error))),
        }
    }
}

type TransactError = aws_sdk_dynamodb::error::SdkError<
    aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError,
    aws_sdk_dynamodb::config::http::HttpResponse,
>;

/// Why the transaction was cancelled, if it was.
fn cancelled(error: &TransactError) -> Option<Fault> {
    use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError as Error;
    let Error::TransactionCanceledException(cancelled) = error.as_service_error()? else { return None };
    let codes: Vec<_> = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect();
    let passing = |code: &&str| matches!(*code, "ThrottlingError" | "ProvisionedThroughputExceeded");
    if codes.contains(&"ConditionalCheckFailed") || codes.contains(&"TransactionConflict") {
        Some(Fault::Conflict)
    } else if codes.iter().any(passing) {
        Some(Fault::Unavailable)
    } else {
        tracing::error!(
            aws.operation = "TransactWriteItems",
            aws.code = codes.join(","),
            "transaction refused"
        );
        Some(Fault::Broken)
    }
}
