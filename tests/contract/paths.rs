//! One route in the document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use web::contract::{Answer, Header, Operation};

use super::problems::{Problems, told_in_openais_words};
use super::schemas::Schemas;

/// What has an address of its own, by the name of its schema. Whoever is answered with one can follow it.
const RESOURCES: [(&str, &str); 4] = [
    ("Batch", "/v1/batches/{id}"),
    ("Job", "/v1/jobs/{id}"),
    ("Persona", "/v1/personas/{id}"),
    ("Upload", "/v1/uploads/{id}"),
];

/// Its method, and what is told of it.
pub fn path_item(
    operation: &Operation,
    all: &[Operation],
    examples: &BTreeMap<String, Value>,
    (schemas, problems): (&mut Schemas, &mut Problems),
) -> (String, Value) {
    let mut told = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [tag(&operation.path)],
        "security": operation.scope.map_or(json!([]), |scope| json!([{ "token": [scope] }])),
        "parameters": parameters(operation, schemas),
    });
    if let Some((schema, required)) = operation.body {
        let content = json!({ "application/json": media(schemas.request(schema), examples) });
        told["requestBody"] = json!({ "required": required, "content": content });
    }
    let mut responses = Map::new();
    for answer in &operation.answers {
        let told = responses_of(operation, answer, all, examples, schemas);
        responses.insert(answer.status.to_string(), told);
    }
    responses.extend(match operation.openai_endings {
        Some(endings) => told_in_openais_words(&operation.problems, endings),
        None => problems.told_of(&operation.problems),
    });
    told["responses"] = responses.into();
    (operation.method.to_lowercase(), told)
}

/// What a route is about: the first word after the version.
fn tag(path: &str) -> &str {
    let mut words = path.split('/').skip(1);
    match words.next() {
        Some("v1") if path.contains("api-keys") => "api-keys",
        Some("v1") => words.next().unwrap(),
        Some("openai") => "openai",
        _ => "about",
    }
}

fn parameters(operation: &Operation, schemas: &mut Schemas) -> Vec<Value> {
    let path_parts = operation.path_parts.map(|schema| schemas.request(schema)).unwrap_or_default();
    let names = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<_> = names
        .map(|name| {
            // A path with one part may be taken as that alone.
            let schema = path_parts.get("properties").map_or(&path_parts, |parts| &parts[name]);
            assert!(schema.is_object(), "{}: nobody takes `{name}`", operation.path);
            let example = match name {
                "provider" => "openai".to_owned(),
                "project" => "comic".to_owned(),
                "budget" => "account".to_owned(),
                "slug" => "not-found".to_owned(),
                _ => crate::tenants::routes::nobodys(&operation.path),
            };
            json!({ "name": name, "in": "path", "required": true, "schema": schema, "example": example })
        })
        .collect();
    if let Some(query) = operation.query {
        let query = schemas.request(query);
        let required = query["required"].as_array().cloned().unwrap_or_default();
        for (name, schema) in query["properties"].as_object().unwrap() {
            let mut schema = without_null(schema.clone());
            let about = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            let mut parameter = json!({ "name": name, "in": "query", "required": required.contains(&json!(name)), "schema": schema });
            if let Some(about) = about {
                parameter["description"] = about;
            }
            parameters.push(parameter);
        }
    }
    parameters.extend(operation.headers.iter().map(|header| {
        json!({ "name": header.name, "in": "header", "required": false, "description": header.about,
                "schema": value_of(header), "example": header.example })
    }));
    parameters
}

/// In a query, what is left out is not null.
fn without_null(mut schema: Value) -> Value {
    let is_null =
        |option: &Value| *option == json!({ "type": "null" }) || *option == json!("null") || option.is_null();
    let members = schema.as_object_mut().unwrap();
    for alternatives in ["type", "enum", "anyOf"] {
        if let Some(Value::Array(options)) = members.get_mut(alternatives) {
            options.retain(|option| !is_null(option));
            if let ("type" | "anyOf", [only]) = (alternatives, options.as_slice()) {
                let only = only.clone();
                members.remove(alternatives);
                match only {
                    Value::Object(only) => only.into_iter().for_each(|(name, value)| {
                        members.entry(name).or_insert(value);
                    }),
                    kind => drop(members.insert("type".to_owned(), kind)),
                }
            }
        }
    }
    schema
}

fn responses_of(
    operation: &Operation,
    answer: &Answer,
    all: &[Operation],
    examples: &BTreeMap<String, Value>,
    schemas: &mut Schemas,
) -> Value {
    let mut told = json!({ "description": answer.meaning, "headers": headers(operation, &answer.headers) });
    let mut content = Map::new();
    for (media_type, schema) in &answer.content {
        let media = match schema {
            Some(schema) => media(schemas.answer(*schema), examples),
            None if *media_type == "application/json" => json!({ "schema": { "type": "object" } }),
            None => json!({ "schema": { "type": "string" } }),
        };
        told["links"] = links(operation, &media["schema"], all);
        content.insert((*media_type).to_owned(), media);
    }
    if told["links"].as_object().is_none_or(Map::is_empty) {
        told.as_object_mut().unwrap().remove("links");
    }
    if !content.is_empty() {
        told["content"] = content.into();
    }
    told
}

fn headers(operation: &Operation, own: &[(&Header, bool)]) -> Value {
    // Where somebody is signed in.
    let of_all: &[_] =
        &[(&Header::RATE_LIMIT, true), (&Header::RATE_LIMIT_POLICY, true), (&Header::REQUEST_ID, true)];
    let of_all = if operation.scope.is_some() { of_all } else { &[] };
    let one = |(header, always): &(&Header, bool)| {
        let reference = json!({ "$ref": format!("#/components/headers/{}", header.name) });
        (header.name.to_owned(), if *always { reference } else { header_told(header, false) })
    };
    Value::Object(own.iter().chain(of_all).map(one).collect())
}

/// What is told of a header of an answer.
pub fn header_told(header: &Header, required: bool) -> Value {
    json!({ "description": header.about, "required": required, "schema": value_of(header), "example": header.example })
}

fn value_of(header: &Header) -> Value {
    match header.pattern {
        "" => json!({ "type": "string" }),
        pattern => json!({ "type": "string", "pattern": pattern }),
    }
}

/// What can be asked about something that was just made.
fn links(operation: &Operation, schema: &Value, all: &[Operation]) -> Value {
    let named = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next());
    let made = RESOURCES.iter().find(|(name, _)| Some(*name) == named).filter(|_| operation.method == "POST");
    let Some((_, address)) = made else { return json!({}) };
    let about = all.iter().filter(|other| other.path.starts_with(address));
    let link = |other: &Operation| {
        let parameters = json!({ "id": "$response.body#/id" });
        (other.id.to_owned(), json!({ "operationId": other.id, "parameters": parameters }))
    };
    Value::Object(about.map(link).collect())
}

fn media(schema: Value, examples: &BTreeMap<String, Value>) -> Value {
    let named =
        schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()).unwrap_or_default().to_owned();
    let example = match named.strip_suffix("Page").and_then(|name| examples.get(name)) {
        Some(item) => Some(json!({ "items": [item], "next_cursor": null })),
        None => examples.get(&named).cloned(),
    };
    let mut media = json!({ "schema": schema });
    if let Some(example) = example {
        media["example"] = example;
    }
    media
}
