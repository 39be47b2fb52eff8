//! From a photo as it was uploaded to a reference as it is kept: checked, decoded, turned upright, made smaller, and
//! encoded anew. Only pixels come through, so nothing that a camera or a program wrote beside them does: no place, no
//! time, no serial number, no thumbnail of what was cut away.

use std::io::Cursor;

use domain::upload::{LONGEST_SIDE, MOST_PIXELS, PhotoType, REFERENCE_SIDE};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits};

use super::sniff;

/// The most memory for the pixels of a photo, in bytes: four for each of the most pixels. Photos with 16 bits a colour
/// may have half as many.
const MOST_DECODED_BYTES: u64 = MOST_PIXELS * 4;

/// Hardly to be told from the original, at a third of its size.
const JPEG_QUALITY: u8 = 92;

/// A reference.
#[derive(Debug)]
pub(super) struct Cleaned {
    /// `image/jpeg`, or `image/png` where the photo is transparent somewhere.
    pub(super) content_type: PhotoType,
    /// In pixels.
    pub(super) width: u32,
    /// In pixels.
    pub(super) height: u32,
    pub(super) bytes: Vec<u8>,
}

/// Why a photo cannot be used, for people.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unusable(pub(super) String);

/// Makes a reference of what was uploaded. The largest photo takes two seconds and 300 MB, so it is done outside the
/// async runtime, one at a time.
///
/// Of an animation the first picture is taken. A colour profile is dropped, not applied: the wide colours of some
/// phones come out a little paler, which a reference can bear.
///
/// # Errors
/// [`Unusable`] says what is wrong with the file.
pub(super) fn clean(uploaded: &[u8], announced: PhotoType) -> Result<Cleaned, Unusable> {
    sniff::check_type(uploaded, announced)?;
    let damaged = |_| Unusable(format!("The {announced} is damaged: it breaks off or cannot be decoded."));
    let mut decoder = ImageReader::with_format(Cursor::new(uploaded), format_of(announced));
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_DECODED_BYTES);
    decoder.limits(limits);
    let mut decoder = decoder.into_decoder().map_err(damaged)?;
    check_size(&decoder)?;
    // The JPEG decoder paints what is missing grey, and says nothing.
    if announced == PhotoType::Jpeg && !sniff::jpeg_is_whole(uploaded) {
        return Err(Unusable("The JPEG is damaged: it breaks off.".to_owned()));
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut photo = shrink(DynamicImage::from_decoder(decoder).map_err(damaged)?);
    photo.apply_orientation(orientation);
    encode(photo).map_err(damaged)
}

fn format_of(photo_type: PhotoType) -> ImageFormat {
    match photo_type {
        PhotoType::Jpeg => ImageFormat::Jpeg,
        PhotoType::Png => ImageFormat::Png,
        PhotoType::Webp => ImageFormat::WebP,
    }
}

/// By what the file announces, before anything is decoded: a small file can announce pixels without end.
fn check_size(decoder: &impl ImageDecoder) -> Result<(), Unusable> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width.max(height) > LONGEST_SIDE {
        return Err(Unusable(format!(
            "It announces {width} x {height} pixels. A photo may have {} million, and {LONGEST_SIDE} on its longer side.",
            MOST_PIXELS / 1_000_000
        )));
    }
    if decoder.total_bytes() > MOST_DECODED_BYTES {
        return Err(Unusable(format!(
            "It announces {width} x {height} pixels of 16 bits a colour. Save it with 8 bits, or smaller."
        )));
    }
    Ok(())
}

fn shrink(photo: DynamicImage) -> DynamicImage {
    if photo.width().max(photo.height()) <= REFERENCE_SIDE {
        return photo;
    }
    // The good filter works on floating point numbers, 16 bytes a pixel, so large photos are halved by averages first.
    let twice = REFERENCE_SIDE * 2;
    let photo = if photo.width().max(photo.height()) > twice { photo.thumbnail(twice, twice) } else { photo };
    photo.resize(REFERENCE_SIDE, REFERENCE_SIDE, FilterType::CatmullRom)
}

fn encode(photo: DynamicImage) -> ImageResult<Cleaned> {
    let (width, height) = (photo.width(), photo.height());
    let mut bytes = Vec::new();
    if photo.color().has_alpha() {
        let pixels = photo.into_rgba8();
        if pixels.pixels().any(|pixel| pixel.0[3] != u8::MAX) {
            pixels.write_with_encoder(PngEncoder::new(&mut bytes))?;
            return Ok(Cleaned { content_type: PhotoType::Png, width, height, bytes });
        }
        let pixels = DynamicImage::ImageRgba8(pixels).into_rgb8();
        pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    } else {
        let pixels = photo.into_rgb8();
        pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    }
    Ok(Cleaned { content_type: PhotoType::Jpeg, width, height, bytes })
}

#[cfg(test)]
mod tests;
