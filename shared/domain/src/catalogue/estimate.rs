//! What a call will cost, as far as that can be said before it is made.

use serde::Serialize;

use super::parameters::sides;
use super::{Price, PriceRule};
use crate::Usd;
use crate::image_request::{ImageRequest, Reference};
use crate::outcome::TokenUsage;
use crate::persona::PersonaRequest;

/// The pixels of an image of 1024x1024: the token tables are for it, and it is drawn when no size is asked for.
const REFERENCE_PIXELS: u64 = 1024 * 1024;

/// The largest image that `auto` was seen to choose: 1536x1024.
const LARGEST_AUTO_PIXELS: u64 = 1536 * 1024;

/// A megapixel as Black Forest Labs counts it: of 1920x1080 it says 1.98.
const MEGAPIXEL: u64 = 1024 * 1024;

/// How many pixels of a reference image make one token. Expected, not promised.
const PIXELS_PER_TOKEN: u64 = 750;

/// What stands around the brief of a persona: instructions and schema. Expected, not promised.
const PERSONA_FRAME_TOKENS: u64 = 700;

/// The shortest persona that Claude writes, and the longest answer that it is allowed (`max_tokens`).
const PERSONA_TOKENS: (u64, u64) = (100, 8_000);

/// How sure an estimate is.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// The provider charges by a formula, and this is what it gives.
    Exact,
    /// The provider charges for tokens, whose number differs from answer to answer.
    Typical,
}

/// What a call will cost. What is charged afterwards lies between the two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// At least.
    pub minimum: Usd,
    /// Most likely.
    pub expected: Usd,
    /// At most.
    pub maximum: Usd,
    /// How sure it is.
    pub sureness: Sureness,
}

impl Estimate {
    /// Nothing at all.
    pub const NOTHING: Self = Self::exactly(Usd::ZERO);

    const fn exactly(amount: Usd) -> Self {
        Self { minimum: amount, expected: amount, maximum: amount, sureness: Sureness::Exact }
    }

    /// Both together: as sure as the less sure one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            minimum: self.minimum + other.minimum,
            expected: self.expected + other.expected,
            maximum: self.maximum + other.maximum,
            sureness: self.sureness.max(other.sureness),
        }
    }

    /// So many of it.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self {
            minimum: self.minimum.times(count),
            expected: self.expected.times(count),
            maximum: self.maximum.times(count),
            sureness: self.sureness,
        }
    }
}

impl Price {
    /// What an image will cost.
    pub fn of_image(&self, request: &ImageRequest) -> Estimate {
        match &self.rule {
            PriceRule::Token { .. } => self.image_by_tokens(request),
            PriceRule::Megapixel { first, further, reference } => {
                let side = |name| request.number(name).unwrap_or(1024);
                let drawn = side("width").saturating_mul(side("height")).div_ceil(MEGAPIXEL).max(1);
                let shown = reference_pixels(request).div_ceil(MEGAPIXEL);
                Estimate::exactly(*first + further.times(drawn - 1) + reference.times(shown))
            }
            PriceRule::Image { by, prices } => {
                let chosen = request.text(by).and_then(|value| prices.get(value));
                Estimate::exactly(chosen.or_else(|| prices.get("1k")).copied().unwrap_or_default())
            }
        }
    }

    /// What a persona will cost.
    pub fn of_persona(&self, request: &PersonaRequest) -> Estimate {
        let PriceRule::Token { output_tokens, .. } = &self.rule else { return Estimate::NOTHING };
        let expected = output_tokens.get("auto").copied().unwrap_or(0);
        let (shortest, longest) = PERSONA_TOKENS;
        let text = Text::of(&request.brief);
        let at = |frame: u64, text_in: u64, output: u64| {
            self.of_tokens(&TokenUsage { text_in: text_in + frame, image_in: 0, output })
        };
        Estimate {
            minimum: at(PERSONA_FRAME_TOKENS / 4, text.least, shortest),
            expected: at(PERSONA_FRAME_TOKENS, text.expected, expected),
            maximum: at(PERSONA_FRAME_TOKENS * 2, text.most, longest),
            sureness: Sureness::Typical,
        }
    }

    /// `auto` may choose any quality up to high, and any of the usual sizes. Token counts were read off answers, not off
    /// a price list, so the bounds are half and twice of them.
    fn image_by_tokens(&self, request: &ImageRequest) -> Estimate {
        let PriceRule::Token { output_tokens, .. } = &self.rule else { return Estimate::NOTHING };
        let tokens =
            |quality: &str| output_tokens.get(quality).or_else(|| output_tokens.get("auto")).copied();
        let (low, expected, high) = match request.text("quality").unwrap_or("auto") {
            "auto" => (tokens("low"), tokens("auto"), tokens("high")),
            quality => (tokens(quality), tokens(quality), tokens(quality)),
        };
        let size = request.text("size").and_then(sides).map(|(width, height)| width.saturating_mul(height));
        let (pixels, most_pixels) = (size.unwrap_or(REFERENCE_PIXELS), size.unwrap_or(LARGEST_AUTO_PIXELS));
        let output = |tokens: Option<u64>, pixels: u64| {
            tokens.unwrap_or(0).saturating_mul(pixels).div_ceil(REFERENCE_PIXELS)
        };
        let (text, shown) = (Text::of(&request.prompt), reference_pixels(request).div_ceil(PIXELS_PER_TOKEN));
        let at = |text_in, image_in, output| self.of_tokens(&TokenUsage { text_in, image_in, output });
        Estimate {
            minimum: at(text.least, shown / 2, output(low, pixels) / 2),
            expected: at(text.expected, shown, output(expected, pixels)),
            maximum: at(text.most, shown * 4, output(high, most_pixels) * 2),
            sureness: Sureness::Typical,
        }
    }
}

/// How many tokens a text makes.
struct Text {
    least: u64,
    expected: u64,
    most: u64,
}

impl Text {
    /// Four characters a token is the usual rule for English; a character of some scripts makes more than one.
    fn of(text: &str) -> Self {
        let characters = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        Self { least: characters / 8, expected: characters.div_ceil(4), most: characters.saturating_mul(2) }
    }
}

fn reference_pixels(request: &ImageRequest) -> u64 {
    request.references.iter().map(Reference::pixels).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::catalogue::Catalogue;

    fn estimate(model: &str, parameters: Value) -> Estimate {
        let model = Catalogue::shipped().find(model).unwrap();
        let request = model.accept("four", parameters.as_object().unwrap().clone(), Vec::new()).unwrap();
        model.price.as_ref().unwrap().of_image(&request)
    }

    #[test]
    fn an_estimate_grows_with_quality_and_pixels() {
        // One text token at 5 and 1,400 image tokens at 30 micro-dollars.
        let (flare, expected) = ("gpt-image-2.6-flare", |parameters| {
            estimate("gpt-image-2.6-flare", parameters).expected.to_string()
        });
        assert_eq!(expected(json!({})), "0.042005");
        assert_eq!(expected(json!({ "quality": "high" })), "0.210725");
        assert_eq!(expected(json!({ "quality": "high", "size": "1536x1024" })), "0.316085");
        let auto = estimate(flare, json!({}));
        assert!(auto.minimum < auto.expected && auto.expected < auto.maximum);
        assert!(auto.maximum > estimate(flare, json!({ "quality": "high", "size": "1536x1024" })).expected);
        assert_eq!(auto.sureness, Sureness::Typical);
    }

    #[test]
    fn megapixels_are_counted_whole_and_are_exact() {
        for (model, parameters, amount) in [
            ("flux-2-max", json!({}), "0.0700"),
            // The vendor's example: 1.98 megapixels on pro cost 4.5 credits.
            ("flux-2-pro", json!({ "width": 1920, "height": 1024 }), "0.0450"),
            ("flux-2-klein-4b", json!({ "width": 2048, "height": 2048 }), "0.0170"),
            ("flux-3-image", json!({ "resolution": "2k" }), "0.0960"),
        ] {
            let estimate = estimate(model, parameters);
            assert_eq!(estimate, Estimate::exactly(amount.parse().unwrap()), "{model}");
        }
    }

    #[test]
    fn estimates_add_up_and_are_as_sure_as_the_least_sure() {
        let (flux, flare) = (estimate("flux-2-max", json!({})), estimate("gpt-image-2.6-flare", json!({})));
        let both = flux.times(100).and(flare);
        assert_eq!(both.expected, Usd::from_micros(7_000_000 + 42_005));
        assert_eq!((flux.times(100).sureness, both.sureness), (Sureness::Exact, Sureness::Typical));
    }
}
