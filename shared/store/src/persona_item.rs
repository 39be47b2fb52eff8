//! A persona as an item of the main table.

use domain::image_request::Reference;
use domain::persona::{Persona, Traits};
use domain::{Fault, JobId, PersonaId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit_item::{Item, unreadable};

#[derive(Serialize, Deserialize)]
struct PersonaItem {
    pk: String,
    sk: String,
    id: PersonaId,
    tenant: TenantId,
    version: u32,
    traits: Traits,
    language: String,
    brief: String,
    job: JobId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    portrait: Option<Reference>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Where the persona as it is now lies.
pub(crate) fn address(tenant: &TenantId, id: PersonaId) -> (String, String) {
    (partition_key(tenant), id.to_string())
}

/// Where it lies as it was at a version.
pub(crate) fn version_address(tenant: &TenantId, id: PersonaId, version: u32) -> (String, String) {
    (versions_partition_key(tenant, id), format!("{version:010}"))
}

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("PERSONA#{tenant}")
}

pub(crate) fn versions_partition_key(tenant: &TenantId, id: PersonaId) -> String {
    format!("PERSONA#{tenant}#{id}")
}

pub(crate) fn to_item((pk, sk): (String, String), persona: &Persona) -> Result<Item, Fault> {
    let persona = persona.clone();
    let item = PersonaItem {
        pk,
        sk,
        id: persona.id,
        tenant: persona.tenant,
        version: persona.version,
        traits: persona.traits,
        language: persona.language,
        brief: persona.brief,
        job: persona.job,
        portrait: persona.portrait,
        created_at: persona.created_at,
        updated_at: persona.updated_at,
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn from_item(item: Item) -> Result<Persona, Fault> {
    let item: PersonaItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    Ok(Persona {
        id: item.id,
        tenant: item.tenant,
        version: item.version,
        traits: item.traits,
        language: item.language,
        brief: item.brief,
        job: item.job,
        portrait: item.portrait,
        created_at: item.created_at,
        updated_at: item.updated_at,
    })
}
