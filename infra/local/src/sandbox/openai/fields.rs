//! The fields of a JSON body or a form, taken out one by one; what nobody took is unknown.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::error::OpenAiError;

/// What has not been taken yet.
pub(super) struct Fields {
    left: Map<String, Value>,
    /// A form says everything in text, numbers too.
    form: bool,
}

impl Fields {
    /// Reads a body.
    pub(super) fn parse(body: &[u8]) -> Result<Self, OpenAiError> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(left)) => Ok(Self { left, form: false }),
            Ok(_) => Err(OpenAiError::bad_body("The body must be a JSON object.")),
            Err(_) => Err(OpenAiError::bad_body("We could not parse the JSON body of your request.")),
        }
    }

    /// The texts of a form.
    pub(super) fn of_form(left: Map<String, Value>) -> Self {
        Self { left, form: true }
    }

    /// A text. `null` is as good as none, here and below.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, OpenAiError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(OpenAiError::invalid_type(name, "a string")),
        }
    }

    /// One of a few texts.
    pub(super) fn choice(&mut self, name: &str, allowed: &[&str]) -> Result<Option<String>, OpenAiError> {
        let text = self.text(name)?;
        match text {
            Some(text) if !allowed.contains(&text.as_str()) => Err(OpenAiError::invalid_value(
                name,
                &format!("supported values are {}.", allowed.join(", ")),
            )),
            text => Ok(text),
        }
    }

    /// A whole number within bounds.
    pub(super) fn integer(
        &mut self,
        name: &str,
        bounds: RangeInclusive<u64>,
    ) -> Result<Option<u64>, OpenAiError> {
        match self.take_literal(name) {
            None => Ok(None),
            Some(Value::Number(number)) if number.is_i64() || number.is_u64() => {
                let within = number.as_u64().filter(|number| bounds.contains(number));
                let problem = format!("expected {} to {}.", bounds.start(), bounds.end());
                within.map(Some).ok_or_else(|| OpenAiError::invalid_value(name, &problem))
            }
            Some(_) => Err(OpenAiError::invalid_type(name, "an integer")),
        }
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, OpenAiError> {
        match self.take_literal(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(OpenAiError::invalid_type(name, "a boolean")),
        }
    }

    /// A field that is known, but has no place in this request.
    pub(super) fn refuse(&mut self, name: &str, problem: &str) -> Result<(), OpenAiError> {
        self.take(name).map_or(Ok(()), |_| Err(OpenAiError::invalid_value(name, problem)))
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Result<(), OpenAiError> {
        self.left.keys().next().map_or(Ok(()), |name| Err(OpenAiError::unknown_parameter(name)))
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    fn take_literal(&mut self, name: &str) -> Option<Value> {
        match self.take(name)? {
            Value::String(text) if self.form => Some(serde_json::from_str(&text).unwrap_or(text.into())),
            value => Some(value),
        }
    }
}
