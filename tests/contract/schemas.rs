//! The schemas of the document, made from the types that are read and written.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use web::contract::SchemaOf;

/// Types as they are read, and as they are written: a field with a default is optional in the one and always there in
/// the other.
pub struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12()
                .with(|settings| settings.definitions_path = "/components/schemas".into())
        };
        Self {
            read: settings().for_deserialize().into_generator(),
            written: settings().for_serialize().into_generator(),
        }
    }
}

impl Schemas {
    /// Of something that is sent to us.
    pub fn request(&mut self, schema: SchemaOf) -> Value {
        tidied(schema(&mut self.read).to_value())
    }

    /// Of something that we answer.
    pub fn answer(&mut self, schema: SchemaOf) -> Value {
        tidied(schema(&mut self.written).to_value())
    }

    /// All that have a name.
    pub fn components(mut self) -> Map<String, Value> {
        let read = self.read.take_definitions(true);
        let mut all: Map<_, _> = Map::new();
        for (name, schema) in read.into_iter().chain(self.written.take_definitions(true)) {
            let schema = tidied(schema);
            if let Some(other) = all.get(&name) {
                assert!(
                    *other == schema,
                    "{name} is not the same where it is read and where it is written: {other:#} {schema:#}"
                );
            }
            all.insert(name.replace("Nullable_", ""), schema);
        }
        all
    }
}

/// Without what only Rust knows of: the width of numbers, null for what is left out, lines of comments.
fn tidied(mut schema: Value) -> Value {
    tidy(&mut schema);
    schema
}

fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let width = |format: &Value| format.as_str().is_some_and(|format| format.starts_with("uint"));
            if members.get("format").is_some_and(width) {
                members.remove("format");
            }
            if members.get("default").is_some_and(Value::is_null) {
                members.remove("default");
            }
            if let Some(Value::String(about)) = members.get_mut("description") {
                *about = about.replace('\n', " ");
            }
            if let Some(Value::String(place)) = members.get_mut("$ref") {
                *place = place.replace("Nullable_", "");
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}
