//! Tokens and what they cost.

use domain::Usd;
use serde_json::{Value, json};

use super::models::Model;

/// What a request uses up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    pub(super) input: u64,
    pub(super) thinking: u64,
    /// Of the text, without the thinking.
    pub(super) text: u64,
}

impl Usage {
    /// Thinking is paid like what is written.
    pub(super) fn cost(self, model: &Model) -> Usd {
        let price = model.price(self.input);
        // Summed before it is rounded: a token of the cheapest model is a tenth of a micro-dollar.
        let nanos = self.input * price.input + (self.thinking + self.text) * price.output;
        Usd::from_micros(nanos.div_ceil(1_000))
    }

    /// As in an answer.
    pub(super) fn body(self) -> Value {
        json!({
            "input_tokens": self.input,
            "output_tokens": self.thinking + self.text,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens_details": { "thinking_tokens": self.thinking },
            "service_tier": "standard",
        })
    }
}

/// How long is thought for an effort. Plausible; nobody publishes it.
pub(super) fn thought(effort: &str) -> u64 {
    match effort {
        "low" => 64,
        "medium" => 192,
        "xhigh" => 1_024,
        "max" => 2_048,
        _ => 512,
    }
}
