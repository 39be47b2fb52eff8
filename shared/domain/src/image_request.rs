//! What is asked of an image model. `providers` spells it for each provider.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request that the model's own parameter schema has accepted: made by [`crate::catalogue::Model::accept`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageRequest {
    /// The model's id at the provider.
    pub model: String,
    /// What to draw.
    pub prompt: String,
    /// Further parameters by the provider's names. What is left out is left to the provider.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
}

// Parameters are texts and integers only (see `catalogue::Parameter`), so equality is total.
impl Eq for ImageRequest {}

impl ImageRequest {
    /// A request with nothing but a model and a prompt.
    pub fn plain(model: &str, prompt: &str) -> Self {
        Self { model: model.to_owned(), prompt: prompt.to_owned(), parameters: BTreeMap::new() }
    }

    /// A parameter that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }
}
