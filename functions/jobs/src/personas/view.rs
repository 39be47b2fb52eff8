//! A persona as the API shows it.

use domain::persona::{Persona, Traits};
use domain::{JobId, PersonaId};
use serde::Serialize;
use web::{Problem, Time};

use crate::JobsApi;

/// A persona.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Persona"))]
#[derive(Serialize)]
pub(crate) struct PersonaView {
    id: PersonaId,
    version: u32,
    #[serde(flatten)]
    traits: Traits,
    language: String,
    brief: String,
    portrait: Option<PortraitView>,
    job: JobId,
    created_at: Time,
    updated_at: Time,
}

/// The picture that shows the face, and where it can be seen for a few minutes.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "PersonaPortrait"))]
#[derive(Serialize)]
struct PortraitView {
    job: String,
    url: String,
    content_type: String,
    width: u32,
    height: u32,
}

impl PersonaView {
    pub(super) async fn new(app: &JobsApi, persona: &Persona) -> Result<Self, Problem> {
        let persona = persona.clone();
        let portrait = match persona.portrait {
            Some(reference) => Some(PortraitView {
                url: app.images.link(&reference.object_key, &reference.content_type).await?,
                job: reference.from,
                content_type: reference.content_type,
                width: reference.width,
                height: reference.height,
            }),
            None => None,
        };
        Ok(Self {
            id: persona.id,
            version: persona.version,
            traits: persona.traits,
            language: persona.language,
            brief: persona.brief,
            portrait,
            job: persona.job,
            created_at: Time(persona.created_at),
            updated_at: Time(persona.updated_at),
        })
    }
}
