//! Writes a persona from a brief: what the brief says first, dice for the rest, so that the same brief gives the
//! same persona.
//!
//! A brief is read (`reading`), a sitter decided (`sitter`), and then described in English or in German; in other
//! languages the sandbox answers in English.

mod age;
mod bodies;
mod clothes;
mod english;
mod german;
mod gloss;
mod home;
mod life;
mod name;
mod order;
mod reading;
mod said;
mod sitter;
mod styles;
mod trades;

use serde_json::{Map, Value, json};

use self::order::Order;
use self::said::Language;
use self::sitter::Sitter;

/// Someone who does not exist.
#[derive(Debug)]
pub(super) struct Persona {
    name: String,
    age: u64,
    occupation: String,
    personality: String,
    backstory: String,
    appearance: String,
    style: String,
}

/// Writes the persona that a message asks for.
pub(super) fn write(message: &str) -> Persona {
    let Order { brief, language } = Order::read(message);
    let sitter = Sitter::of(&brief);
    match language {
        Language::English => english::describe(&sitter),
        Language::German => german::describe(&sitter),
    }
}

impl Persona {
    /// By the names that schemas ask for.
    pub(super) fn facts(&self) -> Map<String, Value> {
        let texts = [
            ("name", &self.name),
            ("occupation", &self.occupation),
            ("personality", &self.personality),
            ("backstory", &self.backstory),
            ("appearance", &self.appearance),
            ("style", &self.style),
        ];
        let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), json!(text)));
        texts.chain([("age".to_owned(), json!(self.age))]).collect()
    }

    /// For those who asked for no schema.
    pub(super) fn prose(&self) -> String {
        let Self { name, age, occupation, personality, backstory, appearance, style } = self;
        format!("{name}, {age}, {occupation}\n\n{personality}\n\n{backstory}\n\n{appearance}\n\n{style}")
    }
}
