//! What a job of a model may say, as a JSON Schema: for pages and scripts that build a form from it.

use serde_json::{Map, Value, json};

use super::acceptance::LONGEST_PROMPT;
use super::{Family, Model, ModelKind};
use crate::persona::{LONGEST_BRIEF, LONGEST_TEXT};

impl Model {
    /// The fields that its jobs take beside `model` and `project`. None for a model that takes no new jobs.
    pub fn schema(&self) -> Value {
        let (properties, wanted) = match (&self.family, self.kind) {
            (None, _) => (Map::new(), json!([])),
            (Some(family), ModelKind::Image) => {
                (family.image_fields(), json!([{ "required": ["prompt"] }, { "required": ["persona"] }]))
            }
            (Some(_), ModelKind::Persona) => (persona_fields(), json!([{ "required": ["brief"] }])),
        };
        let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
        if let (Some(schema), true) = (schema.as_object_mut(), self.family.is_some()) {
            schema.insert("anyOf".to_owned(), wanted);
        }
        schema
    }
}

impl Family {
    fn image_fields(&self) -> Map<String, Value> {
        let text = |most: usize| json!({ "type": "string", "minLength": 1, "maxLength": most });
        let persona = json!({ "type": "string", "description": "per_...: the prompt is made of it" });
        let mut fields = Map::from_iter([
            ("prompt".to_owned(), text(LONGEST_PROMPT)),
            ("persona".to_owned(), persona),
            ("style".to_owned(), text(LONGEST_TEXT)),
        ]);
        if self.references > 0 {
            let items = json!({ "type": "string", "description": "upl_... or job_..." });
            let references = json!({ "type": "array", "items": items, "maxItems": self.references });
            fields.insert("references".to_owned(), references);
        }
        fields.extend(self.parameters.iter().map(|(name, own)| (name.clone(), own.schema())));
        fields
    }
}

fn persona_fields() -> Map<String, Value> {
    let brief = json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_BRIEF });
    let language = json!({ "type": "string", "description": "a tag like en, de or pt-BR", "default": "en" });
    Map::from_iter([("brief".to_owned(), brief), ("language".to_owned(), language)])
}
