//! The turns of a conversation and the blocks that they are made of.

use serde_json::Value;

use super::error::AnthropicError;
use super::fields::Fields;
use super::options;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    User,
    Assistant,
    System,
}

/// One message.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) role: Role,
    /// Its text blocks, a line each.
    pub(super) text: String,
    /// How many blocks are not text. The sandbox counts them and looks at none.
    pub(super) others: u64,
}

const MOST_TURNS: usize = 100_000;
const BLOCKS: [&str; 7] =
    ["text", "image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking"];

/// `messages`.
pub(super) fn turns(fields: &mut Fields) -> Result<Vec<Turn>, AnthropicError> {
    let items = fields.list("messages")?;
    let items = fields.required("messages", items)?;
    if !(1..=MOST_TURNS).contains(&items.len()) {
        return Err(fields.wrong("messages", "List should have 1 to 100000 items"));
    }
    let place = |number: usize| fields.place(&format!("messages.{number}"));
    let turn = |(number, item)| turn(Fields::of(place(number), item)?);
    items.into_iter().enumerate().map(turn).collect()
}

/// `system`: a text, or text blocks.
pub(super) fn system(fields: &mut Fields) -> Result<String, AnthropicError> {
    let place = fields.place("system");
    match fields.take("system") {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(Value::Array(items)) => {
            let mut lines = Vec::new();
            for (number, item) in items.into_iter().enumerate() {
                let mut block = Fields::of(format!("{place}.{number}"), item)?;
                let kind = block.choice("type", &["text"])?;
                block.required("type", kind)?;
                lines.push(text(block)?);
            }
            Ok(lines.join("\n"))
        }
        Some(_) => Err(AnthropicError::at(&place, "Input should be a valid string or list")),
    }
}

fn turn(mut fields: Fields) -> Result<Turn, AnthropicError> {
    let role = fields.choice("role", &["user", "assistant", "system"])?;
    let role = match fields.required("role", role)? {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        _ => Role::System,
    };
    let content = fields.take("content");
    let turn = match fields.required("content", content)? {
        Value::String(text) => Turn { role, text, others: 0 },
        Value::Array(items) => {
            let mut turn = Turn { role, text: String::new(), others: 0 };
            for (number, item) in items.into_iter().enumerate() {
                match block(Fields::of(fields.place(&format!("content.{number}")), item)?)? {
                    Some(text) => turn.text.extend([text.as_str(), "\n"]),
                    None => turn.others += 1,
                }
            }
            turn
        }
        _ => return Err(fields.wrong("content", "Input should be a valid string or list")),
    };
    fields.finish()?;
    Ok(turn)
}

/// The text of a text block, nothing of others.
fn block(mut fields: Fields) -> Result<Option<String>, AnthropicError> {
    let kind = fields.choice("type", &BLOCKS)?;
    let kind = fields.required("type", kind)?;
    match kind {
        "text" => return text(fields).map(Some),
        "image" => {
            image(fields)?;
            return Ok(None);
        }
        _ => {}
    }
    // The description lets these carry more than it names.
    for name in ["id", "name", "tool_use_id", "thinking", "signature", "data"] {
        let text = fields.text(name)?;
        let needs = match kind {
            "tool_use" => ["id", "name"].contains(&name),
            "tool_result" => name == "tool_use_id",
            "thinking" => ["thinking", "signature"].contains(&name),
            "redacted_thinking" => name == "data",
            _ => false,
        };
        if needs {
            fields.required(name, text)?;
        }
    }
    for (needing, name) in [("tool_use", "input"), ("document", "source")] {
        if kind == needing {
            let object = fields.object(name)?;
            fields.required(name, object)?;
        }
    }
    if kind == "tool_result" {
        fields.flag("is_error")?;
    }
    Ok(None)
}

fn text(mut fields: Fields) -> Result<String, AnthropicError> {
    let text = fields.text("text")?;
    let text = fields.required("text", text)?;
    if text.is_empty() {
        return Err(fields.wrong("text", "text content blocks must be non-empty"));
    }
    options::cache_control(&mut fields)?;
    fields.take("citations");
    fields.finish()?;
    Ok(text)
}

fn image(mut fields: Fields) -> Result<(), AnthropicError> {
    let source = fields.object("source")?;
    let mut source = fields.required("source", source)?;
    let kind = source.choice("type", &["base64", "url", "file"])?;
    let named = match source.required("type", kind)? {
        "base64" => {
            let types = ["image/jpeg", "image/png", "image/gif", "image/webp"];
            let media_type = source.choice("media_type", &types)?;
            source.required("media_type", media_type)?;
            "data"
        }
        "url" => "url",
        _ => "file_id",
    };
    let value = source.text(named)?;
    source.required(named, value)?;
    source.finish()?;
    options::cache_control(&mut fields)?;
    fields.take("transformations");
    fields.finish()
}
