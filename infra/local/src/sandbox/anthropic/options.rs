//! What else a request may ask for. All of it is checked; what the sandbox cannot do is refused, not ignored.

use serde_json::Value;

use super::error::AnthropicError;
use super::fields::Fields;
use super::models::Model;

type Checked<T> = Result<T, AnthropicError>;

/// `output_config`.
#[derive(Debug)]
pub(super) struct OutputConfig {
    pub(super) effort: &'static str,
    /// What the answer's JSON must fit; without it the answer is prose.
    pub(super) schema: Option<Value>,
}

/// `thinking`: whether the answer begins with a thinking block.
pub(super) fn thinking(fields: &mut Fields, model: &Model) -> Checked<bool> {
    const KINDS: [&str; 4] = ["adaptive", "between_tools", "disabled", "enabled"];
    let Some(mut thinking) = fields.object("thinking")? else {
        return Ok(model.fifth);
    };
    let kind = thinking.choice("type", &KINDS)?;
    let kind = thinking.required("type", kind)?;
    let refused = |instead: &str| {
        Err(thinking.wrong("type", &format!("'{kind}' is not supported for this model. {instead}")))
    };
    match kind {
        "enabled" if model.fifth => return refused("Use 'adaptive', or leave it out."),
        "disabled" if !model.can_rest => return refused("Lower output_config.effort instead."),
        "between_tools" if model.id != "claude-sonnet-5-5" => return refused("Use 'adaptive'."),
        _ => {}
    }
    if kind == "enabled" {
        let budget = thinking.whole("budget_tokens", 1024)?;
        thinking.required("budget_tokens", budget)?;
    }
    if ["adaptive", "enabled"].contains(&kind) {
        thinking.may_be_null(&["display"]);
        thinking.choice("display", &["summarized", "omitted"])?;
    }
    thinking.finish()?;
    // Between tools means never, where there are no tools.
    Ok(["adaptive", "enabled"].contains(&kind))
}

/// `output_config`.
pub(super) fn output_config(fields: &mut Fields) -> Checked<OutputConfig> {
    let mut output = OutputConfig { effort: "high", schema: None };
    let Some(mut config) = fields.object("output_config")? else {
        return Ok(output);
    };
    config.may_be_null(&["effort", "format"]);
    if let Some(effort) = config.choice("effort", &["low", "medium", "high", "xhigh", "max"])? {
        output.effort = effort;
    }
    if let Some(mut format) = config.object("format")? {
        let kind = format.choice("type", &["json_schema"])?;
        format.required("type", kind)?;
        let place = format.place("schema");
        let schema = format.object("schema")?.map(|schema| Value::Object(schema.rest()));
        let schema = format.required("schema", schema)?;
        closed(&place, &schema)?;
        output.schema = Some(schema);
        format.finish()?;
    }
    config.finish()?;
    Ok(output)
}

/// Structured outputs need every object closed, at any depth.
fn closed(place: &str, schema: &Value) -> Checked<()> {
    let Some(fields) = schema.as_object() else {
        return Ok(());
    };
    let is_object = fields.get("type").is_some_and(|kind| kind == "object");
    if is_object && fields.get("additionalProperties") != Some(&Value::Bool(false)) {
        let problem = "For 'object' type, 'additionalProperties' must be explicitly set to false";
        return Err(AnthropicError::at(place, problem));
    }
    for name in ["properties", "$defs", "definitions"] {
        for (inner, schema) in fields.get(name).and_then(Value::as_object).into_iter().flatten() {
            closed(&format!("{place}.{name}.{inner}"), schema)?;
        }
    }
    for name in ["anyOf", "allOf"] {
        for schema in fields.get(name).and_then(Value::as_array).into_iter().flatten() {
            closed(&format!("{place}.{name}"), schema)?;
        }
    }
    fields.get("items").map_or(Ok(()), |items| closed(&format!("{place}.items"), items))
}

/// `tools` and `tool_choice`. A model may leave tools alone, and the sandbox always does.
pub(super) fn tools(fields: &mut Fields) -> Checked<()> {
    let place = fields.place("tools");
    for (number, item) in fields.list("tools")?.into_iter().flatten().enumerate() {
        tool(Fields::of(format!("{place}.{number}"), item)?)?;
    }
    let Some(mut choice) = fields.object("tool_choice")? else {
        return Ok(());
    };
    let kind = choice.choice("type", &["auto", "any", "tool", "none"])?;
    let kind = choice.required("type", kind)?;
    if kind == "tool" {
        let name = choice.text("name")?;
        choice.required("name", name)?;
    }
    if kind != "none" {
        choice.flag("disable_parallel_tool_use")?;
    }
    if ["any", "tool"].contains(&kind) {
        return Err(choice.wrong("type", "the sandbox uses no tools."));
    }
    choice.finish()
}

fn tool(mut tool: Fields) -> Checked<()> {
    let name = tool.text("name")?;
    tool.required("name", name)?;
    tool.text("description")?;
    tool.may_be_null(&["type", "eager_input_streaming"]);
    tool.choice("type", &["custom"])?;
    let schema = tool.object("input_schema")?;
    let mut schema = tool.required("input_schema", schema)?;
    let kind = schema.choice("type", &["object"])?;
    schema.required("type", kind)?;
    for name in ["strict", "defer_loading", "eager_input_streaming"] {
        tool.flag(name)?;
    }
    let place = tool.place("input_examples");
    for (number, example) in tool.list("input_examples")?.into_iter().flatten().enumerate() {
        Fields::of(format!("{place}.{number}"), example)?;
    }
    tool.texts("allowed_callers")?;
    cache_control(&mut tool)?;
    tool.finish()
}

/// `cache_control`, which may be `null`. The sandbox caches nothing, and bills accordingly.
pub(super) fn cache_control(fields: &mut Fields) -> Checked<()> {
    fields.may_be_null(&["cache_control"]);
    let Some(mut control) = fields.object("cache_control")? else {
        return Ok(());
    };
    let kind = control.choice("type", &["ephemeral"])?;
    control.required("type", kind)?;
    control.choice("ttl", &["5m", "1h"])?;
    control.finish()
}
