//! From what a caller asks for to what a job is made from: the model is found, the persona becomes a prompt, references
//! become places in the bucket, and everything is held against the model's own schema, before anything is queued.

use domain::batch::Order;
use domain::catalogue::{Catalogue, Model, ModelKind, RequestRefused};
use domain::image_request::{ImageRequest, Role};
use domain::persona::{LONGEST_TEXT, Persona};
use domain::{PersonaId, ProjectId, Usd};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use web::{Problem, ProblemKind, plain_name};

use crate::sources::Sources;
use crate::submit::usable;

/// An image as it is asked for. What is not named here belongs to the model, whose own schema refuses what it does
/// not know.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct ImageOrder {
    /// One that `/v1/models` shows as `current`.
    model: String,
    /// What to draw; with a persona, the scene, which may be left out.
    #[serde(default)]
    prompt: Option<String>,
    #[serde(default)]
    project: Option<ProjectId>,
    #[serde(default)]
    persona: Option<PersonaId>,
    /// Takes the place of the persona's own style.
    #[serde(default)]
    style: Option<String>,
    /// Ids of uploads and of jobs that have made an image.
    #[serde(default)]
    references: Vec<String>,
    #[serde(flatten)]
    parameters: Map<String, Value>,
}

impl ImageOrder {
    /// The same with something to draw, where only the price matters.
    pub(crate) fn or_any_prompt(self) -> Self {
        let any = || Some("A portrait of a friendly person, head and shoulders, plain background".to_owned());
        Self { prompt: self.prompt.or_else(any), ..self }
    }

    /// The same of another persona, in another style. None leaves what the order says itself.
    pub(crate) fn varied(&self, persona: Option<PersonaId>, style: Option<&String>) -> Self {
        let order = self.clone();
        Self { persona: persona.or(order.persona), style: style.cloned().or(order.style), ..order }
    }

    /// What `count` jobs of it are made from.
    pub(crate) async fn resolve(self, sources: &mut Sources<'_>, count: u32) -> Result<Order, Problem> {
        let model = usable(&self.model, ModelKind::Image)?;
        if let Some(project) = &self.project {
            sources.project(project).await?;
        }
        let persona = match self.persona {
            Some(id) => Some(sources.persona(id).await?),
            None => None,
        };
        let prompt = prompt(&self, persona.as_ref())?;
        let portrait = persona.as_ref().and_then(|persona| persona.portrait.clone());
        let with_portrait = portrait.is_some();
        let refused = |refusal: RequestRefused| refused(counting_portrait(refusal, with_portrait));
        model.check_references(self.references.len() + usize::from(with_portrait)).map_err(refused)?;
        let mut references = Vec::from_iter(portrait);
        for from in &self.references {
            references.push(sources.reference(from).await?);
        }
        let request = model.accept(&prompt, self.parameters, references).map_err(refused)?;
        let (scene, style) = (self.prompt, self.style);
        let role = persona.map(|is| Role { persona: is.id, version: is.version, scene, style });
        let request = ImageRequest { role, ..request };
        Ok(Order {
            count,
            project: self.project,
            provider: model.provider,
            estimated: estimate(model, &request),
            price_version: Catalogue::shipped().price_version.clone(),
            request,
        })
    }
}

/// What is sent as the prompt: the caller's own words, or a persona in their scene.
fn prompt(order: &ImageOrder, persona: Option<&Persona>) -> Result<String, Problem> {
    let words = order.prompt.as_deref();
    match (persona, &order.style) {
        (_, Some(style)) if style.trim().is_empty() || style.chars().count() > LONGEST_TEXT => {
            Err(unfit("style", format!("must have 1 to {LONGEST_TEXT} characters")))
        }
        (None, Some(_)) => Err(unfit("style", "goes with `persona` only: put it into the prompt".to_owned())),
        (Some(persona), style) => Ok(persona.prompt(words.unwrap_or_default(), style.as_deref())),
        (None, None) => match words {
            Some(words) => Ok(words.to_owned()),
            None => {
                let detail = "`prompt`: the field is missing. Say what to draw, or name a `persona`.";
                Err(Problem::new(ProblemKind::InvalidRequest, detail).with("field", "prompt"))
            }
        },
    }
}

/// A portrait goes along without being named in the request; a refusal that is about it must say so.
fn counting_portrait(refusal: RequestRefused, with_portrait: bool) -> RequestRefused {
    if !with_portrait || !(refusal.field == "references" || refusal.problem.contains("`references`")) {
        return refusal;
    }
    let problem = format!("{}. The persona's portrait goes along as a reference", refusal.problem);
    RequestRefused { problem, ..refusal }
}

pub(crate) fn unfit(field: &'static str, problem: String) -> Problem {
    Problem::new(ProblemKind::InvalidParameter, format!("`{field}` {problem}.")).with("field", field)
}

pub(crate) fn refused(refused: RequestRefused) -> Problem {
    let kind = if refused.unknown { ProblemKind::InvalidRequest } else { ProblemKind::InvalidParameter };
    // A field that is not ours may be anything, even a pasted secret: only a plain name is repeated.
    match plain_name(&refused.field) {
        Some(field) => Problem::new(kind, format!("`{field}` {}.", refused.problem)).with("field", field),
        None => Problem::new(kind, format!("A field {}.", refused.problem)),
    }
}

fn estimate(model: &Model, request: &ImageRequest) -> Usd {
    model.price.as_ref().map_or(Usd::ZERO, |price| price.of_image(request).expected)
}
