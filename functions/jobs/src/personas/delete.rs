//! `DELETE /v1/personas/{id}`: the persona and all its versions. Pictures that were made of it stay.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::{AuditId, PersonaId};
use runtime::{now, random};
use web::{JobsWrite, PathOf, Permit, Problem, reply};

use crate::JobsApi;

pub(crate) async fn delete(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<PersonaId>,
    State(app): State<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let persona = app.personas.read(&principal.tenant, id).await?;
    let at = now();
    let event = persona.event((AuditId::make(at, &random()), at), &principal.actor, Action::PersonaDeleted);
    app.personas.delete(&persona, event).await?;
    Ok(reply::no_content())
}
