//! What is ordered, whichever model it is ordered from.

use domain::Usd;
use http::HeaderMap;

use super::super::avatar::Format;
use super::super::reference::Reference;
use super::error::BflError;
use super::fields::Fields;
use super::models::{Family, Model};
use super::price::MEGAPIXEL;
use super::{flux2, flux3};

/// JPEG as it is usual. The contract has no field for it.
pub(super) const JPEG: Format = Format::Jpeg { quality: 90 };

/// A request that fits.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) prompt: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) seed: Option<i64>,
    pub(super) format: Format,
    pub(super) references: Vec<Reference>,
    pub(super) cost: Usd,
}

impl Order {
    /// Reads a body.
    pub(super) fn parse(model: &Model, headers: &HeaderMap, body: &[u8]) -> Result<Self, BflError> {
        let mut fields = Fields::parse(headers, body)?;
        let order = match model.family {
            Family::Flux2(price) => {
                fields.flag("disable_pup")?;
                flux2::order(&mut fields, 8, price)
            }
            Family::Flex(price) => {
                fields.flag("prompt_upsampling")?;
                fields.number("guidance", 1.5..=10.0)?;
                fields.integer("steps", 1..=50)?;
                fields.refuse("input_image_blob_path", "the sandbox has no blob storage.")?;
                flux2::order(&mut fields, 8, price)
            }
            Family::Klein(price) => flux2::order(&mut fields, 4, price),
            Family::Flux3 => flux3::order(&mut fields),
        };
        let order = order?;
        fields.finish()?;
        Ok(order)
    }

    /// Of the image.
    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// An image in base64, or where one is to be had. That one is not fetched: it counts as one megapixel, and nobody
/// is recognised in it.
pub(super) fn reference(field: &str, text: &str) -> Result<Reference, BflError> {
    if text.starts_with("https://") || text.starts_with("http://") {
        let side = MEGAPIXEL.isqrt();
        return Ok(Reference { width: side, height: side, likeness: None });
    }
    let file = base64_simd::STANDARD.decode_to_vec(text).ok();
    let reference = file.and_then(|file| Reference::read(&file));
    reference.ok_or_else(|| BflError::unfit(field, "expected a PNG, JPEG or WebP in base64, or a URL."))
}

/// How much of them there is.
pub(super) fn pixels(references: &[Reference]) -> u64 {
    references.iter().map(Reference::pixels).sum()
}
