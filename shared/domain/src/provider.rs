//! The closed set of AI services that Ownkey can call.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An AI service that the user has an API key for.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// OpenAI: GPT Image.
    Openai,
    /// Black Forest Labs: FLUX.
    Bfl,
    /// Anthropic: Claude, for personas.
    Anthropic,
}

impl Provider {
    /// Every provider, in the order people see them.
    pub const ALL: [Self; 3] = [Self::Openai, Self::Bfl, Self::Anthropic];

    /// The name in paths, items, queue names and the encryption context.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Bfl => "bfl",
            Self::Anthropic => "anthropic",
        }
    }

    /// The name people know.
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::Openai => "OpenAI",
            Self::Bfl => "Black Forest Labs",
            Self::Anthropic => "Anthropic",
        }
    }

    /// How many orders it works on at once for one API key, where it says so: more are refused.
    /// <https://docs.bfl.ai/api_integration/errors>
    pub const fn most_in_flight(self) -> Option<u32> {
        match self {
            Self::Bfl => Some(24),
            Self::Openai | Self::Anthropic => None,
        }
    }

    /// Where the user tops up, for the `action_url` of a job that waits for credit.
    pub const fn billing_url(self) -> &'static str {
        match self {
            Self::Openai => "https://platform.openai.com/settings/organization/billing/overview",
            Self::Bfl => "https://dashboard.bfl.ai/credits",
            Self::Anthropic => "https://platform.claude.com/settings/billing",
        }
    }

    /// Where the user makes or looks after API keys.
    pub const fn api_keys_url(self) -> &'static str {
        match self {
            Self::Openai => "https://platform.openai.com/api-keys",
            Self::Bfl => "https://dashboard.bfl.ai/keys",
            Self::Anthropic => "https://platform.claude.com/settings/keys",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// The text names no provider that Ownkey knows.
#[derive(Debug, thiserror::Error)]
#[error("unknown provider")]
pub struct UnknownProvider;

impl FromStr for Provider {
    type Err = UnknownProvider;

    fn from_str(text: &str) -> Result<Self, UnknownProvider> {
        Self::ALL.into_iter().find(|provider| provider.slug() == text).ok_or(UnknownProvider)
    }
}
