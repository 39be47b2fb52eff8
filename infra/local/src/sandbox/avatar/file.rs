//! From pixels to a file that carries its sitter's likeness.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbaImage};
use serde::{Deserialize, Serialize};

use super::Unpaintable;
use super::canvas::Pixels;
use super::likeness::{Likeness, NAME};

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Nothing is lost.
    Png,
    /// Knows no transparency.
    Jpeg {
        /// 1 to 100, best.
        quality: u8,
    },
    /// Nothing is lost here either: there is no other encoder in plain Rust.
    Webp,
}

impl Format {
    /// As providers call it. Also the end of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg { .. } => "jpeg",
            Self::Webp => "webp",
        }
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg { .. } => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

impl From<png::EncodingError> for Unpaintable {
    fn from(error: png::EncodingError) -> Self {
        Self(error.to_string())
    }
}

impl From<image::ImageError> for Unpaintable {
    fn from(error: image::ImageError) -> Self {
        Self(error.to_string())
    }
}

/// Writes the file.
pub(super) fn write(pixels: Pixels, format: Format, who: &Likeness) -> Result<Vec<u8>, Unpaintable> {
    let text = who.text().map_err(|error| Unpaintable(error.to_string()))?;
    match format {
        Format::Png => png(&pixels, text),
        Format::Jpeg { quality } => jpeg(pixels, quality, &text),
        Format::Webp => webp(&pixels, &text),
    }
}

/// The likeness is a text chunk.
fn png(pixels: &Pixels, text: String) -> Result<Vec<u8>, Unpaintable> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width, pixels.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.add_text_chunk(NAME.to_owned(), text)?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.rgba)?;
    writer.finish()?;
    Ok(file)
}

/// The likeness is a comment.
fn jpeg(pixels: Pixels, quality: u8, text: &str) -> Result<Vec<u8>, Unpaintable> {
    let rgba = RgbaImage::from_raw(pixels.width, pixels.height, pixels.rgba);
    let rgba = rgba.ok_or_else(|| Unpaintable("pixels are missing".to_owned()))?;
    let rgb = DynamicImage::ImageRgba8(rgba).into_rgb8();
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality.clamp(1, 100)).encode_image(&rgb)?;
    comment(&file, &named(text)).ok_or_else(|| Unpaintable("a JPEG without a beginning".to_owned()))
}

/// Between two segments. The first one says that it is JFIF, and has to stay the first.
fn comment(jpeg: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let first = jpeg.get(4..6)?.try_into().map(u16::from_be_bytes).ok()?;
    let (head, rest) = jpeg.split_at_checked(4 + usize::from(first))?;
    let size = u16::try_from(text.len() + 2).ok()?.to_be_bytes();
    Some([head, &[0xff, 0xfe], &size, text, rest].concat())
}

/// The likeness lies where a camera would put its own data; the encoder writes no other chunk.
fn webp(pixels: &Pixels, text: &str) -> Result<Vec<u8>, Unpaintable> {
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut file);
    encoder.set_exif_metadata(named(text)).map_err(|error| Unpaintable(error.to_string()))?;
    encoder.write_image(&pixels.rgba, pixels.width, pixels.height, ExtendedColorType::Rgba8)?;
    Ok(file)
}

/// As a PNG has it: the name, a zero, the text.
fn named(text: &str) -> Vec<u8> {
    [NAME.as_bytes(), &[0], text.as_bytes()].concat()
}
