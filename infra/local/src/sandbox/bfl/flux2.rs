//! What all models of FLUX.2 take.

use super::super::avatar::Format;
use super::super::reference::Reference;
use super::error::BflError;
use super::fields::Fields;
use super::order::{JPEG, Order, pixels, reference};
use super::price::{MEGAPIXEL, PerMegapixel};

const MOST_PIXELS: u64 = 4 * MEGAPIXEL;

/// When nothing is said. Real ones choose by the images they are given.
const SIDE: u32 = 1024;

/// Takes the fields.
pub(super) fn order(fields: &mut Fields, most_images: usize, price: PerMegapixel) -> Result<Order, BflError> {
    let prompt = fields.prompt()?;
    let references = references(fields, most_images)?;
    let seed = fields.integer("seed", i64::MIN..=i64::MAX)?;
    let (width, height) = (side(fields, "width")?, side(fields, "height")?);
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(BflError::unfit("width", "width and height make more than 4 megapixels."));
    }
    fields.integer("safety_tolerance", 0..=5)?;
    let format = match fields.choice("output_format", &["jpeg", "png", "webp"])? {
        Some(1) => Format::Png,
        Some(2) => Format::Webp,
        _ => JPEG,
    };
    fields.text("user", 1..=256)?;
    fields.text("webhook_secret", 0..=usize::MAX)?;
    // Whoever asked for one would not be given a polling URL, and wait for ever.
    fields.refuse("webhook_url", "the sandbox calls no webhooks; leave it out and poll.")?;
    let cost = price.cost(u64::from(width) * u64::from(height), pixels(&references));
    Ok(Order { prompt, width, height, seed, format, references, cost })
}

/// `input_image`, `input_image_2` and so on. Gaps are allowed.
fn references(fields: &mut Fields, most: usize) -> Result<Vec<Reference>, BflError> {
    let mut references = Vec::new();
    for number in 1..=most {
        let name = if number == 1 { "input_image".to_owned() } else { format!("input_image_{number}") };
        if let Some(text) = fields.text(&name, 1..=usize::MAX)? {
            references.push(reference(&name, &text)?);
        }
    }
    Ok(references)
}

fn side(fields: &mut Fields, name: &str) -> Result<u32, BflError> {
    // Nothing larger than this could be within the megapixels.
    let pixels = fields.integer(name, 64..=i64::from(u32::MAX))?;
    Ok(pixels.and_then(|pixels| u32::try_from(pixels).ok()).unwrap_or(SIDE))
}
