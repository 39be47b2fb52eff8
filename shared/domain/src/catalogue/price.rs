//! What a call costs: expected from the price list before, and from the provider's own figures after.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::parameters::sides;
use crate::Usd;
use crate::image_request::{ImageRequest, Reference};
use crate::outcome::TokenUsage;
use crate::persona::PersonaRequest;

/// The pixels of an image of 1024x1024: the token tables are for it, and it is drawn when no size is asked for.
const REFERENCE_PIXELS: u64 = 1024 * 1024;

/// A megapixel as Black Forest Labs counts it: of 1920x1080 it says 1.98.
const MEGAPIXEL: u64 = 1024 * 1024;

/// How many pixels of a reference image make one token. Expected, not promised.
const PIXELS_PER_TOKEN: u64 = 750;

/// What stands around the brief of a persona: instructions and schema. Expected, not promised.
const PERSONA_FRAME_TOKENS: u64 = 700;

/// A price, and where it was read.
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
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LongPrompt {
    /// Beyond so many tokens.
    pub over_tokens: u64,
    /// Then all tokens of the call cost this.
    pub per_million: PerMillion,
}

impl Price {
    /// What an image is expected to cost.
    pub fn of_image(&self, request: &ImageRequest) -> Usd {
        let reference_pixels: u64 = request.references.iter().map(Reference::pixels).sum();
        match &self.rule {
            PriceRule::Token { output_tokens, .. } => {
                let quality = request.text("quality").unwrap_or("auto");
                let at_reference = output_tokens.get(quality).or_else(|| output_tokens.get("auto"));
                let size = request.text("size").and_then(sides);
                let pixels = size.map_or(REFERENCE_PIXELS, |(width, height)| width.saturating_mul(height));
                let output =
                    at_reference.copied().unwrap_or(0).saturating_mul(pixels).div_ceil(REFERENCE_PIXELS);
                let image_in = reference_pixels.div_ceil(PIXELS_PER_TOKEN);
                self.of_tokens(&TokenUsage { text_in: text_tokens(&request.prompt), image_in, output })
            }
            PriceRule::Megapixel { first, further, reference } => {
                let side = |name| request.number(name).unwrap_or(1024);
                let drawn = side("width").saturating_mul(side("height")).div_ceil(MEGAPIXEL).max(1);
                *first + further.times(drawn - 1) + reference.times(reference_pixels.div_ceil(MEGAPIXEL))
            }
            PriceRule::Image { by, prices } => {
                let chosen = request.text(by).and_then(|value| prices.get(value));
                chosen.or_else(|| prices.get("1k")).copied().unwrap_or_default()
            }
        }
    }

    /// What a persona is expected to cost.
    pub fn of_persona(&self, request: &PersonaRequest) -> Usd {
        let PriceRule::Token { output_tokens, .. } = &self.rule else { return Usd::ZERO };
        let output = output_tokens.get("auto").copied().unwrap_or(0);
        let text_in = text_tokens(&request.brief) + PERSONA_FRAME_TOKENS;
        self.of_tokens(&TokenUsage { text_in, image_in: 0, output })
    }

    /// What the provider charges for so many tokens. Nothing where it does not charge for tokens.
    pub fn of_tokens(&self, usage: &TokenUsage) -> Usd {
        let PriceRule::Token { per_million, long_prompt, .. } = &self.rule else { return Usd::ZERO };
        let long = long_prompt.as_ref().filter(|long| usage.text_in > long.over_tokens);
        let price = long.map_or(*per_million, |long| long.per_million);
        price.text_in.for_units_of_a_million(usage.text_in)
            + price.image_in.for_units_of_a_million(usage.image_in)
            + price.output.for_units_of_a_million(usage.output)
    }
}

/// Four characters a token is the usual rule for English.
fn text_tokens(text: &str) -> u64 {
    u64::try_from(text.chars().count().div_ceil(4)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::catalogue::Catalogue;

    fn estimate(model: &str, parameters: Value) -> String {
        let model = Catalogue::shipped().find(model).unwrap();
        let request = model.accept("four", parameters.as_object().unwrap().clone(), Vec::new()).unwrap();
        model.price.as_ref().unwrap().of_image(&request).to_string()
    }

    #[test]
    fn an_estimate_grows_with_quality_and_pixels() {
        // One text token at 5 and 1,400 image tokens at 30 micro-dollars.
        let flare = "gpt-image-2.6-flare";
        assert_eq!(estimate(flare, json!({})), "0.042005");
        assert_eq!(estimate(flare, json!({ "quality": "high" })), "0.210725");
        assert_eq!(estimate(flare, json!({ "quality": "high", "size": "1536x1024" })), "0.316085");
    }

    #[test]
    fn megapixels_are_counted_whole() {
        assert_eq!(estimate("flux-2-max", json!({})), "0.0700");
        // The vendor's example: 1.98 megapixels on pro cost 4.5 credits.
        assert_eq!(estimate("flux-2-pro", json!({ "width": 1920, "height": 1024 })), "0.0450");
        assert_eq!(estimate("flux-2-klein-4b", json!({ "width": 2048, "height": 2048 })), "0.0170");
        assert_eq!(estimate("flux-3-image", json!({ "resolution": "2k" })), "0.0960");
    }

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
