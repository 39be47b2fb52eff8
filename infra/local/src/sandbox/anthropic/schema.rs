//! Values that fit a JSON schema, whatever it asks for.

use std::cell::Cell;
use std::iter::repeat;

use serde_json::{Map, Value, json};

/// Nobody needs more; a schema that contains itself would never end.
const DEEPEST: usize = 16;
const MOST_VALUES: u32 = 10_000;
const MOST_ITEMS: u64 = 100;
const LONGEST_TEXT: usize = 10_000;

/// A value that fits. Properties of the outermost object that are known get what is known, all others something
/// plain.
pub(super) fn fill(schema: &Value, known: &Map<String, Value>) -> Value {
    let filler = Filler { root: schema, known, left: Cell::new(MOST_VALUES) };
    filler.value(schema, "answer", 0)
}

struct Filler<'a> {
    root: &'a Value,
    known: &'a Map<String, Value>,
    /// So many values may still be made.
    left: Cell<u32>,
}

impl<'a> Filler<'a> {
    fn value(&self, schema: &'a Value, name: &str, depth: usize) -> Value {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Value::Null;
        };
        self.left.set(left);
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(value) = list(schema, "enum").first() {
            return value.clone();
        }
        let other = |schema| if depth > DEEPEST { Value::Null } else { self.value(schema, name, depth + 1) };
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let target = target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            return target.map_or(Value::Null, other);
        }
        for name in ["anyOf", "oneOf", "allOf"] {
            if let Some(first) = list(schema, name).first() {
                return other(first);
            }
        }
        let known = self.known.get(name).filter(|value| depth == 1 && allows(schema, value));
        match (kind(schema), known) {
            ("string", Some(Value::String(text))) => json!(text),
            ("string", _) => json!(text(schema, name)),
            ("integer" | "number", Some(Value::Number(number))) => json!(number),
            ("integer" | "number", _) => number(schema),
            ("boolean", _) => json!(true),
            ("array", _) => self.array(schema, name, depth),
            ("object", _) => self.object(schema, depth),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &'a Value, depth: usize) -> Value {
        let required = list(schema, "required");
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        // Deep down only what must be there: that is how a schema that contains itself comes to an end.
        let properties =
            properties.filter(|(name, _)| depth < DEEPEST / 4 || required.iter().any(|one| one == *name));
        properties.map(|(name, schema)| (name.clone(), self.value(schema, name, depth + 1))).collect()
    }

    fn array(&self, schema: &'a Value, name: &str, depth: usize) -> Value {
        let bound = |name| schema.get(name).and_then(Value::as_u64);
        let shallow = u64::from(depth < DEEPEST / 4);
        let count =
            bound("minItems").unwrap_or(shallow).min(bound("maxItems").unwrap_or(MOST_ITEMS)).min(MOST_ITEMS);
        let items = schema.get("items").unwrap_or(&Value::Null);
        (0..count).map(|_| self.value(items, name, depth + 1)).collect()
    }
}

fn list<'a>(schema: &'a Value, name: &str) -> &'a [Value] {
    schema.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The type; of several the first that is something.
fn kind(schema: &Value) -> &str {
    let several = || list(schema, "type").iter().filter_map(Value::as_str).find(|kind| *kind != "null");
    let implied = || schema.get("properties").map_or("string", |_| "object");
    schema.get("type").and_then(Value::as_str).or_else(several).unwrap_or_else(implied)
}

/// Whether a text or a number keeps the bounds, as far as that is easily told.
fn allows(schema: &Value, value: &Value) -> bool {
    let bound = |name| schema.get(name).and_then(Value::as_f64);
    let within = |size: f64, least, most| {
        bound(least).is_none_or(|least| size >= least) && bound(most).is_none_or(|most| size <= most)
    };
    let without = |names: [&str; 2]| names.iter().all(|name| schema.get(name).is_none());
    match value {
        Value::String(text) => {
            without(["format", "pattern"]) && within(text.chars().count() as f64, "minLength", "maxLength")
        }
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            without(["exclusiveMinimum", "exclusiveMaximum"]) && within(number, "minimum", "maximum")
        }
        _ => false,
    }
}

fn text(schema: &Value, name: &str) -> String {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let text = match format {
        "date" => "2026-11-23".to_owned(),
        "time" => "12:00:00Z".to_owned(),
        "date-time" => "2026-11-23T12:00:00Z".to_owned(),
        "duration" => "P1D".to_owned(),
        "email" => "someone@example.com".to_owned(),
        "hostname" => "example.com".to_owned(),
        "uri" => "https://example.com/".to_owned(),
        "ipv4" => "192.0.2.1".to_owned(),
        "ipv6" => "2001:db8::1".to_owned(),
        "uuid" => "00000000-0000-4000-8000-000000000000".to_owned(),
        _ => format!("A few words for {name}."),
    };
    let bound = |name| schema.get(name).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
    let length = text.chars().count().max(bound("minLength").unwrap_or(0)).min(LONGEST_TEXT);
    text.chars().chain(repeat('.')).take(length.min(bound("maxLength").unwrap_or(LONGEST_TEXT))).collect()
}

fn number(schema: &Value) -> Value {
    let bound = |name: &str| schema.get(name).filter(|bound| bound.is_number());
    let step = |name: &str, step: i64| {
        bound(name).and_then(Value::as_i64).map(|bound| json!(bound.saturating_add(step)))
    };
    if let Some(least) = bound("minimum").cloned().or_else(|| step("exclusiveMinimum", 1)) {
        return least;
    }
    bound("maximum").cloned().or_else(|| step("exclusiveMaximum", -1)).unwrap_or(json!(1))
}
