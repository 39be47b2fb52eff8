//! `PUT /v1/personas/{id}`: edits a persona or chooses its portrait. What is left out stays. The version before is kept.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::image_request::Reference;
use domain::persona::{Persona, Traits};
use domain::{Fault, JobId, PersonaId};
use http::HeaderMap;
use runtime::{now, random};
use serde::{Deserialize, Deserializer};
use web::{JobsWrite, JsonBody, PathOf, Permit, Principal, Problem, if_match, reply};

use super::view::PersonaView;
use crate::JobsApi;
use crate::order::unfit;

/// What is left out stays as it is.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "PersonaChange"))]
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    name: Option<String>,
    age: Option<u64>,
    occupation: Option<String>,
    personality: Option<String>,
    backstory: Option<String>,
    appearance: Option<String>,
    style: Option<String>,
    /// A finished job whose image shows the face; null for none.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(feature = "contract", schemars(with = "Option<JobId>"))]
    portrait: Option<Option<JobId>>,
}

pub(crate) async fn edit(
    Permit(principal, _): Permit<JobsWrite>,
    PathOf(id): PathOf<PersonaId>,
    headers: HeaderMap,
    State(app): State<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let persona = app.personas.read(&principal.tenant, id).await?;
    if_match(&headers, persona.version)?;
    let portrait = match body.portrait {
        None => persona.portrait.clone(),
        Some(None) => None,
        Some(Some(job)) => Some(app.portrait(&principal, job).await?),
    };
    let traits = edited(&persona, body)?;
    if traits == persona.traits && portrait == persona.portrait {
        return Ok(reply::of_version(reply::ok(&PersonaView::new(&app, &persona).await?), persona.version));
    }
    let at = now();
    let next = persona.edited(traits, portrait, at);
    let event =
        next.event((domain::AuditId::make(at, &random()), at), &principal.actor, Action::PersonaChanged);
    app.personas.change(&persona, &next, event).await?;
    Ok(reply::of_version(reply::ok(&PersonaView::new(&app, &next).await?), next.version))
}

impl JobsApi {
    async fn portrait(&self, principal: &Principal, job: JobId) -> Result<Reference, Problem> {
        let not_an_image = || unfit("portrait", "must be a job of yours that has made an image".to_owned());
        match self.jobs.read(&principal.tenant, job).await {
            Ok(found) => match found.state {
                domain::job::State::Succeeded { made: domain::outcome::Made::Image(image) } => {
                    Ok(Reference::to(job.to_string(), &image))
                }
                _ => Err(not_an_image()),
            },
            Err(Fault::NotFound) => Err(not_an_image()),
            Err(other) => Err(other.into()),
        }
    }
}

fn edited(persona: &Persona, body: Body) -> Result<Traits, Problem> {
    let old = persona.traits.clone();
    let traits = Traits {
        name: body.name.unwrap_or(old.name),
        // Too old is refused below.
        age: body.age.map_or(old.age, |age| u8::try_from(age).unwrap_or(u8::MAX)),
        occupation: body.occupation.unwrap_or(old.occupation),
        personality: body.personality.unwrap_or(old.personality),
        backstory: body.backstory.unwrap_or(old.backstory),
        appearance: body.appearance.unwrap_or(old.appearance),
        style: body.style.unwrap_or(old.style),
    };
    traits.checked().map_err(|refused| unfit(refused.field, format!("must {}", refused.must)))
}

/// Tells `null` from a field that is not there.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<JobId>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
