//! The models, and what each takes and costs.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde_json::{Value, json};

use super::authorization;
use super::error::AnthropicError;
use super::page;

/// One model.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) id: &'static str,
    display_name: &'static str,
    created_at: &'static str,
    /// Of the fifth families: no sampling parameters, no prefill, no thinking by budget.
    pub(super) fifth: bool,
    /// Takes `thinking: disabled`.
    pub(super) can_rest: bool,
    /// So many characters make a token. The newer tokenizer needs about 30 % more tokens for the same text.
    pub(super) letters: usize,
    pub(super) context: u64,
    pub(super) longest_answer: u64,
    price: Price,
    /// The price of a prompt above 100,000 tokens, and of its answer.
    long_price: Option<Price>,
    retires_at: Option<&'static str>,
}

/// Of a token, in thousand-millionths of a dollar: a dollar for a million tokens is 1,000.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    pub(super) input: u64,
    pub(super) output: u64,
}

const LONG_PROMPT: u64 = 100_000;

impl Model {
    const fn fifth(
        id: &'static str,
        display_name: &'static str,
        created_at: &'static str,
        price: Price,
    ) -> Self {
        Self {
            id,
            display_name,
            created_at,
            fifth: true,
            can_rest: true,
            letters: 3,
            context: 1_000_000,
            longest_answer: 128_000,
            price,
            long_price: None,
            retires_at: None,
        }
    }

    const fn older(
        id: &'static str,
        display_name: &'static str,
        created_at: &'static str,
        price: Price,
    ) -> Self {
        let model = Self::fifth(id, display_name, created_at, price);
        Self { fifth: false, letters: 4, context: 200_000, longest_answer: 64_000, ..model }
    }

    /// What a token costs in a request with so many of them.
    pub(super) fn price(&self, prompt: u64) -> Price {
        self.long_price.filter(|_| prompt > LONG_PROMPT).unwrap_or(self.price)
    }

    fn body(&self) -> Value {
        json!({
            "id": self.id,
            "type": "model",
            "display_name": self.display_name,
            "created_at": self.created_at,
            "lifecycle": if self.retires_at.is_some() { "deprecated" } else { "active" },
            "deprecated_at": null,
            "retires_at": self.retires_at,
            "max_input_tokens": self.context,
            "max_tokens": self.longest_answer,
            "capabilities": { "structured_outputs": { "supported": true } },
        })
    }
}

const fn price(input: u64, output: u64) -> Price {
    Price { input: input * 1_000, output: output * 1_000 }
}

/// Newest first. The days of the older ones are ours.
static MODELS: [Model; 12] = [
    Model {
        long_price: Some(Price { input: 500, output: 2_500 }),
        ..Model::fifth(
            "claude-haiku-5-5",
            "Claude Haiku 5.5",
            "2026-10-07T00:00:00Z",
            Price { input: 100, output: 500 },
        )
    },
    // It thinks between tools, or as it likes.
    Model {
        can_rest: false,
        ..Model::fifth("claude-sonnet-5-5", "Claude Sonnet 5.5", "2026-09-28T00:00:00Z", price(2, 10))
    },
    Model {
        can_rest: false,
        ..Model::fifth("claude-opus-5-5", "Claude Opus 5.5", "2026-09-22T00:00:00Z", price(4, 20))
    },
    Model::fifth("claude-fable-5-2", "Claude Fable 5.2", "2026-09-01T00:00:00Z", price(8, 40)),
    Model::fifth("claude-opus-5", "Claude Opus 5", "2026-07-24T00:00:00Z", price(5, 25)),
    Model::fifth("claude-sonnet-5", "Claude Sonnet 5", "2026-06-30T00:00:00Z", price(2, 10)),
    Model::older("claude-opus-4-7", "Claude Opus 4.7", "2026-04-16T00:00:00Z", price(5, 25)),
    Model::older("claude-sonnet-4-6", "Claude Sonnet 4.6", "2026-02-17T00:00:00Z", price(3, 15)),
    Model::older("claude-opus-4-6", "Claude Opus 4.6", "2026-02-05T00:00:00Z", price(5, 25)),
    Model::older("claude-opus-4-5", "Claude Opus 4.5", "2025-11-24T00:00:00Z", price(5, 25)),
    Model::older("claude-haiku-4-5", "Claude Haiku 4.5", "2025-10-15T00:00:00Z", price(1, 5)),
    // It stays after its day: a sandbox that changes by the calendar would make tests fail on a date.
    Model {
        retires_at: Some("2026-11-30"),
        ..Model::older("claude-sonnet-4-5", "Claude Sonnet 4.5", "2025-09-29T00:00:00Z", price(3, 15))
    },
];

/// The model of this id. Retired ones are as unknown as others.
pub(super) fn find(id: &str) -> Result<&'static Model, AnthropicError> {
    let unknown = || AnthropicError::not_found(&format!("model: {id}"));
    MODELS.iter().find(|model| model.id == id).ok_or_else(unknown)
}

/// `GET /v1/models`. Free; it proves the API key and nothing else.
pub(super) async fn list(headers: HeaderMap, RawQuery(query): RawQuery) -> Result<Response, AnthropicError> {
    authorization::account(&headers)?;
    let page = page::of(&MODELS, |model| model.id, query.as_deref().unwrap_or_default())?;
    let end = |model: Option<&Model>| model.map(|model| model.id);
    let body = json!({
        "data": page.items.iter().map(Model::body).collect::<Vec<_>>(),
        "has_more": page.has_more,
        "first_id": end(page.items.first()),
        "last_id": end(page.items.last()),
    });
    Ok(Json(body).into_response())
}

/// `GET /v1/models/{model}`.
pub(super) async fn retrieve(headers: HeaderMap, Path(id): Path<String>) -> Result<Response, AnthropicError> {
    authorization::account(&headers)?;
    Ok(Json(find(&id)?.body()).into_response())
}
