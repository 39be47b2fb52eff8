//! A provider's secret in plain text. It exists inside one call of the register handler and one of the worker.

use std::ops::RangeInclusive;

use zeroize::Zeroizing;

use crate::Provider;

/// A provider's secret in plain text: wiped when dropped, and without `Clone`, `Debug`, `Display` or `Serialize`.
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
    #[error("an API key of {} begins with `{prefix}`", .provider.display_name())]
    Prefix {
        /// Whose API key was expected.
        provider: Provider,
        /// How its API keys begin.
        prefix: &'static str,
    },
    /// An API key of one provider in the field of another. It must not be sent there to find out.
    #[error("this looks like an API key of {}, not of {}", .looks_like.display_name(), .provider.display_name())]
    OtherProvider {
        /// Whose API key was expected.
        provider: Provider,
        /// Whose it seems to be.
        looks_like: Provider,
    },
}

/// What is known about the API keys of a provider.
struct Shape {
    prefix: &'static str,
    length: RangeInclusive<usize>,
    allowed: fn(u8) -> bool,
}

impl ApiKey {
    /// Checks the shape only (length and characters, no call) and takes the text over.
    ///
    /// # Errors
    /// [`NotAnApiKey`] says what is wrong without repeating the text.
    pub fn parse(provider: Provider, text: Zeroizing<String>) -> Result<Self, NotAnApiKey> {
        check(provider, &text)?;
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

/// BFL publishes no shape, and its older API keys begin with nothing in particular.
fn shape(provider: Provider) -> Shape {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match provider {
        Provider::Openai => Shape { prefix: "sk-", length: 23..=253, allowed: word },
        Provider::Anthropic => Shape { prefix: "sk-ant-", length: 27..=257, allowed: word },
        Provider::Bfl => Shape { prefix: "", length: 16..=200, allowed: |byte| byte.is_ascii_graphic() },
    }
}

fn check(provider: Provider, text: &str) -> Result<(), NotAnApiKey> {
    let Shape { prefix, length, allowed } = shape(provider);
    // Length first: a text of a megabyte is refused without being read.
    if !length.contains(&text.len()) {
        let (min, max) = length.into_inner();
        return Err(NotAnApiKey::Length { provider, length: text.len(), min, max });
    }
    if !text.bytes().all(allowed) {
        return Err(NotAnApiKey::Characters(provider));
    }
    if let Some(looks_like) = unmistakably(text).filter(|other| *other != provider) {
        return Err(NotAnApiKey::OtherProvider { provider, looks_like });
    }
    if text.starts_with(prefix) { Ok(()) } else { Err(NotAnApiKey::Prefix { provider, prefix }) }
}

/// Whose API key it can only be, by how it begins.
fn unmistakably(text: &str) -> Option<Provider> {
    let marks = [("sk-ant-", Provider::Anthropic), ("sk-", Provider::Openai), ("bfl_", Provider::Bfl)];
    marks.into_iter().find(|(mark, _)| text.starts_with(mark)).map(|(_, provider)| provider)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn openai(text: &str) -> Result<ApiKey, NotAnApiKey> {
        ApiKey::parse(Provider::Openai, Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn the_hint_tells_no_more_than_four_characters() {
        let api_key = openai("sk-proj-aaaaaaaaaaaaaaaaaaaaaaaa3f9A").unwrap();
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
            let refused = openai(&bad).err().unwrap().to_string();
            assert!(!refused.contains(&bad), "{refused}");
        }
    }
    #[test]
    fn an_api_key_of_another_provider_is_told_whose_it_is() {
        use Provider::{Anthropic, Bfl, Openai};
        let tail = "sandbox-ok-00000000000000000001";
        for (provider, text, looks_like) in [
            (Openai, format!("sk-ant-{tail}"), Some(Anthropic)),
            (Openai, format!("bfl_{tail}"), Some(Bfl)),
            (Anthropic, format!("sk-proj-{tail}"), Some(Openai)),
            (Bfl, format!("sk-ant-{tail}"), Some(Anthropic)),
            (Bfl, format!("sk-proj-{tail}"), Some(Openai)),
            (Anthropic, format!("sk-{tail}"), Some(Openai)),
            (Bfl, format!("sk-{tail}"), Some(Openai)),
            (Openai, format!("sk-{tail}"), None),
            (Anthropic, format!("sk-ant-{tail}"), None),
            (Bfl, format!("bfl_{tail}"), None),
            (Bfl, tail.to_owned(), None),
        ] {
            let parsed = ApiKey::parse(provider, Zeroizing::new(text.clone()));
            let expected = looks_like.map(|looks_like| NotAnApiKey::OtherProvider { provider, looks_like });
            assert_eq!(parsed.err(), expected, "{provider}: {text}");
        }
        let plain = ApiKey::parse(Anthropic, Zeroizing::new(format!("pk-{tail}")));
        assert_eq!(plain.err().unwrap().to_string(), "an API key of Anthropic begins with `sk-ant-`");
    }
}
