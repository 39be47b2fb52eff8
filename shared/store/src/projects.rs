//! Projects: `PROJECT#<tenant>` in the main table, by their ids.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put};
use aws_types::SdkConfig;
use domain::audit::{Action, AuditEvent};
use domain::project::Project;
use domain::{AuditId, Fault, ProjectId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit_item::{Item, unreadable};
use crate::error::fault;
use crate::transaction::Transaction;
use crate::{Page, Tables};

#[derive(Serialize, Deserialize)]
struct ProjectItem {
    pk: String,
    sk: ProjectId,
    tenant: TenantId,
    name: String,
    version: u32,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    archived_at: Option<Timestamp>,
}

/// The projects in the main table.
#[derive(Clone, Debug)]
pub struct Projects {
    client: Client,
    tables: Tables,
}

impl Projects {
    /// The projects in `tables`.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self { client: Client::new(config), tables }
    }

    /// A project, if anything has ever been in it.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn find(&self, tenant: &TenantId, id: &ProjectId) -> Result<Option<Project>, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .key("pk", AttributeValue::S(partition_key(tenant)))
            .key("sk", AttributeValue::S(id.to_string()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem project", error))?;
        answer.item.map(from_item).transpose()
    }

    /// The project that something is about to belong to. One that nobody has named before begins.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not answer.
    pub async fn find_or_begin(
        &self,
        (tenant, actor): (&TenantId, &str),
        id: &ProjectId,
        made: (AuditId, Timestamp),
    ) -> Result<Project, Fault> {
        if let Some(project) = self.find(tenant, id).await? {
            return Ok(project);
        }
        let project = Project::begun(tenant, id, made.1);
        let event = project.event(made.0, actor, Action::ProjectChanged, "created");
        match self.begin(&project, event).await {
            // Somebody else has just begun it.
            Err(Fault::Conflict) => self.find(tenant, id).await?.ok_or(Fault::Conflict),
            Err(fault) => Err(fault),
            Ok(()) => Ok(project),
        }
    }

    /// Puts a new project on record.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when there is one of that id.
    pub async fn begin(&self, project: &Project, event: AuditEvent) -> Result<(), Fault> {
        let put = self.put(project)?.condition_expression("attribute_not_exists(pk)");
        let put = put.build().map_err(|_| Fault::Broken)?;
        Transaction::new(&self.client, &self.tables).put(put).commit(&[event]).await
    }

    /// Puts the next version of a project on record.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the stored version is not the one before.
    pub async fn change(&self, to: &Project, event: AuditEvent) -> Result<(), Fault> {
        let put = self
            .put(to)?
            .condition_expression("version = :before")
            .expression_attribute_values(":before", AttributeValue::N((to.version - 1).to_string()))
            .build()
            .map_err(|_| Fault::Broken)?;
        Transaction::new(&self.client, &self.tables).put(put).commit(&[event]).await
    }

    /// A page of at most `limit` projects, by their ids.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ProjectId>,
        limit: usize,
    ) -> Result<Page<Project, ProjectId>, Fault> {
        let after = after.map_or(" ", ProjectId::as_str);
        let answer = self
            .client
            .query()
            .table_name(&self.tables.main)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", AttributeValue::S(partition_key(tenant)))
            .expression_attribute_values(":after", AttributeValue::S(after.to_owned()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| fault("Query projects", error))?;
        let more = answer.last_evaluated_key.is_some();
        let found = answer.items.unwrap_or_default().into_iter().map(from_item);
        let items: Vec<Project> = found.collect::<Result<_, _>>()?;
        let next = items.last().map(|last| last.id.clone()).filter(|_| more);
        Ok(Page { items, next })
    }

    fn put(&self, project: &Project) -> Result<aws_sdk_dynamodb::types::builders::PutBuilder, Fault> {
        let item = ProjectItem {
            pk: partition_key(&project.tenant),
            sk: project.id.clone(),
            tenant: project.tenant.clone(),
            name: project.name.clone(),
            version: project.version,
            created_at: project.created_at,
            updated_at: project.updated_at,
            archived_at: project.archived_at,
        };
        let item: Item = serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))?;
        Ok(Put::builder().table_name(&self.tables.main).set_item(Some(item)))
    }
}

fn partition_key(tenant: &TenantId) -> String {
    format!("PROJECT#{tenant}")
}

fn from_item(item: Item) -> Result<Project, Fault> {
    let item: ProjectItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    Ok(Project {
        tenant: item.tenant,
        id: item.sk,
        name: item.name,
        version: item.version,
        created_at: item.created_at,
        updated_at: item.updated_at,
        archived_at: item.archived_at,
    })
}
