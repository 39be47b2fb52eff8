//! Problems in the document: one answer for each status code, told once for all routes that have it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use web::ProblemKind;
use web::contract::{Header, told_of_ending, told_of_problem};
use web::openai::Ending;

use super::paths::header_told;

/// The answers that routes share.
#[derive(Default)]
pub struct Problems(pub Map<String, Value>);

impl Problems {
    /// By status code.
    pub fn told_of(&mut self, kinds: &[ProblemKind]) -> Map<String, Value> {
        let mut by_status = BTreeMap::<_, Vec<_>>::new();
        for kind in kinds {
            by_status.entry(kind.status_code()).or_default().push(*kind);
        }
        let told = by_status.into_iter().map(|(status, mut kinds)| {
            kinds.sort_by_key(|kind| kind.slug());
            let name = kinds.iter().map(|kind| format!("{kind:?}")).collect::<Vec<_>>().join("Or");
            let reference = format!("#/components/responses/{name}");
            self.0.entry(name).or_insert_with(|| answer(status, &kinds));
            (status.to_string(), json!({ "$ref": reference }))
        });
        told.collect()
    }
}

/// Problems, and ends of jobs, in OpenAI's words, by status code.
pub fn told_in_openais_words(kinds: &[ProblemKind], endings: &[Ending]) -> Map<String, Value> {
    let told = kinds.iter().copied().map(told_of_problem).chain(endings.iter().copied().map(told_of_ending));
    let mut by_status = BTreeMap::<_, Vec<_>>::new();
    for (status, code, meaning) in told {
        by_status.entry(status).or_default().push(format!("{} (`{code}`).", meaning.trim_end_matches('.')));
    }
    let answer = |(status, meanings): (u16, Vec<String>)| {
        let told = json!({ "$ref": "#/components/schemas/OpenaiError" });
        // Beside what API Gateway says by itself.
        let schema = match gateway_answers(status) {
            true => json!({ "anyOf": [told, { "$ref": "#/components/schemas/GatewayMessage" }] }),
            false => told,
        };
        let content = json!({ "application/json": { "schema": schema } });
        (status.to_string(), json!({ "description": meanings.join(" "), "content": content }))
    };
    by_status.into_iter().map(answer).collect()
}

/// API Gateway checks tokens and counts requests before a function sees them, and has words of its own.
fn gateway_answers(status: u16) -> bool {
    matches!(status, 401 | 403 | 413 | 429 | 500 | 503)
}

fn answer(status: u16, kinds: &[ProblemKind]) -> Value {
    let types: Vec<_> = kinds.iter().map(|kind| format!("/problems/{}", kind.slug())).collect();
    let meanings: Vec<_> =
        kinds.iter().map(|kind| format!("{} (`{}`).", kind.title(), kind.slug())).collect();
    let schema = json!({ "allOf": [
        { "$ref": "#/components/schemas/Problem" },
        { "type": "object", "properties": { "type": { "enum": types } } },
    ] });
    let mut content = json!({ "application/problem+json": { "schema": schema } });
    if gateway_answers(status) {
        content["application/json"] = json!({ "schema": { "$ref": "#/components/schemas/GatewayMessage" } });
    }
    let mut answer = json!({ "description": meanings.join(" "), "content": content });
    if kinds.contains(&ProblemKind::ModelRetired) {
        let headers = [&Header::DEPRECATION, &Header::SUNSET];
        let told = headers.map(|header| (header.name.to_owned(), header_told(header, false)));
        answer["headers"] = Value::Object(told.into_iter().collect());
    }
    if matches!(status, 429 | 503) {
        answer["headers"] = json!({ "Retry-After": { "$ref": "#/components/headers/Retry-After" } });
    }
    answer
}
