//! `GET /v1/personas`, `GET /v1/personas/{id}` and `GET /v1/personas/{id}/versions`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::PersonaId;
use domain::persona::Persona;
use serde::Deserialize;
use web::{JobsRead, Listing, PathOf, Permit, Problem, QueryOf, reply};

use super::view::PersonaView;
use crate::JobsApi;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The `next_cursor` of the page before.
    cursor: Option<PersonaId>,
    #[serde(default)]
    limit: Listing,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionsQuery {
    /// The `next_cursor` of the page before.
    cursor: Option<u32>,
    #[serde(default)]
    limit: Listing,
}

pub(crate) async fn list(
    Permit(principal, _): Permit<JobsRead>,
    QueryOf(query): QueryOf<Query>,
    State(app): State<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let page = app.personas.list(&principal.tenant, query.cursor, query.limit.limit()).await?;
    Ok(reply::page(&app.shown(page.items).await?, page.next.map(|id| id.to_string())))
}

pub(crate) async fn read(
    Permit(principal, _): Permit<JobsRead>,
    PathOf(id): PathOf<PersonaId>,
    State(app): State<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let persona = app.personas.read(&principal.tenant, id).await?;
    Ok(reply::of_version(reply::ok(&PersonaView::new(&app, &persona).await?), persona.version))
}

/// The versions that were left, the latest first. The one in force is the persona itself.
pub(crate) async fn versions(
    Permit(principal, _): Permit<JobsRead>,
    PathOf(id): PathOf<PersonaId>,
    QueryOf(query): QueryOf<VersionsQuery>,
    State(app): State<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let persona = app.personas.read(&principal.tenant, id).await?;
    let page = app.personas.versions(&persona.tenant, id, query.cursor, query.limit.limit()).await?;
    Ok(reply::page(&app.shown(page.items).await?, page.next.map(|version| version.to_string())))
}

impl JobsApi {
    async fn shown(&self, personas: Vec<Persona>) -> Result<Vec<PersonaView>, Problem> {
        let mut shown = Vec::with_capacity(personas.len());
        for persona in &personas {
            shown.push(PersonaView::new(self, persona).await?);
        }
        Ok(shown)
    }
}
