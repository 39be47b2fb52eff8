//! Whose audit trails there are: what the sealer goes by, as a table has no list of its partitions.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_types::SdkConfig;
use domain::audit::AuditEvent;
use domain::{Fault, TenantId};

use crate::Page;
use crate::error::fault;

/// Over how many partitions the list is spread. Each new process of a busy function writes to them.
const SHARDS: u8 = 8;

/// More than this are not kept in mind: they are put on the list once more, which changes nothing.
const MOST: usize = 10_000;

/// Where a look at the list goes on: the shard, and the last tenant of it that was looked at.
pub type TenantCursor = (u8, Option<String>);

/// The list, read-only.
#[derive(Clone, Debug)]
pub struct Tenants {
    client: Client,
    table: String,
}

impl Tenants {
    /// The list in `table`.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    /// Some of those who have an audit trail. A page may be empty and still have a next one.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(&self, from: Option<TenantCursor>) -> Result<Page<TenantId, TenantCursor>, Fault> {
        let (shard, after) = from.unwrap_or_default();
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :shard AND sk > :after")
            .expression_attribute_values(":shard", AttributeValue::S(partition_key(shard)))
            // A sort key cannot be empty; no tenant's name comes before this.
            .expression_attribute_values(
                ":after",
                AttributeValue::S(after.unwrap_or_else(|| " ".to_owned())),
            );
        let answer = query.send().await.map_err(|error| fault("Query tenants", error))?;
        let last = answer.last_evaluated_key.and_then(|place| place.get("sk")?.as_s().ok().cloned());
        let name =
            |item: &std::collections::HashMap<_, AttributeValue>| item.get("sk")?.as_s().ok()?.parse().ok();
        let next = match last {
            Some(last) => Some((shard, Some(last))),
            None => Some((shard + 1, None)).filter(|(shard, _)| *shard < SHARDS),
        };
        Ok(Page { items: answer.items.unwrap_or_default().iter().filter_map(name).collect(), next })
    }
}

/// Those that this process has put on the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listed(Arc<Mutex<HashSet<TenantId>>>);

impl Listed {
    /// Sees to it that whoever these events concern is on the list, before there is a line that nobody would seal. Only
    /// what a person does can be the first of a trail, so nothing that a worker writes costs a look.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it; then the events must not be written.
    pub(crate) async fn ensure(
        &self,
        (client, table): (&Client, &str),
        events: &[AuditEvent],
    ) -> Result<(), Fault> {
        for tenant in events.iter().filter(|event| event.action.is_a_persons()).map(|event| &event.tenant) {
            if self.lock().contains(tenant) {
                continue;
            }
            let put = client
                .put_item()
                .table_name(table)
                .item("pk", AttributeValue::S(partition_key(shard(tenant))))
                .item("sk", AttributeValue::S(tenant.to_string()));
            put.send().await.map_err(|error| fault("PutItem tenant", error))?;
            let mut listed = self.lock();
            if listed.len() >= MOST {
                listed.clear();
            }
            listed.insert(tenant.clone());
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<TenantId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn partition_key(shard: u8) -> String {
    format!("TENANTS#{shard}")
}

/// Always the same for a tenant.
fn shard(tenant: &TenantId) -> u8 {
    tenant.as_str().bytes().fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte)) % SHARDS
}
