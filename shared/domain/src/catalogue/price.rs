//! What a call costs: expected from the price list before, and from the provider's token counts after.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::Usd;
use crate::image_request::ImageRequest;
use crate::outcome::TokenUsage;

/// The pixels of an image of 1024x1024, which the token table is for.
const REFERENCE_PIXELS: u64 = 1024 * 1024;

/// A price per token, in thousand-millionths of a dollar: 30 dollars a million tokens are 30,000.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// What is counted: `token`.
    pub unit: String,
    /// For each text token of the prompt.
    pub text_in_nanos: u64,
    /// For each image token of a reference image.
    pub image_in_nanos: u64,
    /// For each token of the drawn image.
    pub output_nanos: u64,
    /// How many tokens an image of 1024x1024 takes, by quality. Expected, not promised.
    pub output_tokens: BTreeMap<String, u64>,
    /// Where the price was read.
    pub source: String,
    /// When it was read or published, `YYYY-MM-DD`.
    pub date: String,
}

impl Price {
    /// What a request is expected to cost.
    pub fn estimate(&self, request: &ImageRequest) -> Usd {
        let quality = request.text("quality").unwrap_or("auto");
        let at_reference = self.output_tokens.get(quality).or_else(|| self.output_tokens.get("auto"));
        let pixels = request.text("size").and_then(pixels).unwrap_or(REFERENCE_PIXELS);
        let output = at_reference.copied().unwrap_or(0).saturating_mul(pixels).div_ceil(REFERENCE_PIXELS);
        // Four characters a token is the usual rule for English.
        let text_in = u64::try_from(request.prompt.chars().count().div_ceil(4)).unwrap_or(u64::MAX);
        self.cost(&TokenUsage { text_in, image_in: 0, output })
    }

    /// What the provider charges for so many tokens.
    pub fn cost(&self, usage: &TokenUsage) -> Usd {
        Usd::for_units(usage.text_in, self.text_in_nanos)
            + Usd::for_units(usage.image_in, self.image_in_nanos)
            + Usd::for_units(usage.output, self.output_nanos)
    }
}

/// The pixels of a size like `1536x1024`; none for `auto`.
fn pixels(size: &str) -> Option<u64> {
    let (width, height) = size.split_once('x')?;
    Some(width.parse::<u64>().ok()?.saturating_mul(height.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use serde_json::json;

    fn estimate(parameters: serde_json::Value) -> String {
        let model = Catalogue::shipped().find("gpt-image-2.6-flare").unwrap();
        let request = model.accept("four", parameters.as_object().unwrap().clone()).unwrap();
        model.price.as_ref().unwrap().estimate(&request).to_string()
    }

    #[test]
    fn an_estimate_grows_with_quality_and_pixels() {
        // One text token at 5 and 1,400 image tokens at 30 micro-dollars.
        assert_eq!(estimate(json!({})), "0.042005");
        assert_eq!(estimate(json!({ "quality": "high" })), "0.210725");
        assert_eq!(estimate(json!({ "quality": "high", "size": "1536x1024" })), "0.316085");
    }

    #[test]
    fn a_cost_is_the_token_counts_times_the_price() {
        let price = Catalogue::shipped().find("gpt-image-2.6-flare").unwrap().price.as_ref().unwrap();
        let usage = TokenUsage { text_in: 10, image_in: 40, output: 1_500 };
        assert_eq!(price.cost(&usage), Usd::from_micros(10 * 5 + 40 * 8 + 1_500 * 30));
    }
}
