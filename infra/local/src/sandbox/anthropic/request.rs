//! A request for a message, checked as Anthropic checks it.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use http::StatusCode;
use serde_json::Value;

use super::content::{self, Role, Turn};
use super::error::AnthropicError;
use super::fields::Fields;
use super::models::{self, Model};
use super::options::{self, OutputConfig};

type Checked<T> = Result<T, AnthropicError>;

/// What a model gets to read, which is all that counting needs.
#[derive(Debug)]
pub(super) struct Prompt {
    pub(super) model: &'static Model,
    system: String,
    turns: Vec<Turn>,
    /// Whether it thinks before it answers.
    pub(super) thinking: bool,
    pub(super) output: OutputConfig,
    /// Characters in everything else: tools and schema.
    extras: usize,
}

/// What is ordered.
#[derive(Debug)]
pub(super) struct MessageRequest {
    pub(super) prompt: Prompt,
    pub(super) max_tokens: u64,
    pub(super) stop_sequences: Vec<String>,
}

/// An image or a document is counted as so many tokens, whatever its size.
const TOKENS_OF_OTHERS: u64 = 1_600;

impl MessageRequest {
    /// Reads a body.
    pub(super) fn parse(body: Result<Bytes, BytesRejection>) -> Checked<Self> {
        let mut fields = fields(body)?;
        let prompt = Prompt::take(&mut fields)?;
        let model = prompt.model;
        let max_tokens = fields.whole("max_tokens", 0)?;
        let max_tokens = fields.required("max_tokens", max_tokens)?;
        if max_tokens > model.longest_answer {
            let most = model.longest_answer;
            let problem = format!(
                "{max_tokens} > {most}, which is the maximum allowed number of output tokens for {}",
                model.id
            );
            return Err(fields.wrong("max_tokens", &problem));
        }
        sampling(&mut fields, model)?;
        let stop_sequences = fields.texts("stop_sequences")?.unwrap_or_default();
        if fields.flag("stream")? == Some(true) {
            return Err(fields.wrong("stream", "the sandbox does not stream."));
        }
        if let Some(mut metadata) = fields.object("metadata")? {
            metadata.may_be_null(&["user_id"]);
            metadata.text("user_id")?;
            metadata.finish()?;
        }
        fields.choice("service_tier", &["auto", "standard_only"])?;
        fields.may_be_null(&["speed", "inference_geo"]);
        fields.choice("speed", &["standard", "fast"])?;
        fields.text("inference_geo")?;
        fields.take("container");
        fields.take("diagnostics");
        fields.finish()?;
        if model.fifth && prompt.turns.last().is_some_and(|turn| turn.role == Role::Assistant) {
            return Err(AnthropicError::at(
                "messages",
                "This model does not support assistant message prefill. The conversation must end with a user message.",
            ));
        }
        let (tokens, most) = (prompt.tokens(), model.context);
        if tokens > most {
            let problem = format!("prompt is too long: {tokens} tokens > {most} maximum");
            return Err(AnthropicError::at("messages", &problem));
        }
        Ok(Self { prompt, max_tokens, stop_sequences })
    }
}

impl Prompt {
    /// Reads the body of a request to count tokens.
    pub(super) fn parse(body: Result<Bytes, BytesRejection>) -> Checked<Self> {
        let mut fields = fields(body)?;
        let prompt = Self::take(&mut fields)?;
        fields.finish()?;
        Ok(prompt)
    }

    fn take(fields: &mut Fields) -> Checked<Self> {
        let model = fields.text("model")?;
        let model = models::find(&fields.required("model", model)?)?;
        let turns = content::turns(fields)?;
        let system = content::system(fields)?;
        let written = |value: &Value| value.to_string().chars().count();
        let tools = fields.peek("tools").map_or(0, written);
        options::tools(fields)?;
        let thinking = options::thinking(fields, model)?;
        let output = options::output_config(fields)?;
        options::cache_control(fields)?;
        let extras = tools + output.schema.as_ref().map_or(0, written);
        Ok(Self { model, system, turns, thinking, output, extras })
    }

    /// What is asked now: the last words of the user.
    pub(super) fn question(&self) -> &str {
        let asked = self.turns.iter().rfind(|turn| turn.role == Role::User);
        asked.map_or("", |turn| turn.text.as_str())
    }

    /// How many tokens it has.
    pub(super) fn tokens(&self) -> u64 {
        let turns = self.turns.iter().map(|turn| turn.text.chars().count()).sum::<usize>();
        let characters = self.system.chars().count() + turns + self.extras;
        let texts = u64::try_from(characters.div_ceil(self.model.letters)).unwrap_or(u64::MAX);
        let others = self.turns.iter().map(|turn| turn.others).sum::<u64>();
        // A message costs some tokens by being there.
        texts + others * TOKENS_OF_OTHERS + 4 * u64::try_from(self.turns.len()).unwrap_or(u64::MAX)
    }
}

/// Models of the fifth families take these only as they are anyway.
fn sampling(fields: &mut Fields, model: &Model) -> Checked<()> {
    let temperature = fields.share("temperature")?.is_none_or(|value| value == 1.0);
    let top_p = fields.share("top_p")?.is_none_or(|value| value == 1.0);
    let top_k = fields.whole("top_k", 0)?.is_none_or(|value| value == 0);
    for (name, usual) in [("temperature", temperature), ("top_p", top_p), ("top_k", top_k)] {
        if model.fifth && !usual {
            return Err(fields.wrong(name, "only the default value is supported for this model."));
        }
    }
    Ok(())
}

fn fields(body: Result<Bytes, BytesRejection>) -> Checked<Fields> {
    match body {
        Ok(body) => Fields::parse(&body),
        Err(broken) if broken.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(AnthropicError::too_large()),
        Err(_) => Err(AnthropicError::invalid("The request body could not be read.")),
    }
}
