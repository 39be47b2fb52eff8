//! A request for images, checked as OpenAI checks it.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::error::OpenAiError;
use super::fields::Fields;
use super::models::{self, Model};
use super::size::Size;

/// What is ordered.
#[derive(Debug)]
pub(super) struct ImageRequest {
    pub(super) model: &'static Model,
    pub(super) prompt: String,
    pub(super) size: Size,
    pub(super) quality: Quality,
    pub(super) transparent: bool,
    /// How many images.
    pub(super) count: u32,
}

/// How much care goes into an image; it decides the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quality {
    Auto,
    Low,
    Medium,
    High,
    Xhigh,
    Max,
}

const UP_TO_HIGH: [&str; 4] = ["auto", "low", "medium", "high"];
const UP_TO_MAX: [&str; 6] = ["auto", "low", "medium", "high", "xhigh", "max"];
const LONGEST_PROMPT: usize = 32_000;

impl ImageRequest {
    /// Reads a body.
    pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, OpenAiError> {
        let content_type =
            headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if content_type.split(';').next().map(str::trim) != Some("application/json") {
            return Err(OpenAiError::bad_body("This API method only accepts 'application/json' requests."));
        }
        let mut fields = Fields::parse(body)?;
        // Which model is meant without a name is not documented since `dall-e-2` is gone: no guess here.
        let model = models::find(&fields.text("model")?.ok_or_else(|| OpenAiError::missing("model"))?)?;
        let prompt = prompt(&mut fields)?;
        let size = Size::parse(fields.text("size")?.as_deref().unwrap_or("auto"), model)?;
        let qualities: &[&str] = if model.beyond_high { &UP_TO_MAX } else { &UP_TO_HIGH };
        let quality = Quality::of(fields.choice("quality", qualities)?.as_deref());
        let background = fields.choice("background", &["auto", "opaque", "transparent"])?;
        let count = fields.integer("n", 1..=10)?.unwrap_or(1);
        fields.choice("moderation", &["auto", "low"])?;
        if model.complexity {
            fields.choice("complexity", &["low", "medium", "high"])?;
        } else {
            fields.refuse("complexity", "this model does not take it.")?;
        }
        fields.text("user")?;
        fields.text("safety_identifier")?;
        output(&mut fields)?;
        // `response_format` and `style` are of the retired models, and fall in here as well.
        fields.finish()?;
        let transparent = background.as_deref() == Some("transparent");
        let count = u32::try_from(count).unwrap_or(1);
        Ok(Self { model, prompt, size, quality, transparent, count })
    }
}

impl Quality {
    fn of(text: Option<&str>) -> Self {
        match text {
            Some("low") => Self::Low,
            Some("medium") => Self::Medium,
            Some("high") => Self::High,
            Some("xhigh") => Self::Xhigh,
            Some("max") => Self::Max,
            _ => Self::Auto,
        }
    }

    /// As in an answer, which never says `auto`.
    pub(super) fn answered(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Auto | Self::Medium => "medium",
            Self::High => "high",
            Self::Xhigh => "xhigh",
            Self::Max => "max",
        }
    }
}

fn prompt(fields: &mut Fields) -> Result<String, OpenAiError> {
    let prompt = fields.text("prompt")?.ok_or_else(|| OpenAiError::missing("prompt"))?;
    if !(1..=LONGEST_PROMPT).contains(&prompt.chars().count()) {
        let problem = format!("expected 1 to {LONGEST_PROMPT} characters.");
        return Err(OpenAiError::invalid_value("prompt", &problem));
    }
    Ok(prompt)
}

/// PNG in one piece is all that the sandbox makes.
fn output(fields: &mut Fields) -> Result<(), OpenAiError> {
    fields.choice("output_format", &["png"])?;
    // Only JPEG and WebP are compressed; 100 means "not" and is harmless.
    fields.integer("output_compression", 100..=100)?;
    if fields.flag("stream")? == Some(true) {
        return Err(OpenAiError::invalid_value("stream", "the sandbox does not stream."));
    }
    fields.integer("partial_images", 0..=0)?;
    for name in ["frame_count", "frame_duration_ms", "svg"] {
        fields.refuse(name, "it does not go with output_format png.")?;
    }
    Ok(())
}
