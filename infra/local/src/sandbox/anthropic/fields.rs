//! The fields of a JSON object, taken out one by one; what nobody took is not permitted.

use serde_json::{Map, Value};

use super::error::AnthropicError;

type Checked<T> = Result<T, AnthropicError>;

/// What has not been taken yet.
pub(super) struct Fields {
    /// Where the object is in the body: `messages.0`. Empty for the body itself.
    place: String,
    left: Map<String, Value>,
}

impl Fields {
    /// Reads a body.
    pub(super) fn parse(body: &[u8]) -> Checked<Self> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(left)) => Ok(Self { place: String::new(), left }),
            Ok(_) => Err(AnthropicError::invalid("The request body should be a JSON object.")),
            Err(_) => Err(AnthropicError::invalid("The request body is not valid JSON.")),
        }
    }

    /// Reads an object within a body.
    pub(super) fn of(place: String, value: Value) -> Checked<Self> {
        match value {
            Value::Object(left) => Ok(Self { place, left }),
            _ => Err(AnthropicError::at(&place, "Input should be an object")),
        }
    }

    /// Where a field is in the body.
    pub(super) fn place(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    /// An error about a field.
    pub(super) fn wrong(&self, name: &str, problem: &str) -> AnthropicError {
        AnthropicError::at(&self.place(name), problem)
    }

    /// Takes `null` for "not given" in these fields, and in no others.
    pub(super) fn may_be_null(&mut self, names: &[&str]) {
        self.left.retain(|name, value| !(value.is_null() && names.contains(&name.as_str())));
    }

    /// Anything.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    /// Anything, which stays there.
    pub(super) fn peek(&self, name: &str) -> Option<&Value> {
        self.left.get(name)
    }

    /// A text.
    pub(super) fn text(&mut self, name: &str) -> Checked<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "Input should be a valid string")),
        }
    }

    /// One of a few texts.
    pub(super) fn choice(&mut self, name: &str, allowed: &[&'static str]) -> Checked<Option<&'static str>> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let known = allowed.iter().find(|known| **known == text).copied();
        let expected = || format!("Input should be '{}'", allowed.join("', '"));
        known.map(Some).ok_or_else(|| self.wrong(name, &expected()))
    }

    /// A whole number, at least so large.
    pub(super) fn whole(&mut self, name: &str, least: u64) -> Checked<Option<u64>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Number(number)) if number.is_u64() || number.is_i64() => {
                let enough = number.as_u64().filter(|number| *number >= least);
                let problem = format!("Input should be greater than or equal to {least}");
                enough.map(Some).ok_or_else(|| self.wrong(name, &problem))
            }
            Some(_) => Err(self.wrong(name, "Input should be a valid integer")),
        }
    }

    /// A number from 0 to 1.
    pub(super) fn share(&mut self, name: &str) -> Checked<Option<f64>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = value.as_f64().ok_or_else(|| self.wrong(name, "Input should be a valid number"))?;
        let within = (0.0..=1.0).contains(&number);
        within.then_some(Some(number)).ok_or_else(|| self.wrong(name, "Input should be from 0 to 1"))
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, name: &str) -> Checked<Option<bool>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.wrong(name, "Input should be a valid boolean")),
        }
    }

    /// A list.
    pub(super) fn list(&mut self, name: &str) -> Checked<Option<Vec<Value>>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(self.wrong(name, "Input should be a valid list")),
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, name: &str) -> Checked<Option<Vec<String>>> {
        let Some(items) = self.list(name)? else {
            return Ok(None);
        };
        let text = |(number, item): (usize, Value)| match item {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong(&format!("{name}.{number}"), "Input should be a valid string")),
        };
        items.into_iter().enumerate().map(text).collect::<Checked<Vec<_>>>().map(Some)
    }

    /// An object.
    pub(super) fn object(&mut self, name: &str) -> Checked<Option<Self>> {
        let place = self.place(name);
        self.take(name).map(|value| Self::of(place, value)).transpose()
    }

    /// What must be there.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Checked<T> {
        value.ok_or_else(|| self.wrong(name, "Field required"))
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Checked<()> {
        let extra = |name: &String| Err(self.wrong(name, "Extra inputs are not permitted"));
        self.left.keys().next().map_or(Ok(()), extra)
    }

    /// All that is left.
    pub(super) fn rest(self) -> Map<String, Value> {
        self.left
    }
}
