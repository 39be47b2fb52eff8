//! The check of a request against its model's own schema, before anything is queued.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Family, Model};
use crate::image_request::{ImageRequest, MOST_REFERENCE_BYTES, Reference};

/// The longest prompt, in characters (OpenAI's limit; the item in the table stays well under 400 KB).
pub(super) const LONGEST_PROMPT: usize = 32_000;

/// What goes only together, or not together.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Rule {
    /// When `if` is given (and `is` that, if it says so), `needs` must be among these.
    Needs {
        #[serde(rename = "if")]
        given: String,
        is: Option<Value>,
        needs: String,
        among: Vec<String>,
    },
    /// When `if` is given, this must not be.
    Excludes {
        #[serde(rename = "if")]
        given: String,
        excludes: String,
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

impl RequestRefused {
    fn new(field: &str, problem: String) -> Self {
        Self { field: field.to_owned(), unknown: false, problem }
    }
}

impl Model {
    /// Checks a request against this model's own schema.
    ///
    /// # Errors
    /// [`RequestRefused`] names the first field that does not fit.
    pub fn accept(
        &self,
        prompt: &str,
        fields: Map<String, Value>,
        references: Vec<Reference>,
    ) -> Result<ImageRequest, RequestRefused> {
        let Some(family) = &self.family else {
            return Err(RequestRefused::new("model", "takes no new jobs".to_owned()));
        };
        check_prompt(prompt)?;
        let mut parameters = BTreeMap::new();
        for (field, value) in fields {
            let Some(parameter) = family.parameters.get(&field) else {
                let known = family.parameters.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                let problem = format!(
                    "is not a parameter of {}, which takes: prompt, persona, style, references, project, {known}",
                    self.id
                );
                return Err(RequestRefused { unknown: true, ..RequestRefused::new(&field, problem) });
            };
            if !parameter.allows(&value) {
                return Err(RequestRefused::new(&field, parameter.in_words()));
            }
            parameters.insert(field, value);
        }
        self.check_references(references.len())?;
        let request = ImageRequest {
            model: self.id.clone(),
            prompt: prompt.to_owned(),
            parameters,
            references,
            role: None,
        };
        family.check_together(&request)?;
        if request.reference_bytes() > MOST_REFERENCE_BYTES {
            let problem = format!(
                "have {} bytes together; the most is {MOST_REFERENCE_BYTES}",
                request.reference_bytes()
            );
            return Err(RequestRefused::new("references", problem));
        }
        Ok(request)
    }

    /// Checks how many reference images there are, before any of them is looked up.
    ///
    /// # Errors
    /// [`RequestRefused`] says how many the model takes.
    pub fn check_references(&self, count: usize) -> Result<(), RequestRefused> {
        let most = self.most_references();
        if count <= most {
            return Ok(());
        }
        let problem = match most {
            0 => format!("do not go with {}, which takes none", self.id),
            most => format!("are {count} images; {} takes at most {most}", self.id),
        };
        Err(RequestRefused::new("references", problem))
    }
}

fn check_prompt(prompt: &str) -> Result<(), RequestRefused> {
    let length = prompt.chars().count();
    if prompt.trim().is_empty() {
        return Err(RequestRefused::new("prompt", "is empty: say what to draw".to_owned()));
    }
    if length > LONGEST_PROMPT {
        let problem = format!("has {length} characters; the most is {LONGEST_PROMPT}");
        return Err(RequestRefused::new("prompt", problem));
    }
    Ok(())
}

impl Family {
    fn check_together(&self, request: &ImageRequest) -> Result<(), RequestRefused> {
        for rule in &self.rules {
            self.check_rule(rule, request)?;
        }
        let (width, height) = (request.number("width"), request.number("height"));
        if let (Some(width), Some(height), Some(most)) = (width, height, self.max_pixels)
            && width.saturating_mul(height) > most
        {
            let problem =
                format!("and `height` make {} pixels; the most is {most}", width.saturating_mul(height));
            return Err(RequestRefused::new("width", problem));
        }
        Ok(())
    }

    fn check_rule(&self, rule: &Rule, request: &ImageRequest) -> Result<(), RequestRefused> {
        let given = |field: &str| match field {
            "references" => !request.references.is_empty(),
            field => request.parameters.contains_key(field),
        };
        match rule {
            Rule::Needs { given: field, is, needs, among } => {
                let applies = match is {
                    Some(value) => request.parameters.get(field) == Some(value),
                    None => given(field),
                };
                let chosen = request.text(needs).or_else(|| self.parameters.get(needs)?.default_text());
                if !applies || chosen.is_some_and(|chosen| among.iter().any(|one| one == chosen)) {
                    return Ok(());
                }
                Err(RequestRefused::new(field, format!("needs `{needs}` to be one of: {}", among.join(", "))))
            }
            Rule::Excludes { given: field, excludes } if given(field) && given(excludes) => {
                Err(RequestRefused::new(excludes, format!("does not go together with `{field}`")))
            }
            Rule::Excludes { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;

    fn reference() -> Reference {
        let text = str::to_owned;
        let (from, object_key) = (text("upl_1"), text("references/acme/upl_1"));
        Reference { from, object_key, content_type: text("image/png"), width: 9, height: 9, bytes: 9 }
    }

    fn accept(model: &str, fields: Value, references: usize) -> Result<ImageRequest, RequestRefused> {
        let Value::Object(fields) = fields else { panic!("an object") };
        let references = (0..references).map(|_| reference()).collect();
        Catalogue::shipped().find(model).unwrap().accept("a fox", fields, references)
    }

    #[test]
    fn a_refusal_names_the_field_and_what_it_may_be() {
        let flare = "gpt-image-2.6-flare";
        for (model, fields, refused) in [
            (
                flare,
                json!({ "quality": "ultra" }),
                "`quality` must be one of: auto, low, medium, high, xhigh, max",
            ),
            ("gpt-image-2", json!({ "quality": "max" }), "`quality` must be one of: auto, low, medium, high"),
            (
                flare,
                json!({ "output_compression": 101 }),
                "`output_compression` must be a whole number from 0 to 100",
            ),
            (
                flare,
                json!({ "output_compression": 1.5 }),
                "`output_compression` must be a whole number from 0 to 100",
            ),
            (
                flare,
                json!({ "output_compression": 80 }),
                "`output_compression` needs `output_format` to be one of: jpeg, webp",
            ),
            (
                flare,
                json!({ "background": "transparent", "output_format": "jpeg" }),
                "`background` needs `output_format` to be one of: png, webp",
            ),
            (
                "flux-2-max",
                json!({ "width": 1000 }),
                "`width` must be a whole number from 64 to 4096 that is divisible by 16",
            ),
            (
                "flux-2-max",
                json!({ "width": 4096, "height": 2048 }),
                "`width` and `height` make 8388608 pixels; the most is 4194304",
            ),
            ("flux-2-flex", json!({ "guidance": 1 }), "`guidance` must be a number from 1.5 to 10"),
            ("flux-2-max", json!({ "disable_pup": "yes" }), "`disable_pup` must be true or false"),
        ] {
            assert_eq!(accept(model, fields, 0).unwrap_err().to_string(), refused);
        }
        assert!(accept(flare, json!({ "qualitty": "low" }), 0).unwrap_err().unknown);
        assert!(accept("flux-3-image", json!({ "seed": 1 }), 0).unwrap_err().unknown);
        let good = json!({ "size": "1536x864", "output_compression": 0, "output_format": "webp" });
        assert!(accept(flare, good, 0).is_ok());
        assert!(accept("flux-2-flex", json!({ "guidance": 1.5, "steps": 50, "seed": 0 }), 8).is_ok());
    }

    #[test]
    fn references_are_counted_by_model() {
        for (model, most) in
            [("gpt-image-2", 16), ("flux-2-max", 8), ("flux-2-klein-4b", 4), ("flux-3-image", 10)]
        {
            assert!(accept(model, json!({}), most).is_ok(), "{model}");
            let refused = accept(model, json!({}), most + 1).unwrap_err();
            assert_eq!(
                refused.to_string(),
                format!("`references` are {} images; {model} takes at most {most}", most + 1)
            );
        }
        let large = Reference { bytes: MOST_REFERENCE_BYTES / 2 + 1, ..reference() };
        let model = Catalogue::shipped().find("gpt-image-2").unwrap();
        let refused = model.accept("a fox", Map::new(), vec![large.clone(), large]).unwrap_err();
        assert_eq!(refused.to_string(), "`references` have 20971522 bytes together; the most is 20971520");
        let refused = accept("gpt-image-2", json!({ "moderation": "low" }), 1).unwrap_err();
        assert_eq!(refused.to_string(), "`moderation` does not go together with `references`");
    }

    #[test]
    fn a_prompt_is_there_and_not_endless() {
        let model = Catalogue::shipped().find("flux-2-max").unwrap();
        let field = |prompt: &str| model.accept(prompt, Map::new(), Vec::new()).unwrap_err().field;
        assert_eq!((field(" \n"), field(&"ä".repeat(32_001))), ("prompt".to_owned(), "prompt".to_owned()));
        assert!(model.accept(&"ä".repeat(32_000), Map::new(), Vec::new()).is_ok());
    }
}
