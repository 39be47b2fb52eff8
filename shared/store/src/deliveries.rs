//! Deliveries: `DELIVERY#<tenant>#<webhook>` in the main table, by the notice that they tell of.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_types::SdkConfig;
use domain::delivery::Delivery;
use domain::{Fault, NoticeId, TenantId, WebhookId};

use crate::Page;
use crate::error::fault;
use crate::newest_first::newest_first;
use crate::webhook_item::{deliveries_partition_key, delivery_from_item, delivery_to_item};

/// The deliveries in the main table.
#[derive(Clone, Debug)]
pub struct Deliveries {
    client: Client,
    table: String,
}

impl Deliveries {
    /// The deliveries in `table`.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    /// Puts a delivery on record. One that is there stays as it is: whoever made it died before all was told.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn create(&self, delivery: &Delivery) -> Result<(), Fault> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(delivery_to_item(delivery)?));
        let put = put.condition_expression("attribute_not_exists(pk)").send().await;
        match put.map_err(|error| fault("PutItem delivery", error)) {
            Ok(_) | Err(Fault::Conflict) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// A delivery.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none, or it is kept no longer.
    pub async fn read(&self, tenant: &TenantId, webhook: WebhookId, id: NoticeId) -> Result<Delivery, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(deliveries_partition_key(tenant, webhook)))
            .key("sk", AttributeValue::S(id.to_string()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem delivery", error))?;
        delivery_from_item(answer.item.ok_or(Fault::NotFound)?)
    }

    /// A page of at most `limit` deliveries to a webhook, the newest first.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(
        &self,
        (tenant, webhook): (&TenantId, WebhookId),
        after: Option<NoticeId>,
        limit: usize,
    ) -> Result<Page<Delivery, NoticeId>, Fault> {
        let list = (&self.client, self.table.as_str());
        let after = after.map(|id| id.to_string());
        let (items, next) =
            newest_first(list, deliveries_partition_key(tenant, webhook), after, limit).await?;
        let items: Result<Vec<_>, _> = items.into_iter().map(delivery_from_item).collect();
        Ok(Page { items: items?, next: next.and_then(|id| id.parse().ok()) })
    }

    /// Puts what became of a delivery on record.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when somebody else has changed it meanwhile.
    pub async fn advance(&self, to: &Delivery) -> Result<(), Fault> {
        let before = AttributeValue::N(to.revision.saturating_sub(1).to_string());
        let put = self.client.put_item().table_name(&self.table).set_item(Some(delivery_to_item(to)?));
        let put = put.condition_expression("revision = :before");
        let put = put.expression_attribute_values(":before", before).send().await;
        put.map(drop).map_err(|error| fault("PutItem delivery", error))
    }
}
