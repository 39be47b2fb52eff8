//! Who somebody is, whatever is worn and wherever it is.
//!
//! Every drawn file carries it, so that an image made from a portrait shows the same face, as a real model does it.
//! It is kept as what was decided rather than as the prompt: it is short, repeats nobody's words, and stays true
//! when the way from a prompt to a person changes. Whatever it says can be drawn: it may come from anywhere.

use memchr::memmem;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::super::dice::Dice;
use super::super::hex;
use super::casting;
use super::ink::Ink;
use super::look::{Age, Beard, Glasses, Mood, Style};
use super::palette::Tint;

/// What it is called within a file.
pub(super) const NAME: &str = "ownkey-likeness";

/// A person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    pub(super) woman: bool,
    pub(super) age: Age,
    /// The place of the skin in the row from light to dark.
    pub(super) shade: usize,
    pub(super) tint: Tint,
    /// As worn without a hat.
    pub(super) style: Style,
    pub(super) beard: Option<Beard>,
    pub(super) iris: Ink,
    pub(super) freckles: bool,
    /// Unless the prompt asks for another.
    pub(super) mood: Mood,
    /// Unless the prompt talks about glasses.
    pub(super) glasses: Option<Glasses>,
    /// Rolls the shape of the face.
    pub(super) seed: Dice,
}

impl Likeness {
    /// Of whom an image shows. One of ours says it; any other shows somebody who is the same for the same file.
    pub fn seen_in(file: &[u8]) -> Self {
        let stranger = || casting::somebody(&hex::encode(digest(&SHA256, file).as_ref()), 0);
        Self::written_in(file).unwrap_or_else(stranger)
    }

    /// As it stands in a file.
    pub(super) fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// All formats carry the name, one byte and the text, as they are: no need to take the file apart.
    fn written_in(file: &[u8]) -> Option<Self> {
        let name = memmem::find(file, NAME.as_bytes())?;
        let text = file.get(name + NAME.len() + 1..)?;
        serde_json::Deserializer::from_slice(text).into_iter().next()?.ok()
    }
}
