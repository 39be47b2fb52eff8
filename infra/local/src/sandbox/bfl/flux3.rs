//! What FLUX 3 takes. It chooses sides and seed itself.

use domain::Usd;

use super::super::reference::Reference;
use super::error::BflError;
use super::fields::Fields;
use super::order::{JPEG, Order, reference};
use super::price::MEGAPIXEL;

const RATIOS: [&str; 16] = [
    "auto", "21:9", "2:1", "16:9", "3:2", "7:5", "4:3", "5:4", "1:1", "4:5", "3:4", "5:7", "2:3", "9:16",
    "1:2", "9:21",
];
const RESOLUTIONS: [&str; 5] = ["768sq", "1k", "1.5k", "2k", "4k"];

/// The side of a square, and micro-dollars, by the place of the resolution. Only the price of `1k` was ever
/// published; the others are plausible. Images to start from cost nothing, as far as is known.
const SCALES: [(u32, u64); 5] =
    [(768, 36_000), (1024, 48_000), (1536, 72_000), (2048, 96_000), (4096, 192_000)];
const USUAL: usize = 1;

const SMALLEST_SIDE: u64 = 256;
const MOST_PIXELS: u64 = 16 * MEGAPIXEL;
const LONGEST_BASE64: usize = 20 * 1024 * 1024;

/// Takes the fields.
pub(super) fn order(fields: &mut Fields) -> Result<Order, BflError> {
    let prompt = fields.prompt()?;
    let images = fields.texts("images", 1..=10)?;
    let references = images.iter().map(|text| image(text)).collect::<Result<_, _>>()?;
    let ratio = fields.choice("aspect_ratio", &RATIOS)?.and_then(|place| RATIOS.get(place));
    let resolution = fields.choice("resolution", &RESOLUTIONS)?.unwrap_or(USUAL);
    let [.., largest] = SCALES;
    let (side, micros) = SCALES.get(resolution).copied().unwrap_or(largest);
    fields.integer("safety_tolerance", 0..=4)?;
    fields.flag("grounding")?;
    fields.text("version", 0..=usize::MAX)?;
    let (width, height) = sides(side, ratio.copied().unwrap_or("auto"));
    let cost = Usd::from_micros(micros);
    Ok(Order { prompt, width, height, seed: None, format: JPEG, references, cost })
}

fn image(text: &str) -> Result<Reference, BflError> {
    if text.len() > LONGEST_BASE64 {
        return Err(BflError::unfit("images", "an image may have 20 MB in base64."));
    }
    let image = reference("images", text)?;
    if image.width.min(image.height) < SMALLEST_SIDE || image.pixels() > MOST_PIXELS {
        return Err(BflError::unfit("images", "an image must have 256x256 pixels to 16 megapixels."));
    }
    Ok(image)
}

/// As many pixels as the square has, in multiples of 16.
fn sides(side: u32, ratio: &str) -> (u32, u32) {
    let parts =
        ratio.split_once(':').and_then(|(w, h)| Some((w.parse::<f64>().ok()?, h.parse::<f64>().ok()?)));
    let stretch = parts.map_or(1.0, |(width, height)| (width / height).sqrt());
    let even = |length: f64| ((length / 16.0).round() * 16.0) as u32;
    (even(f64::from(side) * stretch), even(f64::from(side) / stretch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ratio_has_about_the_same_pixels() {
        for ratio in RATIOS {
            let (width, height) = sides(1024, ratio);
            assert!(width.is_multiple_of(16) && height.is_multiple_of(16));
            let megapixels = f64::from(width * height) / MEGAPIXEL as f64;
            assert!((0.95..1.05).contains(&megapixels), "{ratio}: {width}x{height}");
        }
        assert_eq!((sides(1024, "auto"), sides(2048, "16:9")), ((1024, 1024), (2736, 1536)));
    }
}
