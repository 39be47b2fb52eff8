//! Draws a portrait from a prompt: the same prompt gives the same picture, another prompt another sitter.
//!
//! A prompt is first cast (`casting`): into a person (`likeness.rs`), and into a look (`look.rs`), which is then
//! painted back to front. A sitter who is known already is not cast anew.

mod backdrop;
mod beard;
mod canvas;
mod casting;
mod clothes;
mod eyes;
mod face;
mod file;
mod glasses;
mod hair;
mod headwear;
mod ink;
mod likeness;
mod look;
mod mouth;
mod palette;
mod shape;

use serde::{Deserialize, Serialize};

use self::canvas::Canvas;
pub use self::file::Format;
pub use self::likeness::Likeness;
use self::look::Look;

/// What is ordered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sitting {
    /// What is to be seen.
    pub prompt: String,
    /// Who is to be seen; without one the prompt decides that as well.
    pub likeness: Option<Likeness>,
    /// Tells the pictures of one request apart.
    pub variation: u32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Leaves the background out.
    pub transparent: bool,
    /// What kind of file it becomes.
    pub format: Format,
}

/// The picture could not be painted: no picture has this size, or the file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the avatar could not be painted: {0}")]
pub struct Unpaintable(String);

/// Paints the portrait and gives it back as a file. Takes some tens of milliseconds of CPU.
///
/// # Errors
/// [`Unpaintable`] for a size without pixels.
pub fn paint(sitting: &Sitting) -> Result<Vec<u8>, Unpaintable> {
    let Sitting { prompt, variation, .. } = sitting;
    let who = sitting.likeness.clone().unwrap_or_else(|| casting::somebody(prompt, *variation));
    let look = casting::cast(&who, prompt, *variation);
    let canvas = Canvas::new(sitting.width, sitting.height);
    let mut canvas = canvas.ok_or_else(|| Unpaintable("a size without pixels".to_owned()))?;
    if !sitting.transparent {
        backdrop::backdrop(&mut canvas, &look);
    }
    sitter(&mut canvas, &look);
    file::write(canvas.pixels(), sitting.format, &who)
}

fn sitter(canvas: &mut Canvas, look: &Look) {
    hair::behind(canvas, look);
    clothes::behind(canvas, look);
    face::neck(canvas, look);
    clothes::clothes(canvas, look);
    hair::locks(canvas, look);
    face::ears(canvas, look);
    face::face(canvas, look);
    beard::beard(canvas, look);
    mouth::mouth(canvas, look);
    eyes::eyes(canvas, look);
    eyes::brows(canvas, look);
    hair::front(canvas, look);
    glasses::earrings(canvas, look);
    glasses::glasses(canvas, look);
    headwear::headwear(canvas, look);
}

#[cfg(test)]
mod tests {
    use tiny_skia::Pixmap;

    use super::*;

    const FORMATS: [Format; 3] = [Format::Png, Format::Jpeg { quality: 90 }, Format::Webp];

    fn sitting(prompt: &str, width: u32, height: u32) -> Sitting {
        let (prompt, format) = (prompt.to_owned(), Format::Png);
        Sitting { prompt, likeness: None, variation: 0, width, height, transparent: false, format }
    }

    fn picture(prompt: &str, width: u32, height: u32) -> Pixmap {
        Pixmap::decode_png(&paint(&sitting(prompt, width, height)).unwrap()).unwrap()
    }

    #[test]
    fn a_prompt_decides_the_picture() {
        let one = picture("a baker with red hair", 96, 96);
        assert_eq!(one, picture("a baker with red hair", 96, 96));
        for prompt in ["a baker with black hair", "a pilot", "ein Bäcker 🥐"] {
            let other = picture(prompt, 96, 96);
            let differ = one.pixels().iter().zip(other.pixels()).filter(|(a, b)| a != b).count();
            assert!(differ > 96 * 96 / 4, "{prompt}: {differ} pixels differ");
        }
    }

    #[test]
    fn every_sitter_can_be_painted_at_every_size() {
        for variation in 0..60 {
            let (width, height) = [(64, 64), (96, 32), (32, 96)][variation as usize % 3];
            let sitting = Sitting { variation, ..sitting("a portrait", width, height) };
            let picture = Pixmap::decode_png(&paint(&sitting).unwrap()).unwrap();
            assert_eq!((picture.width(), picture.height()), (width, height));
            assert!(picture.pixels().iter().all(|pixel| pixel.alpha() == 255), "the background covers all");
        }
    }

    #[test]
    fn every_format_shows_the_same_picture_and_says_whom() {
        let sitting = sitting("a baker with red hair", 96, 64);
        let likeness = casting::somebody(&sitting.prompt, 0);
        let png = image::load_from_memory(&paint(&sitting).unwrap()).unwrap().into_rgb8();
        for format in FORMATS {
            let file = paint(&Sitting { format, ..sitting.clone() }).unwrap();
            let size = imagesize::blob_size(&file).unwrap();
            assert_eq!((size.width, size.height), (96, 64), "{format:?}");
            assert_eq!(Likeness::seen_in(&file), likeness, "{format:?}");
            let kind = image::ImageFormat::from_mime_type(format.content_type()).unwrap();
            let picture = image::load_from_memory_with_format(&file, kind).unwrap().into_rgb8();
            let off = |(a, b): (&u8, &u8)| u64::from(a.abs_diff(*b));
            let off: u64 = picture.as_raw().iter().zip(png.as_raw()).map(off).sum();
            assert!(off < 96 * 64 * 3 * 4, "{format:?} is off by {off}");
        }
    }

    #[test]
    fn a_photo_always_shows_the_same_stranger() {
        let stranger = Likeness::seen_in(b"a photo");
        assert_eq!(stranger, Likeness::seen_in(b"a photo"));
        assert_ne!(stranger, Likeness::seen_in(b"another photo"));
        // What is not a likeness counts as a photo.
        for file in ["ownkey-likeness", "ownkey-likeness\0{}", "ownkey-likeness\0{\"woman\": tru"] {
            assert_ne!(Likeness::seen_in(file.as_bytes()), stranger);
        }
    }

    #[test]
    fn a_size_without_pixels_is_an_error() {
        assert!(paint(&sitting("", 0, 64)).is_err());
    }
}
