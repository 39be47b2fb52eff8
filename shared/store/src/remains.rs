//! What is left of an account that is being erased: its rows of the main table, and its objects in the images bucket.
//! Deleting is all that can be done with them here.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use aws_types::SdkConfig;
use domain::{Fault, TenantId};
use futures_util::future::try_join_all;

use crate::audit_item::Item;
use crate::error::fault;
use crate::images;

/// What the partition keys of an account's rows begin with. Credentials are not among them: with the row of one its
/// sealed secret goes, and only `api-keys` can do that. Neither is `TENANTS`, by which the audit trail is found.
const ROWS: [&str; 12] = [
    "BATCH",
    "JOB",
    "PERSONA",
    "UPLOAD",
    "PROJECT",
    "BUDGET",
    "USAGE",
    "NOTICE",
    "WEBHOOK",
    "FLIGHTS",
    "ALLOWANCE",
    "IDEMPOTENCY",
];

/// Those whose rows have a partition of their own each, named after it, and what its name begins with.
const PARTS: [(&str, &str); 3] = [("BATCH", "BATCH"), ("PERSONA", "PERSONA"), ("WEBHOOK", "DELIVERY")];

/// What the object keys of an account's objects begin with.
const OBJECTS: [&str; 4] = ["images", "exports", "uploads", "references"];

/// How many rows are deleted at the same time.
const AT_ONCE: usize = 32;

/// How many rows are looked up at once, by their addresses alone.
const PAGE: i32 = 512;

/// How far a step has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// How many rows and objects it has deleted.
    pub deleted: usize,
    /// Whether it has looked at all there is.
    pub whole: bool,
}

/// Deletes what an account holds.
#[derive(Clone, Debug)]
pub struct Remains {
    dynamodb: Client,
    table: String,
    s3: aws_sdk_s3::Client,
    bucket: String,
}

impl Remains {
    /// Of the main table and the images bucket.
    pub fn new((dynamodb, table): (&SdkConfig, String), (s3, bucket): (&SdkConfig, String)) -> Self {
        Self { dynamodb: Client::new(dynamodb), table, s3: images::client(s3), bucket }
    }

    /// Deletes an account's batches, so that no more jobs are made of them.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not answer; it may be tried again at any time.
    pub async fn clear_batches(&self, tenant: &TenantId, go_on: impl Fn() -> bool) -> Result<Gone, Fault> {
        self.clear_rows("BATCH", tenant, &go_on).await
    }

    /// Deletes all that an account holds, objects first: only its rows lead to them. Stops between two pages when `go_on`
    /// says so.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when table or bucket do not answer; it may be tried again at any time.
    pub async fn clear(&self, tenant: &TenantId, go_on: impl Fn() -> bool) -> Result<Gone, Fault> {
        let mut all = Gone { deleted: 0, whole: true };
        for kind in OBJECTS {
            all = all.and(self.clear_objects(format!("{kind}/{tenant}/"), &go_on).await?);
        }
        for kind in ROWS {
            all = all.and(self.clear_rows(kind, tenant, &go_on).await?);
        }
        Ok(all)
    }

    async fn clear_rows(
        &self,
        kind: &str,
        tenant: &TenantId,
        go_on: &impl Fn() -> bool,
    ) -> Result<Gone, Fault> {
        let partition_key = format!("{kind}#{tenant}");
        let mut all = Gone { deleted: 0, whole: true };
        loop {
            if !go_on() {
                return Ok(Gone { whole: false, ..all });
            }
            let (rows, more) = self.page(&partition_key).await?;
            if let Some((_, parts)) = PARTS.iter().find(|(of, _)| *of == kind) {
                // Before the row that leads to them.
                for row in rows.iter().filter_map(|row| row.get("sk")?.as_s().ok()) {
                    all = all.and(self.clear_parts(&format!("{parts}#{tenant}#{row}")).await?);
                }
            }
            all.deleted += self.delete_rows(rows).await?;
            if !more {
                return Ok(all);
            }
        }
    }

    async fn clear_parts(&self, partition_key: &str) -> Result<Gone, Fault> {
        let mut all = Gone { deleted: 0, whole: true };
        loop {
            let (parts, more) = self.page(partition_key).await?;
            all.deleted += self.delete_rows(parts).await?;
            if !more {
                return Ok(all);
            }
        }
    }

    /// The addresses of the first rows of a partition, and whether there are more.
    async fn page(&self, partition_key: &str) -> Result<(Vec<Item>, bool), Fault> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .projection_expression("pk, sk")
            .expression_attribute_values(":pk", AttributeValue::S(partition_key.to_owned()))
            .consistent_read(true)
            .limit(PAGE);
        let answer = query.send().await.map_err(|error| fault("Query remains", error))?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key.is_some()))
    }

    async fn delete_rows(&self, rows: Vec<Item>) -> Result<usize, Fault> {
        for some in rows.chunks(AT_ONCE) {
            try_join_all(some.iter().map(async |row| {
                let delete = self.dynamodb.delete_item().table_name(&self.table).set_key(Some(row.clone()));
                delete.send().await.map(drop).map_err(|error| fault("DeleteItem remains", error))
            }))
            .await?;
        }
        Ok(rows.len())
    }

    async fn clear_objects(&self, prefix: String, go_on: &impl Fn() -> bool) -> Result<Gone, Fault> {
        let mut all = Gone { deleted: 0, whole: true };
        loop {
            if !go_on() {
                return Ok(Gone { whole: false, ..all });
            }
            let list = self.s3.list_objects_v2().bucket(&self.bucket).prefix(&prefix);
            let listed = list.send().await.map_err(|error| fault("ListObjectsV2", error))?;
            let named = listed
                .contents()
                .iter()
                .filter_map(|object| ObjectIdentifier::builder().key(object.key()?).build().ok());
            let named: Vec<_> = named.collect();
            if named.is_empty() {
                return Ok(all);
            }
            all.deleted += named.len();
            let delete = Delete::builder().set_objects(Some(named)).quiet(true).build();
            let delete = delete.map_err(|_| Fault::Broken)?;
            let answer = self.s3.delete_objects().bucket(&self.bucket).delete(delete).send().await;
            let answer = answer.map_err(|error| fault("DeleteObjects", error))?;
            if let Some(error) = answer.errors().first() {
                tracing::error!(aws.operation = "DeleteObjects", aws.code = error.code(), "AWS call failed");
                return Err(Fault::Unavailable);
            }
            if listed.is_truncated() != Some(true) {
                return Ok(all);
            }
        }
    }
}

impl Gone {
    fn and(self, other: Self) -> Self {
        Self { deleted: self.deleted + other.deleted, whole: self.whole && other.whole }
    }
}
