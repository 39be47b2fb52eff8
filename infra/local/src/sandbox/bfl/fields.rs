//! The fields of a body, taken out one by one as the contract has them; what nobody took is not allowed.

use std::ops::RangeInclusive;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};

use super::error::BflError;

/// In these `null` is a value like any other, and a wrong one. Elsewhere it is as good as none.
const NEVER_NULL: [&str; 7] =
    ["prompt", "safety_tolerance", "disable_pup", "aspect_ratio", "resolution", "grounding", "version"];

/// What has not been taken yet.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a body.
    pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, BflError> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next()).map(str::trim);
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) if media_type == Some("application/json") => Ok(Self(fields)),
            Ok(_) => {
                let message = "Input should be a valid dictionary or object to extract fields from";
                Err(BflError::invalid(json!(["body"]), message, "model_attributes_type"))
            }
            Err(error) => {
                Err(BflError::invalid(json!(["body", error.column()]), "JSON decode error", "json_invalid"))
            }
        }
    }

    /// The one field that must be there.
    pub(super) fn prompt(&mut self) -> Result<String, BflError> {
        let missing = || invalid("prompt", "Field required", "missing");
        self.text("prompt", 0..=usize::MAX)?.ok_or_else(missing)
    }

    /// A text of so many characters.
    pub(super) fn text(
        &mut self,
        name: &str,
        length: RangeInclusive<usize>,
    ) -> Result<Option<String>, BflError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let Value::String(text) = value else {
            return Err(invalid(name, "Input should be a valid string", "string_type"));
        };
        let characters = text.chars().count();
        if characters < *length.start() {
            let message = format!("String should have at least {} character", length.start());
            return Err(invalid(name, &message, "string_too_short"));
        }
        if characters > *length.end() {
            let message = format!("String should have at most {} characters", length.end());
            return Err(invalid(name, &message, "string_too_long"));
        }
        Ok(Some(text))
    }

    /// One of a few texts: its place among them.
    pub(super) fn choice(&mut self, name: &str, allowed: &[&str]) -> Result<Option<usize>, BflError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let place = value.as_str().and_then(|text| allowed.iter().position(|allowed| *allowed == text));
        let message = || format!("Input should be one of: {}", allowed.join(", "));
        place.map(Some).ok_or_else(|| invalid(name, &message(), "enum"))
    }

    /// A whole number within bounds.
    pub(super) fn integer(
        &mut self,
        name: &str,
        bounds: RangeInclusive<i64>,
    ) -> Result<Option<i64>, BflError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let no_integer = || invalid(name, "Input should be a valid integer", "int_type");
        let number = value.as_i64().ok_or_else(no_integer)?;
        within(name, number, &bounds)
    }

    /// Any number within bounds.
    pub(super) fn number(
        &mut self,
        name: &str,
        bounds: RangeInclusive<f64>,
    ) -> Result<Option<f64>, BflError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let no_number = || invalid(name, "Input should be a valid number", "float_type");
        let number = value.as_f64().ok_or_else(no_number)?;
        within(name, number, &bounds)
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, BflError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let no_flag = || invalid(name, "Input should be a valid boolean", "bool_type");
        value.as_bool().map(Some).ok_or_else(no_flag)
    }

    /// A text, or several in a list.
    pub(super) fn texts(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
    ) -> Result<Vec<String>, BflError> {
        let texts = match self.take(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(texts)) => texts,
            Some(text) => vec![text],
        };
        if !count.contains(&texts.len()) {
            let kind = if texts.is_empty() { "too_short" } else { "too_long" };
            let message = format!("List should have {} to {} items", count.start(), count.end());
            return Err(invalid(name, &message, kind));
        }
        let text = |value| match value {
            Value::String(text) => Ok(text),
            _ => Err(invalid(name, "Input should be a valid string", "string_type")),
        };
        texts.into_iter().map(text).collect()
    }

    /// A field that the contract knows and the sandbox does not play.
    pub(super) fn refuse(&mut self, name: &str, problem: &str) -> Result<(), BflError> {
        self.take(name).map_or(Ok(()), |_| Err(BflError::unfit(name, problem)))
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Result<(), BflError> {
        let extra = |name: &String| invalid(name, "Extra inputs are not permitted", "extra_forbidden");
        self.0.keys().next().map_or(Ok(()), |name| Err(extra(name)))
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null() || NEVER_NULL.contains(&name))
    }
}

fn within<T: PartialOrd + std::fmt::Display>(
    name: &str,
    number: T,
    bounds: &RangeInclusive<T>,
) -> Result<Option<T>, BflError> {
    if number < *bounds.start() {
        let message = format!("Input should be greater than or equal to {}", bounds.start());
        Err(invalid(name, &message, "greater_than_equal"))
    } else if number > *bounds.end() {
        let message = format!("Input should be less than or equal to {}", bounds.end());
        Err(invalid(name, &message, "less_than_equal"))
    } else {
        Ok(Some(number))
    }
}

fn invalid(field: &str, message: &str, kind: &str) -> BflError {
    BflError::invalid(json!(["body", field]), message, kind)
}
