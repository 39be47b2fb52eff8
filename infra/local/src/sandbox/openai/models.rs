//! The models, and what each takes.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde_json::{Value, json};

use super::authorization;
use super::error::OpenAiError;

/// One model.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) id: &'static str,
    created: i64,
    shutdown_date: Option<&'static str>,
    /// Takes any size in bounds, not only the three old ones.
    pub(super) any_size: bool,
    /// Takes `xhigh` and `max`.
    pub(super) beyond_high: bool,
    /// Takes `complexity`.
    pub(super) complexity: bool,
    /// Takes more tokens than its elders for a sketch.
    pub(super) lavish: bool,
    /// How close an edit may be told to stay to its images; the newer models always stay close.
    pub(super) input_fidelity: &'static [&'static str],
    /// Micro-dollars for a token of the prompt, which is dollars for a million of them.
    pub(super) text_price: u64,
    /// The same for a token of the image.
    pub(super) output_price: u64,
}

impl Model {
    const fn new(id: &'static str, created: i64) -> Self {
        Self {
            id,
            created,
            shutdown_date: None,
            any_size: true,
            beyond_high: false,
            complexity: false,
            lavish: false,
            input_fidelity: &[],
            text_price: 5,
            output_price: 30,
        }
    }

    const fn of_2_5(id: &'static str) -> Self {
        Self { beyond_high: true, ..Self::new(id, 1_788_825_600) }
    }

    const fn of_2_6(id: &'static str) -> Self {
        Self { beyond_high: true, complexity: true, lavish: true, ..Self::new(id, 1_793_750_400) }
    }

    /// Of the generation that goes on 2026-12-01. It stays here: a sandbox that changes by the calendar would make
    /// tests fail on a date.
    const fn going(id: &'static str, created: i64) -> Self {
        let (shutdown_date, input_fidelity) = (Some("2026-12-01"), &["high", "low"]);
        Self { any_size: false, shutdown_date, input_fidelity, ..Self::new(id, created) }
    }

    fn body(&self) -> Value {
        json!({
            "id": self.id,
            "object": "model",
            "created": self.created,
            "owned_by": "system",
            "shutdown_date": self.shutdown_date,
        })
    }
}

static MODELS: [Model; 11] = [
    Model::of_2_6("gpt-image-2.6-sunburst"),
    Model::of_2_6("gpt-image-2.6-flare"),
    Model::of_2_5("gpt-image-2.5-sunburst"),
    Model::of_2_5("gpt-image-2.5-sunburst-2026-09-08"),
    Model::of_2_5("gpt-image-2.5-flare"),
    Model::of_2_5("gpt-image-2.5-flare-2026-09-08"),
    Model::new("gpt-image-2", 1_776_729_600),
    Model::new("gpt-image-2-2026-04-21", 1_776_729_600),
    Model::going("gpt-image-1.5", 1_765_843_200),
    Model {
        text_price: 2,
        output_price: 8,
        input_fidelity: &["low"],
        ..Model::going("gpt-image-1-mini", 1_759_708_800)
    },
    Model::going("chatgpt-image-latest", 1_765_843_200),
];

/// The model of this id. Those that were shut down (`gpt-image-1`, `dall-e-2`, `dall-e-3`) are as unknown as others.
pub(super) fn find(id: &str) -> Result<&'static Model, OpenAiError> {
    MODELS.iter().find(|model| model.id == id).ok_or_else(|| OpenAiError::unknown_model(id))
}

/// `GET /models`. Free; it proves the API key and nothing else.
pub(super) async fn list(headers: HeaderMap) -> Result<Response, OpenAiError> {
    authorization::account(&headers)?;
    let data: Vec<_> = MODELS.iter().map(Model::body).collect();
    Ok(Json(json!({ "object": "list", "data": data })).into_response())
}

/// `GET /models/{model}`.
pub(super) async fn retrieve(headers: HeaderMap, Path(id): Path<String>) -> Result<Response, OpenAiError> {
    authorization::account(&headers)?;
    Ok(Json(find(&id)?.body()).into_response())
}
