//! Webhooks: where a tenant is told what happens, and what became of what was sent there.

mod changing;
mod history;
mod view;

pub(crate) use changing::{create, delete, edit, rotate};
pub(crate) use history::{deliveries, redeliver, test};

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::WebhookId;
use web::{AccountRead, PathOf, Permit, Problem, reply};

use crate::AccountApi;
#[cfg(feature = "contract")]
pub(crate) use view::DeliveryView;
pub(crate) use view::WebhookView;

/// `GET /v1/webhooks`: all of them, the oldest first.
pub(crate) async fn list(
    Permit(principal, _): Permit<AccountRead>,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let webhooks = app.webhooks.list(&principal.tenant).await?;
    let items: Vec<_> = webhooks.iter().map(WebhookView::of).collect();
    Ok(reply::page(&items, None))
}

/// `GET /v1/webhooks/{id}`.
pub(crate) async fn read(
    Permit(principal, _): Permit<AccountRead>,
    PathOf(id): PathOf<WebhookId>,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let webhook = app.webhooks.read(&principal.tenant, id).await?;
    Ok(reply::of_version(reply::ok(&WebhookView::of(&webhook)), webhook.version))
}
