//! `POST /v1/personas`: a job that writes a persona. When it has succeeded, it carries the persona's id.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::catalogue::{Catalogue, Model, ModelKind};
use domain::job::{NewJob, Task};
use domain::persona::{DEFAULT_LANGUAGE, LONGEST_BRIEF, PersonaRequest, is_language};
use domain::{JobId, ProjectId, Usd};
use http::HeaderMap;
use runtime::{now, random};
use serde::{Deserialize, Serialize};
use web::{JobsWrite, JsonBody, Permit, Problem};

use crate::JobsApi;
use crate::order::unfit;
use crate::sources::Sources;
use crate::submit::{idempotency_key, usable};

/// The model that writes unless another is asked for: the cheapest of the latest.
const USUAL_MODEL: &str = "claude-haiku-5-5";

/// A persona as it is asked for.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "PersonaRequest"))]
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Brief {
    /// Who it should be, in your own words.
    #[cfg_attr(feature = "contract", schemars(length(min = 1, max = LONGEST_BRIEF)))]
    brief: String,
    /// The model that writes.
    model: Option<String>,
    /// The language to write in, as a tag like `de` or `pt-BR`; English unless it is given.
    language: Option<String>,
    project: Option<ProjectId>,
}

pub(crate) async fn create(
    Permit(principal, _): Permit<JobsWrite>,
    headers: HeaderMap,
    State(app): State<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Brief>,
) -> Result<Response, Problem> {
    let idempotency_key = idempotency_key(&headers, &body)?;
    if let Some(answer) = app.answered_before(&principal, idempotency_key.as_ref()).await? {
        return Ok(answer);
    }
    let project = body.project.clone();
    let (model, request) = body.request()?;
    let mut sources = Sources::of(&app, &principal);
    if let Some(project) = &project {
        sources.project(project).await?;
    }
    let allowed = app.allow(&principal.tenant, 1).await?;
    sources.begin_projects().await?;
    let new = NewJob {
        id: JobId::make(now(), &random()),
        tenant: principal.tenant,
        created_by: principal.actor,
        project,
        provider: model.provider,
        batch: None,
        estimated: model.price.as_ref().map_or(Usd::ZERO, |price| price.of_persona(&request).expected),
        price_version: Catalogue::shipped().price_version.clone(),
        task: Task::Persona(request),
    };
    app.submit(new, &allowed, idempotency_key.as_ref()).await
}

impl Brief {
    /// The model, and what it is asked.
    pub(crate) fn request(self) -> Result<(&'static Model, PersonaRequest), Problem> {
        let model = usable(self.model.as_deref().unwrap_or(USUAL_MODEL), ModelKind::Persona)?;
        let length = self.brief.chars().count();
        if self.brief.trim().is_empty() || length > LONGEST_BRIEF {
            let problem = format!("must have 1 to {LONGEST_BRIEF} characters: say who it should be");
            return Err(unfit("brief", problem));
        }
        let language = self.language.unwrap_or_else(|| DEFAULT_LANGUAGE.to_owned());
        if !is_language(&language) {
            return Err(unfit("language", "must be a language tag such as en, de or pt-BR".to_owned()));
        }
        Ok((model, PersonaRequest { model: model.id.clone(), brief: self.brief, language }))
    }
}
