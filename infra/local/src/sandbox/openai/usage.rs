//! Tokens and what they cost.

use domain::Usd;
use serde_json::{Value, json};

use super::request::{ImageRequest, Quality};

/// Of an image that comes with a request. Plausible, not published.
const PIXELS_PER_TOKEN: u64 = 750;
/// Micro-dollars for such a token.
const IMAGE_PRICE: u64 = 8;

/// What a request uses up. Known before the first stroke: it depends on the order alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    text_in: u64,
    image_in: u64,
    output: u64,
    /// What it costs.
    pub(super) cost: Usd,
}

impl Usage {
    pub(super) fn of(request: &ImageRequest) -> Self {
        // Four characters a token is the usual rule for English.
        let characters = u64::try_from(request.prompt.chars().count()).unwrap_or(u64::MAX);
        let text_in = characters.div_ceil(4);
        let image_in = request.references.iter().map(|image| image.pixels().div_ceil(PIXELS_PER_TOKEN)).sum();
        let square = 1024 * 1024;
        let each = (tokens(request.quality, request.model.lavish) * request.size.pixels()).div_ceil(square);
        let output = each * u64::from(request.count);
        let text_cost = text_in * request.model.text_price;
        let cost = text_cost + image_in * IMAGE_PRICE + output * request.model.output_price;
        Self { text_in, image_in, output, cost: Usd::from_micros(cost) }
    }

    /// As in an answer.
    pub(super) fn body(self) -> Value {
        json!({
            "input_tokens": self.text_in + self.image_in,
            "input_tokens_details": { "text_tokens": self.text_in, "image_tokens": self.image_in },
            "output_tokens": self.output,
            "output_tokens_details": { "image_tokens": self.output, "text_tokens": 0 },
            "total_tokens": self.text_in + self.image_in + self.output,
        })
    }
}

/// For an image of 1024x1024. Only `high` was ever published (for `gpt-image-2`); the others are plausible.
fn tokens(quality: Quality, lavish: bool) -> u64 {
    match quality {
        Quality::Low if lavish => 1_000,
        Quality::Low => 300,
        Quality::Auto => 1_400,
        Quality::Medium if lavish => 2_333,
        Quality::Medium => 1_756,
        Quality::High => 7_024,
        Quality::Xhigh => 10_536,
        Quality::Max => 14_048,
    }
}
