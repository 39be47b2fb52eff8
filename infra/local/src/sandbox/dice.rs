//! Chance that is the same for the same prompt, on every machine and for ever.

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::hex;

/// Every question is rolled by its own name, so that a wish for a hat does not change the hair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) struct Dice {
    seed: [u8; 32],
}

impl From<Dice> for String {
    fn from(dice: Dice) -> Self {
        hex::encode(&dice.seed)
    }
}

impl TryFrom<String> for Dice {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self { seed: hex::decode(&text).ok_or("a seed has 64 hexadecimal digits")? })
    }
}

impl Dice {
    /// `variation` tells the answers to one request apart.
    pub(super) fn of(prompt: &str, variation: u32) -> Self {
        Self { seed: digest(&[prompt.trim().as_bytes(), &variation.to_be_bytes()]) }
    }

    /// 0 up to, but not including, 1.
    pub(super) fn roll(&self, question: &str) -> f32 {
        let [a, b, c, ..] = digest(&[&self.seed, question.as_bytes()]);
        // 24 bits are what an f32 holds exactly.
        u32::from_be_bytes([0, a, b, c]) as f32 / (1 << 24) as f32
    }

    /// Between two numbers.
    pub(super) fn between(&self, question: &str, low: f32, high: f32) -> f32 {
        low + self.roll(question) * (high - low)
    }

    /// Yes, this often.
    pub(super) fn chance(&self, question: &str, share: f32) -> bool {
        self.roll(question) < share
    }

    /// One of them, each as likely as its weight says.
    pub(super) fn weighed<T: Copy>(&self, question: &str, choices: &[(u32, T)], otherwise: T) -> T {
        let total: u32 = choices.iter().map(|(weight, _)| weight).sum();
        let mut left = (self.roll(question) * total as f32) as u32;
        for (weight, choice) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *choice,
            }
        }
        otherwise
    }

    /// One of them, all as likely.
    pub(super) fn pick<T: Copy>(&self, question: &str, choices: &[T], otherwise: T) -> T {
        let index = (self.roll(question) * choices.len() as f32) as usize;
        choices.get(index).copied().unwrap_or(otherwise)
    }
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}
