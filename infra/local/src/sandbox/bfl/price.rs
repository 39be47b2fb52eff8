//! Megapixels and credits.

use domain::Usd;
use serde_json::{Value, json};

/// As the providers count: 1024x1024 is one.
pub(super) const MEGAPIXEL: u64 = 1024 * 1024;

/// A credit is a cent.
const MICROS_PER_CREDIT: f64 = 10_000.0;

/// Micro-dollars for a megapixel, begun ones counting as whole.
#[derive(Clone, Copy)]
pub(super) struct PerMegapixel {
    /// Of the image.
    pub(super) first: u64,
    /// Of the image.
    pub(super) further: u64,
    /// Of all images that it is made from, together.
    pub(super) reference: u64,
}

impl PerMegapixel {
    /// What an image costs.
    pub(super) fn cost(self, output_pixels: u64, input_pixels: u64) -> Usd {
        let further = output_pixels.div_ceil(MEGAPIXEL).saturating_sub(1) * self.further;
        Usd::from_micros(self.first + further + input_pixels.div_ceil(MEGAPIXEL) * self.reference)
    }
}

/// As in an answer.
pub(super) fn credits(amount: Usd) -> Value {
    json!(amount.micros() as f64 / MICROS_PER_CREDIT)
}

/// As in an answer: two decimals.
pub(super) fn megapixels(pixels: u64) -> Value {
    json!((pixels as f64 / MEGAPIXEL as f64 * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begun_megapixels_count_as_whole() {
        let pro = PerMegapixel { first: 30_000, further: 15_000, reference: 15_000 };
        for (output, input, expected) in [
            (64 * 64, 0, 3.0),
            (MEGAPIXEL, 0, 3.0),
            (1408 * 1472, 0, 4.5),
            (4 * MEGAPIXEL, 0, 7.5),
            (MEGAPIXEL, 1, 4.5),
            (MEGAPIXEL, MEGAPIXEL + 1, 6.0),
        ] {
            assert_eq!(credits(pro.cost(output, input)), json!(expected), "{output} {input}");
        }
        assert_eq!(megapixels(1408 * 1472), json!(1.98));
    }
}
