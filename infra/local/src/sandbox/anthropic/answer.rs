//! What is answered: thinking first, then a text.

use serde_json::{Value, json};

use super::request::MessageRequest;
use super::schema;
use super::usage::{self, Usage};

/// One message of the assistant. Decided before it is paid for.
#[derive(Debug)]
pub(super) struct Answer {
    model: &'static str,
    thinking: bool,
    text: String,
    stop: Stop,
    pub(super) usage: Usage,
}

/// Why the text ends.
#[derive(Debug)]
enum Stop {
    EndTurn,
    MaxTokens,
    Sequence(String),
    Refusal,
}

impl Answer {
    /// Writes what was asked for, as far as the tokens go.
    pub(super) fn of(request: &MessageRequest) -> Self {
        let prompt = &request.prompt;
        let (model, thinking, most) = (prompt.model, prompt.thinking, request.max_tokens);
        let thought = if thinking { usage::thought(prompt.output.effort) } else { 0 };
        let (mut text, mut stop) = (write(request), Stop::EndTurn);
        let first = |sequence: &String| text.find(sequence.as_str()).map(|place| (place, sequence.clone()));
        if let Some((place, sequence)) = request.stop_sequences.iter().filter_map(first).min() {
            text.truncate(place);
            stop = Stop::Sequence(sequence);
        }
        // Thinking goes off the same limit: set tight, it leaves half an object or nothing at all.
        let left = most.saturating_sub(thought);
        if tokens(&text, model.letters) > left {
            let letters = usize::try_from(left).unwrap_or(usize::MAX).saturating_mul(model.letters);
            text = text.chars().take(letters).collect();
            stop = Stop::MaxTokens;
        }
        let usage =
            Usage { input: prompt.tokens(), thinking: thought.min(most), text: tokens(&text, model.letters) };
        Self { model: model.id, thinking, text, stop, usage }
    }

    /// Refuses, which is a success as far as HTTP and the bill are concerned.
    pub(super) fn refusal(request: &MessageRequest) -> Self {
        let usage = Usage { input: request.prompt.tokens(), thinking: 0, text: request.max_tokens.min(8) };
        let (model, text) = (request.prompt.model.id, String::new());
        Self { model, thinking: false, text, stop: Stop::Refusal, usage }
    }

    /// As it is sent.
    pub(super) fn body(self) -> Value {
        let id = uuid::Builder::from_random_bytes(runtime::random()).into_uuid().simple();
        let signature = base64_simd::STANDARD.encode_to_string(runtime::random::<48>());
        let thinking = json!({ "type": "thinking", "thinking": "", "signature": signature });
        let text = json!({ "type": "text", "text": self.text });
        let content = [(self.thinking, thinking), (!self.text.is_empty(), text)]
            .into_iter()
            .filter(|(there, _)| *there);
        let (reason, sequence, details) = match self.stop {
            Stop::EndTurn => ("end_turn", None, Value::Null),
            Stop::MaxTokens => ("max_tokens", None, Value::Null),
            Stop::Sequence(sequence) => ("stop_sequence", Some(sequence), Value::Null),
            Stop::Refusal => ("refusal", None, refused()),
        };
        json!({
            "id": format!("msg_{id}"),
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": content.map(|(_, block)| block).collect::<Vec<_>>(),
            "stop_reason": reason,
            "stop_sequence": sequence,
            "stop_details": details,
            "usage": self.usage.body(),
        })
    }
}

fn write(request: &MessageRequest) -> String {
    let persona = super::persona::write(request.prompt.question());
    match &request.prompt.output.schema {
        Some(schema) => schema::fill(schema, &persona.facts()).to_string(),
        None => persona.prose(),
    }
}

fn tokens(text: &str, letters: usize) -> u64 {
    u64::try_from(text.chars().count().div_ceil(letters)).unwrap_or(u64::MAX)
}

fn refused() -> Value {
    json!({
        "type": "refusal",
        "category": "general_harms",
        "explanation": "This request was refused under the usage policy.",
    })
}
