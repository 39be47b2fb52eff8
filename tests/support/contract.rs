//! Holds every answer that a test gets against the OpenAPI document: the status, the media type, the headers and the body
//! are those that are told of the route, and nothing else is in it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use http::HeaderMap;
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::Answer;

/// Which addresses the document is about. Beside them are the page, the sandbox's controls and the local issuer.
const ADDRESSES: [&str; 5] = ["/v1/", "/openai/", "/problems", "/healthz", "/openapi.json"];

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::of(crate::contract::document()));

/// Panics with all that does not fit.
pub fn check(method: &str, path: &str, answer: &Answer) {
    if ADDRESSES.iter().any(|address| path.starts_with(address)) {
        let wrong = CONTRACT.misfits(method, path, answer);
        assert!(wrong.is_empty(), "not as the contract says: {method} {path}: {wrong:#?}\n{answer:?}");
    }
}

/// The document, with its schemas closed: what it does not name is not there.
struct Contract {
    paths: Value,
    components: Value,
    /// By the place of their schema. Each is made once, when it is first wanted.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Contract {
    fn of(mut document: Value) -> Self {
        let mut components = document["components"].take();
        let open = extended(&components);
        for (name, schema) in components["schemas"].as_object_mut().unwrap() {
            close(schema, !open.contains(name));
        }
        Self { paths: document["paths"].take(), components, validators: Mutex::default() }
    }

    fn misfits(&self, method: &str, path: &str, answer: &Answer) -> Vec<String> {
        let paths = self.paths.as_object().unwrap().iter();
        let found = paths.filter_map(|(template, item)| Some((likeness(template, path)?, template, item)));
        let Some((_, template, item)) = found.max_by_key(|(likeness, ..)| *likeness) else {
            return self.refused(answer, 404, "not-found");
        };
        // Whoever may get it may ask for its head. Methods are told apart by their case (RFC 9110, section 9.1).
        let listed = if method == "HEAD" { "GET" } else { method };
        let known = item.as_object().unwrap().iter().find(|(name, _)| name.to_uppercase() == listed);
        let Some((_, operation)) = known else {
            return self.refused(answer, 405, "method-not-allowed");
        };
        let status = answer.status.to_string();
        let Some(told) = operation["responses"].get(&status) else {
            return vec![format!("{status} is not told of {method} {template}")];
        };
        let shared = told["$ref"].as_str().and_then(|place| place.rsplit('/').next());
        let told = shared.map_or(told, |name| &self.components["responses"][name]);
        let mut wrong = self.headers(&told["headers"], &answer.headers);
        let place = format!("{method} {template} {status}");
        match told.get("content") {
            None if answer.text.is_empty() => {}
            None => wrong.push("there should be no body".to_owned()),
            Some(_) if method == "HEAD" => {}
            Some(content) => wrong.extend(self.body(&place, content, answer)),
        }
        wrong
    }

    /// What is answered where there is no route.
    fn refused(&self, answer: &Answer, status: u16, kind: &str) -> Vec<String> {
        // At the door of OpenAI's clients it is told in their words.
        let told = [&answer.json["type"], &answer.json["error"]["problem"]];
        let as_expected = answer.status == status && told.contains(&&json!(format!("/problems/{kind}")));
        // Without a token, or in vain, anything may be refused before the route is looked for.
        let earlier = [400, 401].contains(&answer.status);
        if as_expected || earlier || answer.text.is_empty() {
            Vec::new()
        } else {
            vec![format!("expected {status} {kind}")]
        }
    }

    fn headers(&self, told: &Value, headers: &HeaderMap) -> Vec<String> {
        let mut wrong = Vec::new();
        for (name, header) in told.as_object().into_iter().flatten() {
            let shared = header["$ref"].as_str().map(|_| &self.components["headers"][name]);
            let header = shared.unwrap_or(header);
            match headers.get(name).map(|value| value.to_str().unwrap()) {
                None if header["required"] == true => wrong.push(format!("no {name}")),
                Some(value) if !self.fits(name, &header["schema"], &json!(value)).is_empty() => {
                    wrong.push(format!("{name}: {value}"));
                }
                _ => {}
            }
        }
        wrong
    }

    fn body(&self, place: &str, content: &Value, answer: &Answer) -> Vec<String> {
        let media_type = answer.headers.get("content-type").map_or("", |value| value.to_str().unwrap());
        let media_type = media_type.split(';').next().unwrap();
        let Some(media) = content.get(media_type) else {
            return vec![format!("the content type {media_type:?}")];
        };
        // An error in plain JSON would be API Gateway's, which is not here.
        if content.get("application/problem+json").is_some() && media_type != "application/problem+json" {
            return vec![format!("a problem as {media_type}")];
        }
        if media_type.ends_with("json") && media_type != "application/x-ndjson" {
            self.fits(&format!("{place} {media_type}"), &media["schema"], &answer.json)
        } else {
            Vec::new()
        }
    }

    fn fits(&self, place: &str, schema: &Value, value: &Value) -> Vec<String> {
        let validator = self.validators.lock().unwrap().get(place).cloned();
        let validator = validator.unwrap_or_else(|| {
            let mut schema = schema.clone();
            schema["components"] = json!({ "schemas": self.components["schemas"] });
            let made = jsonschema::options().with_draft(Draft::Draft202012).build(&schema).unwrap();
            self.validators.lock().unwrap().entry(place.to_owned()).or_insert(Arc::new(made)).clone()
        });
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }
}

/// How well a path fits a template: how many of its words are the same, if the others are where something else may be.
pub fn likeness(template: &str, path: &str) -> Option<usize> {
    let path = path.split('?').next().unwrap();
    let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let fits =
        |(wanted, given): (&&str, &&str)| wanted == given || (wanted.starts_with('{') && !given.is_empty());
    let all = wanted.len() == given.len() && wanted.iter().zip(&given).all(fits);
    all.then(|| wanted.iter().zip(&given).filter(|(wanted, given)| wanted == given).count())
}

/// The schemas that others add to, which therefore cannot say that there is nothing else.
fn extended(components: &Value) -> BTreeSet<String> {
    fn look(schema: &Value, extended: &mut BTreeSet<String>) {
        match schema {
            Value::Object(members) => {
                if let (Some(place), true) =
                    (members.get("$ref").and_then(Value::as_str), members.contains_key("properties"))
                {
                    extended.insert(place.rsplit('/').next().unwrap().to_owned());
                }
                members.values().for_each(|member| look(member, extended));
            }
            Value::Array(items) => items.iter().for_each(|item| look(item, extended)),
            _ => {}
        }
    }
    let mut extended = BTreeSet::new();
    look(components, &mut extended);
    extended
}

/// Lets an object have what the schema names, and nothing else. Not in alternatives: what is beside them counts too.
fn close(schema: &mut Value, here: bool) {
    let Value::Object(members) = schema else { return };
    if here && members.contains_key("properties") && !members.contains_key("additionalProperties") {
        members.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    for (name, member) in members.iter_mut() {
        match (name.as_str(), member) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(|property| close(property, true))
            }
            ("items" | "additionalProperties", member) => close(member, true),
            ("oneOf" | "anyOf" | "allOf", Value::Array(alternatives)) => {
                alternatives.iter_mut().for_each(|alternative| close(alternative, false));
            }
            _ => {}
        }
    }
}
