//! What a model takes, and the check of a request against it before anything is queued.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Model;
use crate::image_request::ImageRequest;

/// The longest prompt, in characters (OpenAI's limit; the item in the table stays well under 400 KB).
const LONGEST_PROMPT: usize = 32_000;

/// One parameter of a model, in the terms of JSON Schema.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "type")]
pub enum Parameter {
    /// One of a few texts.
    String {
        /// Which.
        #[serde(rename = "enum")]
        allowed: Vec<String>,
        /// What the provider takes when it is left out.
        default: String,
    },
    /// A whole number.
    Integer {
        /// The least.
        minimum: i64,
        /// The most.
        maximum: i64,
    },
}

/// Why a request does not fit a model. Names the field and what it may be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct RequestRefused {
    /// The field of the request body.
    pub field: String,
    /// The model has no such parameter at all.
    pub unknown: bool,
    /// What is wrong, and what is allowed.
    pub problem: String,
}

impl Model {
    /// Checks a request against this model's own schema.
    ///
    /// # Errors
    /// [`RequestRefused`] names the first field that does not fit.
    pub fn accept(&self, prompt: &str, fields: Map<String, Value>) -> Result<ImageRequest, RequestRefused> {
        let refuse = |field: &str, problem: String| {
            let unknown = field != "prompt" && !self.parameters.contains_key(field);
            RequestRefused { field: field.to_owned(), unknown, problem }
        };
        let length = prompt.chars().count();
        if prompt.trim().is_empty() {
            return Err(refuse("prompt", "is empty: say what to draw".to_owned()));
        }
        if length > LONGEST_PROMPT {
            return Err(refuse("prompt", format!("has {length} characters; the most is {LONGEST_PROMPT}")));
        }
        let mut parameters = BTreeMap::new();
        for (field, value) in fields {
            let Some(parameter) = self.parameters.get(&field) else {
                let known = self.parameters.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                return Err(refuse(
                    &field,
                    format!("is not a parameter of {}, which takes: prompt, {known}", self.id),
                ));
            };
            if !parameter.allows(&value) {
                return Err(refuse(&field, parameter.in_words()));
            }
            parameters.insert(field, value);
        }
        Ok(ImageRequest { model: self.id.clone(), prompt: prompt.to_owned(), parameters })
    }

    /// The parameters as a JSON Schema, for pages and scripts that build a form from it.
    pub fn schema(&self) -> Value {
        let mut properties =
            json!({ "prompt": { "type": "string", "minLength": 1, "maxLength": LONGEST_PROMPT } });
        if let (Some(all), Ok(Value::Object(own))) =
            (properties.as_object_mut(), serde_json::to_value(&self.parameters))
        {
            all.extend(own);
        }
        json!({ "type": "object", "required": ["prompt"], "additionalProperties": false, "properties": properties })
    }
}

impl Parameter {
    fn allows(&self, value: &Value) -> bool {
        match self {
            Self::String { allowed, .. } => {
                value.as_str().is_some_and(|text| allowed.iter().any(|one| one == text))
            }
            Self::Integer { minimum, maximum } => {
                value.as_i64().is_some_and(|number| (*minimum..=*maximum).contains(&number))
            }
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::String { allowed, .. } => format!("must be one of: {}", allowed.join(", ")),
            Self::Integer { minimum, maximum } => {
                format!("must be a whole number from {minimum} to {maximum}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn accept(prompt: &str, fields: Value) -> Result<ImageRequest, RequestRefused> {
        let Value::Object(fields) = fields else { panic!("an object") };
        Catalogue::shipped().find("gpt-image-2.6-flare").unwrap().accept(prompt, fields)
    }

    #[test]
    fn a_refusal_names_the_field_and_what_it_may_be() {
        let refused = accept("a fox", json!({ "quality": "ultra" })).unwrap_err();
        assert_eq!(refused.to_string(), "`quality` must be one of: auto, low, medium, high, xhigh, max");
        assert_eq!(accept("a fox", json!({ "qualitty": "low" })).unwrap_err().field, "qualitty");
        assert_eq!(
            accept("a fox", json!({ "output_compression": 101 })).unwrap_err().field,
            "output_compression"
        );
        assert_eq!(
            accept("a fox", json!({ "output_compression": 1.5 })).unwrap_err().field,
            "output_compression"
        );
        assert_eq!(accept("a fox", json!({ "size": null })).unwrap_err().field, "size");
        assert_eq!(accept(" \n", json!({})).unwrap_err().field, "prompt");
        assert_eq!(accept(&"ä".repeat(32_001), json!({})).unwrap_err().field, "prompt");
        assert!(accept(&"ä".repeat(32_000), json!({ "size": "1024x1024", "output_compression": 0 })).is_ok());
    }
}
