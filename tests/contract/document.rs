//! The OpenAPI document, put together from what the functions say of their routes.

use serde_json::{Map, Value, json};
use web::contract::{GatewayMessage, Header, OpenaiErrorBody, Operation, ProblemBody};

use super::examples::examples;
use super::paths::{header_told, path_item};
use super::problems::Problems;
use super::schemas::Schemas;

/// Every route of every function.
pub fn operations() -> Vec<Operation> {
    let functions = [
        account::operations(),
        api_keys::operations(),
        audit::operations(),
        console::operations(),
        jobs::operations(),
    ];
    functions.into_iter().flatten().collect()
}

/// The whole document.
pub fn document() -> Value {
    let (mut schemas, mut problems) = (Schemas::default(), Problems::default());
    schemas.answer(schemars::SchemaGenerator::subschema_for::<ProblemBody>);
    schemas.answer(schemars::SchemaGenerator::subschema_for::<GatewayMessage>);
    schemas.answer(schemars::SchemaGenerator::subschema_for::<OpenaiErrorBody>);
    let (operations, examples) = (operations(), examples());
    let mut paths = Map::new();
    for operation in &operations {
        let item = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        let (method, told) = path_item(operation, &operations, &examples, (&mut schemas, &mut problems));
        assert!(item.get(&method).is_none(), "{method} {} is told twice", operation.path);
        item[method] = told;
    }
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Ownkey",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The stack that serves this document." }],
        "paths": paths,
        "components": {
            "schemas": schemas.components(),
            "responses": problems.0,
            "headers": headers(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token of the stack's issuer. What stands behind it in `security` are the scopes \
                                    that it must have.",
                },
            },
        },
    })
}

const ABOUT: &str = "Avatars and personas with your own provider API keys.\n\n\
    JSON in `snake_case`, times in RFC 3339 and UTC, money as texts in US dollars. Unknown fields are refused. Lists are \
    `{\"items\": [...], \"next_cursor\": ...}`; the next page is the same request with `cursor`. Work that takes time \
    answers 202 with `Location` and `Retry-After`. What another account owns is answered exactly like what is not there.\n\n\
    Errors are problem details (RFC 9457). Their `type` is stable and the address of a page about it; see `/problems`. \
    API Gateway refuses some requests before Ownkey sees them, with a `message` as plain JSON.\n\n\
    Fields are added to answers at any time, never renamed or removed: ignore what you do not know.";

/// Those that are always there where they are named.
fn headers() -> Value {
    let answered = |header: &&Header| {
        !["Accept", "If-Match", "If-None-Match", "Idempotency-Key", "x-stainless-retry-count"]
            .contains(&header.name)
    };
    let told = |header: &Header| (header.name.to_owned(), header_told(header, true));
    Value::Object(Header::ALL.iter().filter(answered).map(told).collect())
}

/// The document as a file: members in alphabetical order, whatever order the parser keeps.
pub fn text(document: Value) -> String {
    serde_json::to_string_pretty(&sorted(document)).unwrap() + "\n"
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}
