//! Projects: named, renamed, archived and taken up again.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::project::{LONGEST_NAME, Project, is_name};
use domain::{AuditId, Fault, ProjectId};
use http::HeaderMap;
use runtime::{now, random};
use serde::{Deserialize, Serialize};
use web::{
    AccountRead, AccountWrite, JsonBody, Listing, PathOf, Permit, Principal, Problem, QueryOf, Time,
    if_match, reply,
};

use crate::{AccountApi, unfit};

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The `next_cursor` of the page before.
    cursor: Option<ProjectId>,
    #[serde(default)]
    limit: Listing,
}

/// What is left out stays as it is; a new project is called as its id is.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "ProjectChange"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    #[cfg_attr(feature = "contract", schemars(length(min = 1, max = 64)))]
    name: Option<String>,
}

/// A project.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Project"))]
#[derive(Serialize)]
pub(crate) struct ProjectView {
    id: ProjectId,
    name: String,
    version: u32,
    created_at: Time,
    updated_at: Time,
    /// Since when it takes nothing new.
    archived_at: Option<Time>,
}

impl From<Project> for ProjectView {
    fn from(project: Project) -> Self {
        Self {
            id: project.id,
            name: project.name,
            version: project.version,
            created_at: Time(project.created_at),
            updated_at: Time(project.updated_at),
            archived_at: project.archived_at.map(Time),
        }
    }
}

/// `GET /v1/projects`: all of them, by id, also those that are archived.
pub(crate) async fn list(
    Permit(principal, _): Permit<AccountRead>,
    QueryOf(query): QueryOf<Query>,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let page = app.projects.list(&principal.tenant, query.cursor.as_ref(), query.limit.limit()).await?;
    let items: Vec<_> = page.items.into_iter().map(ProjectView::from).collect();
    Ok(reply::page(&items, page.next.map(|id| id.to_string())))
}

/// `GET /v1/projects/{project}`.
pub(crate) async fn read(
    Permit(principal, _): Permit<AccountRead>,
    PathOf(id): PathOf<ProjectId>,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let project = app.projects.find(&principal.tenant, &id).await?.ok_or(Fault::NotFound)?;
    Ok(shown(project))
}

/// `PUT /v1/projects/{project}`: begins it, names it, takes it up again.
pub(crate) async fn put(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(id): PathOf<ProjectId>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    if body.name.as_deref().is_some_and(|name| !is_name(name)) {
        return Err(unfit("name", format!("must have 1 to {LONGEST_NAME} characters, in one line.")));
    }
    let (audit_id, at) = (AuditId::make(now(), &random()), now());
    let Some(project) = app.projects.find(&principal.tenant, &id).await? else {
        if_match(&headers, 0)?;
        let begun = Project::begun(&principal.tenant, &id, at);
        let named = Project { name: body.name.unwrap_or_else(|| begun.name.clone()), ..begun };
        let event = named.event(audit_id, &principal.actor, Action::ProjectChanged, "created");
        app.projects.begin(&named, event).await?;
        let version = named.version;
        return Ok(reply::of_version(reply::created(&ProjectView::from(named)), version));
    };
    if_match(&headers, project.version)?;
    let name = body.name.unwrap_or_else(|| project.name.clone());
    if name == project.name && project.archived_at.is_none() {
        return Ok(shown(project));
    }
    let outcome = if project.archived_at.is_some() { "restored" } else { "renamed" };
    let next = project.renamed(name, at);
    let event = next.event(audit_id, &principal.actor, Action::ProjectChanged, outcome);
    app.projects.change(&next, event).await?;
    Ok(shown(next))
}

/// `DELETE /v1/projects/{project}`: archives it. What it has stays, and what waits in it goes on.
pub(crate) async fn delete(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(id): PathOf<ProjectId>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let project = app.projects.find(&principal.tenant, &id).await?.ok_or(Fault::NotFound)?;
    if_match(&headers, project.version)?;
    if project.archived_at.is_none() {
        let next = project.archived(now());
        let audit_id = AuditId::make(next.updated_at, &random());
        let event = next.event(audit_id, &principal.actor, Action::ProjectArchived, "ok");
        app.projects.change(&next, event).await?;
    }
    Ok(reply::no_content())
}

fn shown(project: Project) -> Response {
    let version = project.version;
    reply::of_version(reply::ok(&ProjectView::from(project)), version)
}

impl AccountApi {
    /// A project that nobody has named before begins with what is about to belong to it.
    pub(crate) async fn begin_project(
        &self,
        principal: &Principal,
        project: Option<&ProjectId>,
    ) -> Result<(), Problem> {
        let Some(id) = project else { return Ok(()) };
        let (whose, at) = ((&principal.tenant, principal.actor.as_str()), now());
        self.projects.find_or_begin(whose, id, (AuditId::make(at, &random()), at)).await?;
        Ok(())
    }
}
