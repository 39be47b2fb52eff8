//! Personas: written by a job (see `Jobs::advance_with`), edited by people. Each version that was left stays readable,
//! until the persona is deleted.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use aws_types::SdkConfig;
use domain::audit::AuditEvent;
use domain::persona::Persona;
use domain::{Fault, PersonaId, TenantId};

use crate::audit_item::Item;
use crate::error::fault;
use crate::newest_first::{Place, newest_first};
use crate::persona_item::{self, address, version_address};
use crate::transaction::Transaction;
use crate::{Page, Tables};

/// The personas in the main table.
#[derive(Clone, Debug)]
pub struct Personas {
    client: Client,
    tables: Tables,
}

impl Personas {
    /// The personas in `tables`.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self { client: Client::new(config), tables }
    }

    /// A persona as it is now.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none of that id in this tenant's.
    pub async fn read(&self, tenant: &TenantId, id: PersonaId) -> Result<Persona, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .set_key(Some(item_address(address(tenant, id))))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem persona", error))?;
        persona_item::from_item(answer.item.ok_or(Fault::NotFound)?)
    }

    /// A page of at most `limit` personas of one tenant, the newest first.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(
        &self,
        tenant: &TenantId,
        after: Option<PersonaId>,
        limit: usize,
    ) -> Result<Page<Persona, PersonaId>, Fault> {
        let after = after.map(|id| id.to_string());
        let (items, next) = self.page(persona_item::partition_key(tenant), after, limit).await?;
        Ok(Page { items, next: next.and_then(|id| id.parse().ok()) })
    }

    /// A page of the versions that were left, the latest first. `before` is the version after them.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn versions(
        &self,
        tenant: &TenantId,
        id: PersonaId,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page<Persona, u32>, Fault> {
        let before = before.map(|version| version_address(tenant, id, version).1);
        let (items, next) =
            self.page(persona_item::versions_partition_key(tenant, id), before, limit).await?;
        Ok(Page { items, next: next.and_then(|version| version.parse().ok()) })
    }

    /// Puts the next version on record and keeps the one before.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the stored version is no longer `from`.
    pub async fn change(&self, from: &Persona, to: &Persona, event: AuditEvent) -> Result<(), Fault> {
        let kept = put(&self.tables.main, version_address(&from.tenant, from.id, from.version), from)?;
        let kept = kept.build().map_err(|_| Fault::Broken)?;
        let next = put(&self.tables.main, address(&to.tenant, to.id), to)?
            .condition_expression("version = :from")
            .expression_attribute_values(":from", AttributeValue::N(from.version.to_string()))
            .build()
            .map_err(|_| Fault::Broken)?;
        Transaction::new(&self.client, &self.tables).put(next).put(kept).commit(&[event]).await
    }

    /// Deletes a persona and every version of it. Pictures that were made of it stay.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when it is gone already.
    pub async fn delete(&self, persona: &Persona, event: AuditEvent) -> Result<(), Fault> {
        let delete = Delete::builder()
            .table_name(&self.tables.main)
            .set_key(Some(item_address(address(&persona.tenant, persona.id))))
            .condition_expression("attribute_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)?;
        let delete = TransactWriteItem::builder().delete(delete).build();
        let deleted = Transaction::new(&self.client, &self.tables).with(delete).commit(&[event]).await;
        deleted.map_err(|fault| if fault == Fault::Conflict { Fault::NotFound } else { fault })?;
        // Without the persona nothing leads to its versions; what a crash leaves of them is only space.
        for version in (1..persona.version).rev() {
            let left = item_address(version_address(&persona.tenant, persona.id, version));
            let delete = self.client.delete_item().table_name(&self.tables.main).set_key(Some(left));
            delete.send().await.map_err(|error| fault("DeleteItem persona version", error))?;
        }
        Ok(())
    }

    async fn page(
        &self,
        partition_key: String,
        after: Place,
        limit: usize,
    ) -> Result<(Vec<Persona>, Place), Fault> {
        let list = (&self.client, self.tables.main.as_str());
        let (items, next) = newest_first(list, partition_key, after, limit).await?;
        let items: Result<Vec<_>, _> = items.into_iter().map(persona_item::from_item).collect();
        Ok((items?, next))
    }
}

/// A persona that was just written, on condition that there is none of its id.
pub(crate) fn put_new(table: &str, persona: &Persona) -> Result<Put, Fault> {
    put(table, address(&persona.tenant, persona.id), persona)?
        .condition_expression("attribute_not_exists(pk)")
        .build()
        .map_err(|_| Fault::Broken)
}

fn put(
    table: &str,
    address: (String, String),
    persona: &Persona,
) -> Result<aws_sdk_dynamodb::types::builders::PutBuilder, Fault> {
    Ok(Put::builder().table_name(table).set_item(Some(persona_item::to_item(address, persona)?)))
}

fn item_address((pk, sk): (String, String)) -> Item {
    Item::from([("pk".to_owned(), AttributeValue::S(pk)), ("sk".to_owned(), AttributeValue::S(sk))])
}
