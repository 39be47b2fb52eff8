//! The parameters that a model takes, and what each may be.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// One parameter of a model. All but sizes are in the terms of JSON Schema.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "type")]
pub enum Parameter {
    /// One of a few texts.
    String {
        /// Which.
        #[serde(rename = "enum")]
        allowed: Vec<String>,
        /// What the provider takes when it is left out, if it says so.
        default: Option<String>,
    },
    /// A text like `1536x1024`.
    Size(SizeLimits),
    /// A whole number.
    Integer {
        /// The least.
        minimum: i64,
        /// The most.
        maximum: i64,
        /// What it must be divisible by.
        #[serde(default = "one")]
        multiple_of: i64,
        /// What the provider takes when it is left out.
        default: Option<i64>,
    },
    /// A number with decimals.
    Number {
        /// The least.
        minimum: f64,
        /// The most.
        maximum: f64,
        /// What the provider takes when it is left out.
        default: f64,
    },
    /// Yes or no.
    Boolean {
        /// What the provider takes when it is left out.
        default: bool,
    },
}

/// Which sizes a model draws.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeLimits {
    /// Common ones, and `auto`.
    presets: Vec<String>,
    default: String,
    multiple_of: u64,
    min_pixels: u64,
    max_pixels: u64,
    max_side: u64,
    max_ratio: u64,
}

fn one() -> i64 {
    1
}

impl Parameter {
    /// Whether a value fits.
    pub(super) fn allows(&self, value: &Value) -> bool {
        match self {
            Self::String { allowed, .. } => {
                value.as_str().is_some_and(|text| allowed.iter().any(|one| one == text))
            }
            Self::Size(limits) => value.as_str().is_some_and(|text| limits.allow(text)),
            Self::Integer { minimum, maximum, multiple_of, .. } => value
                .as_i64()
                .is_some_and(|number| (*minimum..=*maximum).contains(&number) && number % multiple_of == 0),
            Self::Number { minimum, maximum, .. } => {
                value.as_f64().is_some_and(|number| (*minimum..=*maximum).contains(&number))
            }
            Self::Boolean { .. } => value.is_boolean(),
        }
    }

    /// What a value must be.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::String { allowed, .. } => format!("must be one of: {}", allowed.join(", ")),
            Self::Size(limits) => format!("must be {}", limits.in_words()),
            Self::Integer { minimum, maximum, multiple_of: 1, .. } => {
                format!("must be a whole number from {minimum} to {maximum}")
            }
            Self::Integer { minimum, maximum, multiple_of, .. } => {
                format!(
                    "must be a whole number from {minimum} to {maximum} that is divisible by {multiple_of}"
                )
            }
            Self::Number { minimum, maximum, .. } => format!("must be a number from {minimum} to {maximum}"),
            Self::Boolean { .. } => "must be true or false".to_owned(),
        }
    }

    /// What the provider takes when it is left out, if that is a text.
    pub(super) fn default_text(&self) -> Option<&str> {
        match self {
            Self::String { default, .. } => default.as_deref(),
            Self::Size(limits) => Some(&limits.default),
            Self::Integer { .. } | Self::Number { .. } | Self::Boolean { .. } => None,
        }
    }

    /// As a JSON Schema, for pages and scripts that build a form from it.
    pub(super) fn schema(&self) -> Value {
        match self {
            Self::String { allowed, default } => with_default(
                json!({ "type": "string", "enum": allowed }),
                default.as_deref().map(Value::from),
            ),
            Self::Size(limits) => json!({
                "type": "string",
                "pattern": "^(auto|[1-9][0-9]{1,3}x[1-9][0-9]{1,3})$",
                "examples": limits.presets,
                "default": limits.default,
                "description": limits.in_words(),
            }),
            Self::Integer { minimum, maximum, multiple_of, default } => {
                let mut schema = json!({ "type": "integer", "minimum": minimum, "maximum": maximum });
                if let (Some(schema), true) = (schema.as_object_mut(), *multiple_of > 1) {
                    schema.insert("multipleOf".to_owned(), (*multiple_of).into());
                }
                with_default(schema, default.map(Value::from))
            }
            Self::Number { minimum, maximum, default } => {
                json!({ "type": "number", "minimum": minimum, "maximum": maximum, "default": default })
            }
            Self::Boolean { default } => json!({ "type": "boolean", "default": default }),
        }
    }
}

fn with_default(mut schema: Value, default: Option<Value>) -> Value {
    if let (Some(fields), Some(default)) =
        (schema.as_object_mut().map(|fields: &mut Map<_, _>| fields), default)
    {
        fields.insert("default".to_owned(), default);
    }
    schema
}

impl SizeLimits {
    fn allow(&self, text: &str) -> bool {
        if self.presets.iter().any(|preset| preset == text) {
            return true;
        }
        let Some((width, height)) = sides(text) else { return false };
        let (long, short) = (width.max(height), width.min(height));
        width % self.multiple_of == 0
            && height % self.multiple_of == 0
            && long <= self.max_side
            && long <= short * self.max_ratio
            && (self.min_pixels..=self.max_pixels).contains(&(width * height))
    }

    fn in_words(&self) -> String {
        format!(
            "{}, or any other WIDTHxHEIGHT with both divisible by {}, no side over {}, no more than {}:1 from side to \
             side, and {} to {} pixels",
            self.presets.join(", "),
            self.multiple_of,
            self.max_side,
            self.max_ratio,
            self.min_pixels,
            self.max_pixels
        )
    }
}

/// Width and height of a size like `1536x1024`, in pixels; none for `auto` and other texts.
pub(super) fn sides(size: &str) -> Option<(u64, u64)> {
    let side = |text: &str| {
        let plain = (2..=4).contains(&text.len()) && !text.starts_with('0');
        plain.then(|| text.parse::<u16>().ok()).flatten().filter(|_| !text.starts_with('+')).map(u64::from)
    };
    let (width, height) = size.split_once('x')?;
    Some((side(width)?, side(height)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn sizes_are_taken_within_the_limits() {
        let model = Catalogue::shipped().find("gpt-image-2").unwrap();
        let size = |size: &str| {
            let fields = Map::from_iter([("size".to_owned(), size.into())]);
            model.accept("a fox", fields, Vec::new()).is_ok()
        };
        for good in ["auto", "1024x1024", "1536x864", "3840x2160", "640x1920", "816x816"] {
            assert!(size(good), "{good}");
        }
        for bad in [
            "",
            "x",
            "1024",
            "1000x1000",
            "512x512",
            "4096x2048",
            "2048x672",
            "01024x1024",
            "+512x2048",
            "1024x1024x1",
        ] {
            assert!(!size(bad), "{bad}");
        }
    }
}
