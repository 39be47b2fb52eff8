//! `GET /v1/jobs` and `GET /v1/jobs/{id}`.

use std::sync::Arc;

use axum::extract::State as App;
use axum::response::Response;
use domain::job::State;
use domain::{BatchId, JobId, ProjectId};
use runtime::now;
use serde::Deserialize;
use store::JobFilter;
use web::{JobsRead, Listing, PathOf, Permit, Problem, ProblemKind, QueryOf, look_again_after, reply};

use crate::{JobsApi, with_retirement};

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    #[cfg_attr(feature = "contract", schemars(extend("enum" = State::NAMES)))]
    state: Option<String>,
    kind: Option<Kind>,
    project: Option<ProjectId>,
    batch: Option<BatchId>,
    /// The `next_cursor` of the page before.
    cursor: Option<JobId>,
    #[serde(default)]
    limit: Listing,
}

/// What a job does, as the API names it.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "JobKind"))]
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Image,
    Persona,
    KeyTest,
    Export,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Persona => "persona",
            Self::KeyTest => "key_test",
            Self::Export => "export",
        }
    }
}

pub(crate) async fn list(
    Permit(principal, _): Permit<JobsRead>,
    QueryOf(query): QueryOf<Query>,
    App(app): App<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    if query.state.as_deref().is_some_and(|state| !State::NAMES.contains(&state)) {
        let detail = format!("`state` must be one of: {}.", State::NAMES.join(", "));
        return Err(Problem::new(ProblemKind::InvalidRequest, detail).with("field", "state"));
    }
    let Query { state, kind, project, batch, cursor, .. } = query;
    let kind = kind.map(Kind::name);
    let filter = JobFilter { state, kind, project, batch, after: cursor };
    let page = app.jobs.list(&principal.tenant, &filter, query.limit.limit()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for job in &page.items {
        items.push(app.view(job).await?);
    }
    Ok(reply::page(&items, page.next.map(|id| id.to_string())))
}

pub(crate) async fn read(
    Permit(principal, _): Permit<JobsRead>,
    PathOf(id): PathOf<JobId>,
    App(app): App<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let job = app.jobs.read(&principal.tenant, id).await?;
    let response = with_retirement(reply::ok(&app.view(&job).await?), &job);
    Ok(match look_again_after(&job, now()) {
        Some(seconds) => reply::look_again(response, seconds),
        None => response,
    })
}
