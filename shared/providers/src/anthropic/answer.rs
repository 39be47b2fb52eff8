//! What Claude answered. An answer came, so its tokens are billed, whatever it holds.

use domain::outcome::{Billed, CallFailure, FailureClass, TokenUsage};
use domain::persona::Traits;
use serde::Deserialize;

use crate::http::failure;

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Vec<Block>,
    stop_reason: Option<String>,
    usage: Option<Usage>,
}

/// Thinking may come before the text, so blocks are told apart by their type, never by their place.
#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Usage {
    input_tokens: u64,
    output_tokens: u64,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
}

impl From<Usage> for TokenUsage {
    fn from(usage: Usage) -> Self {
        let cached = [usage.cache_creation_input_tokens, usage.cache_read_input_tokens];
        // Whatever the provider claims: a sum that is too large is the largest there is.
        let text_in = cached.into_iter().flatten().fold(usage.input_tokens, u64::saturating_add);
        Self { text_in, image_in: 0, output: usage.output_tokens }
    }
}

/// The persona, and what its tokens are.
pub(super) fn read(body: &[u8]) -> Result<(Traits, Billed), CallFailure> {
    let message: Message =
        serde_json::from_slice(body).map_err(|_| unusable("Claude's answer cannot be read."))?;
    let billed = message.usage.map_or(Billed::Unsaid, |usage| Billed::Tokens(usage.into()));
    let failed = |failure: CallFailure| CallFailure { billed, ..failure };
    match message.stop_reason.as_deref() {
        Some("end_turn" | "stop_sequence") => {}
        Some("refusal") => return Err(failed(refused())),
        Some("max_tokens" | "model_context_window_exceeded") => {
            return Err(failed(unusable("Claude's answer broke off at its longest. Try a shorter brief.")));
        }
        _ => return Err(failed(unusable("Claude ended its answer before the persona was written."))),
    }
    let text: String =
        message.content.into_iter().filter(|block| block.kind == "text").map(|block| block.text).collect();
    let traits: Traits = serde_json::from_str(&text)
        .map_err(|_| failed(unusable("Claude's answer is no persona. Try again.")))?;
    let traits = traits.checked().map_err(|refused| {
        failed(unusable(&format!("Claude's persona cannot be used: {refused}. Try again.")))
    })?;
    Ok((traits, billed))
}

fn refused() -> CallFailure {
    let message = "Claude refused to write this persona. Its answer was charged for. Try another brief.";
    failure(FailureClass::Moderated, "refusal", message)
}

fn unusable(message: &str) -> CallFailure {
    let message = format!("{message} The call was charged for.");
    failure(FailureClass::UnusableAnswer, "no_persona", &message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn persona() -> Value {
        json!({ "name": "Mara", "age": 34, "occupation": "boat builder", "personality": "Calm.",
            "backstory": "By the sea.", "appearance": "Red hair.", "style": "Daylight." })
    }

    fn message(stop_reason: &str, text: &str) -> Value {
        json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5",
            "content": [{ "type": "thinking", "thinking": "{", "signature": "s" }, { "type": "text", "text": text }],
            "stop_reason": stop_reason, "stop_sequence": null,
            "usage": { "input_tokens": 50, "output_tokens": 20, "cache_creation_input_tokens": 1,
                "cache_read_input_tokens": 2, "service_tier": "standard" } })
    }

    const TOKENS: Billed = Billed::Tokens(TokenUsage { text_in: 53, image_in: 0, output: 20 });

    #[test]
    fn a_persona_is_read_past_the_thinking() {
        let body = message("end_turn", &persona().to_string());
        let (traits, billed) = read(body.to_string().as_bytes()).unwrap();
        assert_eq!((traits.name.as_str(), traits.age, billed), ("Mara", 34, TOKENS));
    }

    /// Rows of ways to end: how, with what text, what it means. All of them were answered, so all are billed.
    #[test]
    fn every_other_ending_is_told_and_billed() {
        let mut old = persona();
        old["age"] = json!(121);
        let mut more = persona();
        more["shoe_size"] = json!(41);
        for (stop_reason, text, class) in [
            ("refusal", "I cannot help with that.", FailureClass::Moderated),
            ("max_tokens", r#"{"name":"Mara","ag"#, FailureClass::UnusableAnswer),
            ("model_context_window_exceeded", r#"{"name":"Mara","ag"#, FailureClass::UnusableAnswer),
            ("pause_turn", "", FailureClass::UnusableAnswer),
            ("tool_use", "", FailureClass::UnusableAnswer),
            ("end_turn", "Here is your persona!", FailureClass::UnusableAnswer),
            ("end_turn", "", FailureClass::UnusableAnswer),
            ("end_turn", &old.to_string(), FailureClass::UnusableAnswer),
            ("end_turn", &more.to_string(), FailureClass::UnusableAnswer),
        ] {
            let failure = read(message(stop_reason, text).to_string().as_bytes()).unwrap_err();
            assert_eq!((failure.class, failure.billed), (class, TOKENS), "{stop_reason} {text}");
        }
        for body in ["", "<html>", "[]", r#"{"content": 5}"#] {
            let failure = read(body.as_bytes()).unwrap_err();
            assert_eq!(
                (failure.class, failure.billed),
                (FailureClass::UnusableAnswer, Billed::Unsaid),
                "{body}"
            );
        }
    }
}
