//! What is asked of an image model. `providers` spells it for each provider.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::PersonaId;
use crate::outcome::StoredImage;

/// How much all reference images of a request may have together, in bytes: a worker holds them while it calls.
pub const MOST_REFERENCE_BYTES: u64 = 20 * 1024 * 1024;

/// A request that the model's own parameter schema has accepted: made by [`crate::catalogue::Model::accept`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageRequest {
    /// The model's id at the provider.
    pub model: String,
    /// What to draw, as it is sent.
    pub prompt: String,
    /// Further parameters by the provider's names. What is left out is left to the provider.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
    /// Pictures that go along, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Who is drawn, if the prompt was made of a persona.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// What a prompt was made of: a persona, in a scene and a style.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Who is drawn.
    pub persona: PersonaId,
    /// As they were at this version.
    pub version: u32,
    /// What they do, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// What took the place of the persona's own style.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
}

// Parameters come from JSON, which has no NaN, so equality is total.
impl Eq for ImageRequest {}

/// A picture that goes along with a request: a photo that was uploaded, or what an earlier job has made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The id of the upload or the job.
    pub from: String,
    /// Where it is in the images bucket.
    pub object_key: String,
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub content_type: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Length in bytes.
    pub bytes: u64,
}

impl Reference {
    /// A stored image as a reference. `from` is the id of the upload or job that it came from.
    pub fn to(from: String, image: &StoredImage) -> Self {
        Self {
            from,
            object_key: image.object_key.clone(),
            content_type: image.content_type.clone(),
            width: image.width,
            height: image.height,
            bytes: image.bytes,
        }
    }

    /// How many pixels it has. Providers charge for them.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

impl ImageRequest {
    /// A request with nothing but a model and a prompt.
    pub fn plain(model: &str, prompt: &str) -> Self {
        Self {
            model: model.to_owned(),
            prompt: prompt.to_owned(),
            parameters: BTreeMap::new(),
            references: Vec::new(),
            role: None,
        }
    }

    /// How much its reference images have together, in bytes.
    pub fn reference_bytes(&self) -> u64 {
        self.references.iter().map(|reference| reference.bytes).sum()
    }

    /// A parameter that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }

    /// A parameter that is a whole number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.parameters.get(name).and_then(Value::as_u64)
    }
}
