//! A request for images, checked as OpenAI checks it.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::super::avatar::Format;
use super::super::reference::Reference;
use super::error::OpenAiError;
use super::fields::Fields;
use super::form::Form;
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
    pub(super) format: Format,
    /// How many images.
    pub(super) count: u32,
    /// What they are made from.
    pub(super) references: Vec<Reference>,
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
    /// Reads the body of a generation.
    pub(super) fn generation(headers: &HeaderMap, body: &[u8]) -> Result<Self, OpenAiError> {
        let content_type =
            headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if content_type.split(';').next().map(str::trim) != Some("application/json") {
            return Err(OpenAiError::bad_body("This API method only accepts 'application/json' requests."));
        }
        let mut fields = Fields::parse(body)?;
        let request = Self::read(&mut fields, Vec::new())?;
        fields.choice("moderation", &["auto", "low"])?;
        // `response_format` and `style` are of the retired models, and fall in here as well.
        fields.finish()?;
        Ok(request)
    }

    /// Reads the form of an edit, which has no `moderation`.
    pub(super) fn edit(Form { mut fields, references }: Form) -> Result<Self, OpenAiError> {
        let request = Self::read(&mut fields, references)?;
        if request.model.input_fidelity.is_empty() {
            fields.refuse("input_fidelity", "this model always stays close to its images.")?;
        } else {
            fields.choice("input_fidelity", request.model.input_fidelity)?;
        }
        fields.finish()?;
        Ok(request)
    }

    /// What both have.
    fn read(fields: &mut Fields, references: Vec<Reference>) -> Result<Self, OpenAiError> {
        // Which model is meant without a name is not documented since `dall-e-2` is gone: no guess here.
        let model = models::find(&fields.text("model")?.ok_or_else(|| OpenAiError::missing("model"))?)?;
        let prompt = prompt(fields)?;
        let size = Size::parse(fields.text("size")?.as_deref().unwrap_or("auto"), model)?;
        let qualities: &[&str] = if model.beyond_high { &UP_TO_MAX } else { &UP_TO_HIGH };
        let quality = Quality::of(fields.choice("quality", qualities)?.as_deref());
        let count = fields.integer("n", 1..=10)?.unwrap_or(1);
        if model.complexity {
            fields.choice("complexity", &["low", "medium", "high"])?;
        } else {
            fields.refuse("complexity", "this model does not take it.")?;
        }
        fields.text("user")?;
        fields.text("safety_identifier")?;
        let (format, transparent) = output(fields)?;
        let count = u32::try_from(count).unwrap_or(1);
        Ok(Self { model, prompt, size, quality, transparent, format, count, references })
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

/// The format, and whether the background is left out. In one piece: the sandbox does not stream.
fn output(fields: &mut Fields) -> Result<(Format, bool), OpenAiError> {
    let name = fields.choice("output_format", &["png", "jpeg", "webp"])?;
    let compression = fields.integer("output_compression", 0..=100)?.unwrap_or(100);
    let quality = u8::try_from(compression).unwrap_or(100);
    let format = match name.as_deref() {
        Some("jpeg") => Format::Jpeg { quality },
        Some("webp") => Format::Webp,
        // 100 means "not" and is harmless.
        _ if compression < 100 => {
            let problem = "less than 100 is not supported for the png output format.";
            return Err(OpenAiError::invalid_value("output_compression", problem));
        }
        _ => Format::Png,
    };
    let background = fields.choice("background", &["auto", "opaque", "transparent"])?;
    let transparent = background.as_deref() == Some("transparent");
    if transparent && matches!(format, Format::Jpeg { .. }) {
        return Err(OpenAiError::invalid_value("background", "transparent needs output_format png or webp."));
    }
    if fields.flag("stream")? == Some(true) {
        return Err(OpenAiError::invalid_value("stream", "the sandbox does not stream."));
    }
    fields.integer("partial_images", 0..=0)?;
    for name in ["frame_count", "frame_duration_ms", "svg"] {
        fields.refuse(name, "it does not go with this output_format.")?;
    }
    Ok((format, transparent))
}
