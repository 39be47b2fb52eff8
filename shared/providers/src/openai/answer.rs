//! Reads an image answer while it arrives: the base64 text is decoded piece by piece and never held, so an image
//! takes its own size in memory and no more.

use base64_simd::STANDARD;
use domain::outcome::{Billed, CallFailure, FailureClass, TokenUsage};
use serde::Deserialize;

use crate::http::{failure, lost_answer};
use crate::image::LARGEST_IMAGE;

/// What stands around the image: some hundred bytes.
const LONGEST_REST: usize = 64 * 1024;

const FIELD: &[u8] = b"\"b64_json\"";

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) image: Vec<u8>,
    pub(crate) billed: Billed,
}

/// An answer that is still arriving.
#[derive(Debug)]
pub(crate) struct ImageAnswer {
    image: Vec<u8>,
    /// The answer without the image.
    rest: Vec<u8>,
    /// Base64 comes in groups of four; a chunk may end within one.
    group: Vec<u8>,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the image, with so many bytes of the field's name seen.
    Before(usize),
    /// After the field's name: a colon and a quote are to come.
    Colon,
    Image,
    After,
}

impl ImageAnswer {
    /// `length` is what the provider announces; the buffer is made for it at once, within reason.
    pub(crate) fn expecting(length: Option<u64>) -> Self {
        let length = usize::try_from(length.unwrap_or(0)).unwrap_or(LARGEST_IMAGE).min(LARGEST_IMAGE);
        let image = Vec::with_capacity(length / 4 * 3);
        Self { image, rest: Vec::new(), group: Vec::with_capacity(4), place: Place::Before(0) }
    }

    /// Takes the next chunk, cut anywhere.
    pub(crate) fn push(&mut self, mut chunk: &[u8]) -> Result<(), CallFailure> {
        while let Some((&byte, tail)) = chunk.split_first() {
            match self.place {
                Place::Image => {
                    let end = memchr::memchr(b'"', chunk).unwrap_or(chunk.len());
                    let (text, after) = chunk.split_at_checked(end).unwrap_or((chunk, &[]));
                    self.decode(text)?;
                    if !after.is_empty() {
                        self.end_image()?;
                    }
                    chunk = after;
                    continue;
                }
                Place::Before(seen) => {
                    self.place = match FIELD.get(seen) {
                        Some(&expected) if expected == byte && seen + 1 == FIELD.len() => Place::Colon,
                        Some(&expected) if expected == byte => Place::Before(seen + 1),
                        _ => Place::Before(usize::from(byte == b'"')),
                    };
                }
                Place::Colon if byte == b'"' => self.place = Place::Image,
                Place::Colon if byte == b':' || byte.is_ascii_whitespace() => {}
                Place::Colon => self.place = Place::Before(0),
                Place::After => {}
            }
            if self.rest.len() == LONGEST_REST {
                return Err(unusable(
                    "too_long",
                    "The provider's answer is longer than an image answer can be. It has probably charged for it.",
                ));
            }
            self.rest.push(byte);
            chunk = tail;
        }
        Ok(())
    }

    /// The answer has ended as it should.
    pub(crate) fn finish(self) -> Result<Answer, CallFailure> {
        let parsed = serde_json::from_slice::<AnswerBody>(&self.rest);
        match (parsed, self.place) {
            (Ok(body), Place::After) => Ok(Answer { image: self.image, billed: body.billed() }),
            (Ok(body), _) => Err(CallFailure { billed: body.billed(), ..no_image() }),
            (Err(_), _) => self.finish_cut_off(),
        }
    }

    /// The answer was cut off. A whole image is kept: it has been paid for.
    pub(crate) fn finish_cut_off(self) -> Result<Answer, CallFailure> {
        if self.place == Place::After {
            Ok(Answer { image: self.image, billed: Billed::Unsaid })
        } else {
            Err(lost_answer())
        }
    }

    fn decode(&mut self, text: &[u8]) -> Result<(), CallFailure> {
        // JSON may write a slash as `\/`; nothing else in base64 can be escaped.
        if memchr::memchr(b'\\', text).is_some() {
            let plain: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'\\').collect();
            return self.decode_plain(&plain);
        }
        self.decode_plain(text)
    }

    fn decode_plain(&mut self, mut text: &[u8]) -> Result<(), CallFailure> {
        if self.image.len() + text.len() / 4 * 3 > LARGEST_IMAGE {
            return Err(unusable(
                "too_large",
                "The provider's image is larger than 64 MB. It has probably charged for it.",
            ));
        }
        while !self.group.is_empty() && self.group.len() < 4 {
            let Some((&byte, tail)) = text.split_first() else { return Ok(()) };
            self.group.push(byte);
            text = tail;
        }
        if self.group.len() == 4 {
            append(&mut self.image, &self.group)?;
            self.group.clear();
        }
        let (whole, part) = text.split_at_checked(text.len() / 4 * 4).unwrap_or((text, &[]));
        append(&mut self.image, whole)?;
        self.group.extend_from_slice(part);
        Ok(())
    }

    fn end_image(&mut self) -> Result<(), CallFailure> {
        self.place = Place::After;
        if self.group.is_empty() { Ok(()) } else { Err(not_base64()) }
    }
}

fn append(image: &mut Vec<u8>, text: &[u8]) -> Result<(), CallFailure> {
    STANDARD.decode_append(text, image).map_err(|_| not_base64())
}

/// The call was answered, so it is billed, but there is nothing to show for it.
pub(crate) fn no_image() -> CallFailure {
    unusable("no_image", "The provider's answer holds no image. It has probably charged for the call.")
}

fn not_base64() -> CallFailure {
    unusable(
        "not_base64",
        "The provider's answer holds something else than an image. It has probably charged for it.",
    )
}

fn unusable(code: &'static str, message: &str) -> CallFailure {
    failure(FailureClass::UnusableAnswer, code, message)
}

#[derive(Deserialize)]
struct AnswerBody {
    usage: Option<Usage>,
}

impl AnswerBody {
    fn billed(self) -> Billed {
        self.usage.map_or(Billed::Unsaid, |usage| Billed::Tokens(usage.into()))
    }
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
    #[serde(default)]
    input_tokens_details: InputDetails,
}

#[derive(Default, Deserialize)]
struct InputDetails {
    #[serde(default)]
    image_tokens: u64,
}

impl From<Usage> for TokenUsage {
    fn from(usage: Usage) -> Self {
        let image_in = usage.input_tokens_details.image_tokens;
        Self { text_in: usage.input_tokens.saturating_sub(image_in), image_in, output: usage.output_tokens }
    }
}

#[cfg(test)]
mod tests;
