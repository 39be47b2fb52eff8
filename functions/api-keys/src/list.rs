//! `GET /v1/api-keys`, `GET /v1/projects/{project}/api-keys` and `GET .../api-keys/{provider}`: what is stored, without
//! the secret.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::credential::CredentialMeta;
use web::{KeysRead, PathOf, Permit, Principal, Problem, reply};

use crate::view::CredentialView;
use crate::{ApiKeys, Place, project, stored_in, waiting_jobs};

pub(crate) async fn list(
    Permit(principal, _): Permit<KeysRead>,
    State(app): State<Arc<ApiKeys>>,
) -> Result<Response, Problem> {
    list_those(&app, &principal, |_| true).await
}

pub(crate) async fn of_project(
    Permit(principal, _): Permit<KeysRead>,
    PathOf(name): PathOf<String>,
    State(app): State<Arc<ApiKeys>>,
) -> Result<Response, Problem> {
    let project = project(&name)?;
    list_those(&app, &principal, |meta| meta.slot.scope.project() == Some(&project)).await
}

pub(crate) async fn read(
    Permit(principal, _): Permit<KeysRead>,
    PathOf(place): PathOf<Place>,
    State(app): State<Arc<ApiKeys>>,
) -> Result<Response, Problem> {
    let slot = place.slot(&principal)?;
    let meta = stored_in(&app, &slot).await?;
    let stored = app.credentials.list(&principal.tenant).await?;
    Ok(reply::ok(&CredentialView::new(&meta, waiting_jobs(&app, &slot, &stored).await?)))
}

async fn list_those(
    app: &ApiKeys,
    principal: &Principal,
    wanted: impl Fn(&CredentialMeta) -> bool,
) -> Result<Response, Problem> {
    let stored = app.credentials.list(&principal.tenant).await?;
    let mut items = Vec::new();
    for meta in stored.iter().filter(|meta| wanted(meta)) {
        items.push(CredentialView::new(meta, waiting_jobs(app, &meta.slot, &stored).await?));
    }
    Ok(reply::page(&items, None))
}
