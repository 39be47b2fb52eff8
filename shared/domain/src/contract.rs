//! Schemas of what is a text on the wire, for the OpenAPI document. Each says exactly what its `FromStr` takes and its
//! `Display` gives. Everything else derives its schema where it is defined.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::audit::Digest;
use crate::budget::Month;
use crate::time::Time;
use crate::{
    AuditId, BatchId, CredentialId, JobId, NoticeId, PersonaId, ProjectId, TenantId, UploadId, Usd, WebhookId,
};

macro_rules! texts {
    ($($name:ident: $schema:tt;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

texts! {
    AuditId: { "type": "string", "pattern": "^aud_[0-9a-f]{32}$", "description": "A line of the audit trail." };
    BatchId: { "type": "string", "pattern": "^bat_[0-9a-f]{32}$", "description": "Jobs that were asked for together." };
    CredentialId: {
        "type": "string", "pattern": "^cred_[0-9a-f]{32}$",
        "description": "A stored API key. The id stays when the API key is replaced."
    };
    JobId: { "type": "string", "pattern": "^job_[0-9a-f]{32}$", "description": "A job." };
    NoticeId: { "type": "string", "pattern": "^ntc_[0-9a-f]{32}$", "description": "A notice. Later ones sort after earlier ones." };
    PersonaId: { "type": "string", "pattern": "^per_[0-9a-f]{32}$", "description": "A persona." };
    UploadId: { "type": "string", "pattern": "^upl_[0-9a-f]{32}$", "description": "A photo that somebody uploads." };
    WebhookId: { "type": "string", "pattern": "^whk_[0-9a-f]{32}$", "description": "A webhook." };
    ProjectId: {
        "type": "string", "minLength": 1, "maxLength": 64, "not": { "const": "account" },
        "pattern": "^[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*$",
        "description": "Your own name for a project: letters, digits, `-` and `_`, and not `account`."
    };
    TenantId: { "type": "string", "minLength": 1, "maxLength": 128, "description": "Whose account it is." };
    Digest: { "type": "string", "pattern": "^[0-9a-f]{64}$", "description": "A SHA-256 digest." };
    Month: {
        "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$",
        "description": "A calendar month in the account's time zone, like `2026-11`."
    };
    Time: {
        "type": "string", "format": "date-time", "pattern": "Z$",
        "description": "RFC 3339 in UTC, with milliseconds, so that the texts sort as the times do."
    };
    Usd: {
        "type": "string", "pattern": "^[0-9]{1,12}(\\.[0-9]{1,6})?$",
        "description": "US dollars as a text, like `0.0420`, exact to the millionth. Never a number, which might be a float."
    };
}
