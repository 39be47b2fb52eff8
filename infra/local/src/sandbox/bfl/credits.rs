//! `GET /v1/credits`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::Usd;
use http::HeaderMap;
use serde_json::json;

use super::super::Sandbox;
use super::super::case::Case;
use super::authorization;
use super::error::BflError;
use super::price;

/// Of those who do not watch theirs.
const PLENTY: Usd = Usd::from_micros(100_000_000);

pub(super) async fn credits(
    State(sandbox): State<Arc<Sandbox>>,
    headers: HeaderMap,
) -> Result<Response, BflError> {
    let account = authorization::account(&headers)?;
    let watched = account.case == Case::OutOfCredit;
    let balance = if watched { sandbox.ledger.balance(&account.id) } else { PLENTY };
    Ok(Json(json!({ "credits": price::credits(balance) })).into_response())
}
