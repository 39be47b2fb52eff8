//! `DELETE /v1/api-keys/{provider}`: revoke. The sealed secret is gone when the answer is sent; waiting jobs pause.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::{AuditId, Fault};
use runtime::{now, random};
use web::{KeysWrite, PathOf, Permit, Problem, reply};

use crate::{ApiKeys, Place, stored_in};

/// How often it is tried when the API key is replaced at the same time.
const TRIES: usize = 3;

pub(crate) async fn delete(
    Permit(principal, _): Permit<KeysWrite>,
    PathOf(place): PathOf<Place>,
    State(app): State<Arc<ApiKeys>>,
) -> Result<Response, Problem> {
    let slot = place.slot(&principal)?;
    for _ in 0..TRIES {
        let meta = stored_in(&app, &slot).await?;
        let at = now();
        let id = AuditId::make(at, &random());
        let event =
            AuditEvent::of_credential((id, at), &principal.actor, Action::CredentialRevoked, "ok", &meta);
        match app.credentials.revoke(&app.vault_table, &meta, event).await {
            Err(Fault::Conflict) => {}
            other => return other.map(|()| reply::no_content()).map_err(Problem::from),
        }
    }
    Err(Fault::Conflict.into())
}
