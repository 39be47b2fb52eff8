//! `GET /v1/api-keys` and `GET /v1/api-keys/{provider}`: what is stored, without the secret.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use web::{KeysRead, PathOf, Permit, Problem, reply};

use crate::view::CredentialView;
use crate::{ApiKeys, account_slot, stored_in};

pub(crate) async fn list(
    Permit(principal, _): Permit<KeysRead>,
    State(app): State<Arc<ApiKeys>>,
) -> Result<Response, Problem> {
    let mut items = Vec::new();
    for meta in app.credentials.list(&principal.tenant).await? {
        let waiting = app.credentials.waiting_jobs(&meta.slot).await?;
        items.push(CredentialView::new(&meta, waiting));
    }
    Ok(reply::page(&items, None))
}

pub(crate) async fn read(
    Permit(principal, _): Permit<KeysRead>,
    PathOf(provider): PathOf<String>,
    State(app): State<Arc<ApiKeys>>,
) -> Result<Response, Problem> {
    let slot = account_slot(&principal, &provider)?;
    let meta = stored_in(&app, &slot).await?;
    let waiting = app.credentials.waiting_jobs(&slot).await?;
    Ok(reply::ok(&CredentialView::new(&meta, waiting)))
}
