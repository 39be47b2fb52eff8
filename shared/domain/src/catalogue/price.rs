//! What a call costs, from the provider's own figures. What it is expected to cost before it: `estimate.rs`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Usd;
use crate::outcome::TokenUsage;

/// A price, and where it was read.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// What is counted, and what each costs in US dollars.
    pub rule: PriceRule,
    /// Where the price was read.
    pub source: String,
    /// When it was read or published, `YYYY-MM-DD`.
    pub date: String,
}

/// What a provider charges for.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "unit")]
pub enum PriceRule {
    /// Tokens, by what they are.
    Token {
        /// For a million of each.
        per_million: PerMillion,
        /// How many an answer takes: for an image of 1024x1024 by quality, or for a text. Expected, not promised.
        output_tokens: BTreeMap<String, u64>,
        /// What long prompts cost, where they cost more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        long_prompt: Option<LongPrompt>,
    },
    /// Megapixels, each begun one counting whole.
    Megapixel {
        /// The first that is drawn.
        first: Usd,
        /// Each further one.
        further: Usd,
        /// Each of the reference images.
        reference: Usd,
    },
    /// Images, by one of their parameters.
    Image {
        /// Which parameter.
        by: String,
        /// The price for each of its values.
        prices: BTreeMap<String, Usd>,
    },
}

/// Prices for a million tokens.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PerMillion {
    /// Text tokens of the prompt.
    pub text_in: Usd,
    /// Image tokens of reference images.
    #[serde(default)]
    pub image_in: Usd,
    /// Tokens of the answer.
    pub output: Usd,
}

/// Prices of prompts beyond a length.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LongPrompt {
    /// Beyond so many tokens.
    pub over_tokens: u64,
    /// Then all tokens of the call cost this.
    pub per_million: PerMillion,
}

impl Price {
    /// What the provider charges for so many tokens. Nothing where it does not charge for tokens.
    pub fn of_tokens(&self, usage: &TokenUsage) -> Usd {
        let PriceRule::Token { per_million, long_prompt, .. } = &self.rule else { return Usd::ZERO };
        let long = long_prompt.as_ref().filter(|long| usage.text_in > long.over_tokens);
        let price = long.map_or(*per_million, |long| long.per_million);
        Usd::for_millions(&[
            (usage.text_in, price.text_in),
            (usage.image_in, price.image_in),
            (usage.output, price.output),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn a_cost_is_the_token_counts_times_the_price() {
        let price = |model: &str| Catalogue::shipped().find(model).unwrap().price.as_ref().unwrap();
        let usage = TokenUsage { text_in: 10, image_in: 40, output: 1_500 };
        let expected = Usd::from_micros(10 * 5 + 40 * 8 + 1_500 * 30);
        assert_eq!(price("gpt-image-2.6-flare").of_tokens(&usage), expected);
        let haiku = |text_in| {
            price("claude-haiku-5-5").of_tokens(&TokenUsage { text_in, image_in: 0, output: 1_000 })
        };
        assert_eq!(haiku(100_000), Usd::from_micros(10_000 + 500));
        assert_eq!(haiku(100_001), Usd::from_micros(50_001 + 2_500));
    }
}
