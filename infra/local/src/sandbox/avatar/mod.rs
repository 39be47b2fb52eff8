//! Draws a portrait from a prompt: the same prompt gives the same picture, another prompt another sitter.
//!
//! A prompt is first cast (`casting`) into a look (`look.rs`), which is then painted back to front.

mod backdrop;
mod beard;
mod canvas;
mod casting;
mod clothes;
mod dice;
mod eyes;
mod face;
mod glasses;
mod hair;
mod headwear;
mod ink;
mod look;
mod mouth;
mod palette;
mod shape;
mod wish;

use self::canvas::Canvas;
use self::look::Look;

/// What is ordered.
#[derive(Clone, Debug)]
pub struct Sitting {
    /// Who is to be seen.
    pub prompt: String,
    /// Tells the pictures of one request apart.
    pub variation: u32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Leaves the background out.
    pub transparent: bool,
}

/// The picture could not be painted: no picture has this size, or the PNG could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the avatar could not be painted: {0}")]
pub struct Unpaintable(String);

/// Paints the portrait and gives it back as a PNG file. Takes some tens of milliseconds of CPU.
///
/// # Errors
/// [`Unpaintable`] for a size without pixels.
pub fn paint(sitting: &Sitting) -> Result<Vec<u8>, Unpaintable> {
    let look = casting::cast(&sitting.prompt, sitting.variation);
    let canvas = Canvas::new(sitting.width, sitting.height);
    let mut canvas = canvas.ok_or_else(|| Unpaintable("a size without pixels".to_owned()))?;
    if !sitting.transparent {
        backdrop::backdrop(&mut canvas, &look);
    }
    sitter(&mut canvas, &look);
    canvas.png().map_err(Unpaintable)
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

    fn picture(prompt: &str, width: u32, height: u32) -> Pixmap {
        let prompt = prompt.to_owned();
        let sitting = Sitting { prompt, variation: 0, width, height, transparent: false };
        Pixmap::decode_png(&paint(&sitting).unwrap()).unwrap()
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
            let prompt = "a portrait".to_owned();
            let sitting = Sitting { prompt, variation, width, height, transparent: false };
            let picture = Pixmap::decode_png(&paint(&sitting).unwrap()).unwrap();
            assert_eq!((picture.width(), picture.height()), (width, height));
            assert!(picture.pixels().iter().all(|pixel| pixel.alpha() == 255), "the background covers all");
        }
    }

    #[test]
    fn a_size_without_pixels_is_an_error() {
        let prompt = String::new();
        assert!(paint(&Sitting { prompt, variation: 0, width: 0, height: 64, transparent: false }).is_err());
    }
}
