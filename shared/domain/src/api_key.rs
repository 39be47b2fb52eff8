//! A provider's secret in plain text. It exists inside one call of the register handler and one of the worker.

use std::fmt;

use zeroize::Zeroizing;

use crate::Provider;

/// A provider's secret in plain text: wiped when dropped, and without `Clone`, `Display` or `Serialize`.
///
/// `expose_secret` is called in a handful of files only; `tests/tidy.rs` holds the list.
pub struct ApiKey(Zeroizing<String>);

/// Why a text is not an API key of a provider. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnApiKey {
    /// Control characters, spaces, look-alike letters.
    #[error("it holds a character that no API key of {} has (a line break, a space or a look-alike letter?)", .0.display_name())]
    Characters(Provider),
    /// Too short or too long.
    #[error("it has {length} characters; an API key of {} has {min} to {max}", .provider.display_name())]
    Length {
        /// Whose API key was expected.
        provider: Provider,
        /// How long the text is, in bytes.
        length: usize,
        /// The shortest API key.
        min: usize,
        /// The longest API key.
        max: usize,
    },
    /// Does not begin as this provider's API keys do.
    #[error("an API key of {} begins with `sk-`", .0.display_name())]
    Prefix(Provider),
    /// An Anthropic API key in the OpenAI field.
    #[error("this looks like an API key of Anthropic, not of {}", .0.display_name())]
    OtherProvider(Provider),
}

impl ApiKey {
    /// Checks the shape only (length and characters, no call) and takes the text over.
    ///
    /// # Errors
    /// [`NotAnApiKey`] says what is wrong without repeating the text.
    pub fn parse(provider: Provider, text: Zeroizing<String>) -> Result<Self, NotAnApiKey> {
        match provider {
            Provider::Openai => check_openai(&text)?,
        }
        Ok(Self(text))
    }

    /// Takes over what [`Self::parse`] accepted before it was sealed.
    pub fn from_opened(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The secret itself. Never put it into a log line, an error, a URL or a queue message.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// The last four characters, so that people can tell API keys apart.
    pub fn hint(&self) -> String {
        let start = self.0.char_indices().rev().nth(3).map_or(0, |(index, _)| index);
        format!("...{}", self.0.get(start..).unwrap_or_default())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([REDACTED])")
    }
}

/// `sk-` and 20 to 250 of `[A-Za-z0-9_-]`, but not Anthropic's `sk-ant-`.
fn check_openai(text: &str) -> Result<(), NotAnApiKey> {
    const MIN: usize = 23;
    const MAX: usize = 253;
    let provider = Provider::Openai;
    // Length first: a text of a megabyte is refused without being read.
    if !(MIN..=MAX).contains(&text.len()) {
        return Err(NotAnApiKey::Length { provider, length: text.len(), min: MIN, max: MAX });
    }
    if text.bytes().any(|byte| !(byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')) {
        return Err(NotAnApiKey::Characters(provider));
    }
    if !text.starts_with("sk-") {
        return Err(NotAnApiKey::Prefix(provider));
    }
    if text.starts_with("sk-ant-") {
        return Err(NotAnApiKey::OtherProvider(provider));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn openai(text: &str) -> Result<ApiKey, NotAnApiKey> {
        ApiKey::parse(Provider::Openai, Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn debug_and_hint_tell_no_more_than_four_characters() {
        let api_key = openai("sk-proj-aaaaaaaaaaaaaaaaaaaaaaaa3f9A").unwrap();
        assert_eq!(format!("{api_key:?}"), "ApiKey([REDACTED])");
        assert_eq!(api_key.hint(), "...3f9A");
    }

    #[test]
    fn only_the_published_shape_is_taken() {
        let good = "sk-abcdefghijklmnopqrst";
        assert!(openai(good).is_ok());
        for bad in [
            "sk-short".to_owned(),
            "x".repeat(1 << 20),
            format!("{good}\r\n"),
            format!("{good}\0"),
            good.replace('a', "а"), // Cyrillic
            good.replace("sk-", "pk-"),
            format!("sk-ant-{}", "a".repeat(40)),
        ] {
            let refused = openai(&bad).unwrap_err().to_string();
            assert!(!refused.contains(&bad), "{refused}");
        }
    }
}
