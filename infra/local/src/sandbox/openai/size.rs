//! Sizes: three old ones for every model, any within bounds for the newer ones.

use super::error::OpenAiError;
use super::models::Model;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

const SQUARE: Size = Size { width: 1024, height: 1024 };
const OLD: [Size; 3] = [SQUARE, Size { width: 1536, height: 1024 }, Size { width: 1024, height: 1536 }];

impl Size {
    /// From `auto` or `<width>x<height>`.
    pub(super) fn parse(text: &str, model: &Model) -> Result<Self, OpenAiError> {
        if text == "auto" {
            return Ok(SQUARE);
        }
        let refused = |problem: &str| OpenAiError::invalid_value("size", problem);
        let parts = text.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
        let (width, height) = parts.ok_or_else(|| refused("expected `auto` or a size like 1024x1024."))?;
        let size = Self { width, height };
        if OLD.contains(&size) {
            return Ok(size);
        }
        if !model.any_size {
            return Err(refused("this model takes 1024x1024, 1536x1024, 1024x1536 and auto."));
        }
        size.check().map_or(Ok(size), |problem| Err(refused(problem)))
    }

    /// How many.
    pub(super) fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    fn check(self) -> Option<&'static str> {
        let (long, short) = (self.width.max(self.height), self.width.min(self.height));
        if !(self.width.is_multiple_of(16) && self.height.is_multiple_of(16)) {
            Some("width and height must be divisible by 16.")
        } else if long > short * 3 {
            Some("the ratio must be between 1:3 and 3:1.")
        } else if long > 3840 {
            Some("the longest side may have 3840 pixels.")
        } else if !(655_360..=8_294_400).contains(&self.pixels()) {
            Some("an image must have 655,360 to 8,294,400 pixels.")
        } else {
            None
        }
    }
}

/// Two to four digits, as in the published pattern.
fn side(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    ((2..=4).contains(&text.len()) && digits).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::models;
    use super::*;

    #[test]
    fn sizes_are_taken_and_refused_by_the_table() {
        let (new, old) =
            (models::find("gpt-image-2.6-flare").unwrap(), models::find("gpt-image-1.5").unwrap());
        for text in ["auto", "1024x1024", "1536x1024", "1024x1536"] {
            assert!(Size::parse(text, old).is_ok(), "{text}");
            assert!(Size::parse(text, new).is_ok(), "{text}");
        }
        for text in ["1536x864", "3840x2160", "640x1920", "1408x480"] {
            assert!(Size::parse(text, new).is_ok(), "{text}");
            assert!(Size::parse(text, old).is_err(), "{text}");
        }
        for text in [
            "",
            "x",
            "1024",
            "1024X1024",
            "1000x1000",
            "512x512",
            "2048x672",
            "4096x2048",
            "3840x3840",
            "01024x1024",
            "+512x1024",
            " 1024x1024",
        ] {
            assert!(Size::parse(text, new).is_err(), "{text}");
        }
    }
}
