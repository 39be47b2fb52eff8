//! What orders refer to: projects, personas, uploaded photos, images of earlier jobs. Each is read once for a request, however
//! many orders name it.

use std::collections::HashMap;

use domain::image_request::Reference;
use domain::job::State;
use domain::outcome::Made;
use domain::persona::Persona;
use domain::upload::UploadState;
use domain::{AuditId, Fault, JobId, PersonaId, ProjectId};
use runtime::{now, random};
use web::{Principal, Problem, ProblemKind};

use crate::JobsApi;
use crate::order::unfit;

/// The things of one principal that the orders of one request refer to.
pub(crate) struct Sources<'a> {
    app: &'a JobsApi,
    principal: &'a Principal,
    /// Which were there already. The others begin with the jobs.
    projects: HashMap<ProjectId, Result<bool, Problem>>,
    personas: HashMap<PersonaId, Result<Persona, Problem>>,
    references: HashMap<String, Result<Reference, Problem>>,
}

impl<'a> Sources<'a> {
    pub(crate) fn of(app: &'a JobsApi, principal: &'a Principal) -> Self {
        let (projects, personas, references) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { app, principal, projects, personas, references }
    }

    /// Holds an order against its project, which may be one that nobody has named before.
    pub(crate) async fn project(&mut self, id: &ProjectId) -> Result<(), Problem> {
        if let Some(found) = self.projects.get(id) {
            return found.clone().map(|_| ());
        }
        let found = match self.app.projects.find(&self.principal.tenant, id).await {
            Ok(Some(project)) if project.archived_at.is_some() => Err(Problem::archived(id)),
            Ok(found) => Ok(found.is_some()),
            Err(fault) => Err(fault.into()),
        };
        self.projects.insert(id.clone(), found.clone());
        found.map(|_| ())
    }

    /// Puts on record which projects begin with what is now asked for.
    pub(crate) async fn begin_projects(&self) -> Result<(), Problem> {
        let whose = (&self.principal.tenant, self.principal.actor.as_str());
        for (id, _) in self.projects.iter().filter(|(_, found)| matches!(found, Ok(false))) {
            let at = now();
            self.app.projects.find_or_begin(whose, id, (AuditId::make(at, &random()), at)).await?;
        }
        Ok(())
    }

    pub(crate) async fn persona(&mut self, id: PersonaId) -> Result<Persona, Problem> {
        if let Some(found) = self.personas.get(&id) {
            return found.clone();
        }
        let found = self.app.personas.read(&self.principal.tenant, id).await.map_err(|fault| match fault {
            Fault::NotFound => unfit("persona", "is none of your personas: see /v1/personas".to_owned()),
            other => other.into(),
        });
        self.personas.insert(id, found.clone());
        found
    }

    /// What an id in `references` stands for: a photo that was uploaded, or the image of a finished job.
    pub(crate) async fn reference(&mut self, from: &str) -> Result<Reference, Problem> {
        if let Some(found) = self.references.get(from) {
            return found.clone();
        }
        let found = self.find(from).await;
        self.references.insert(from.to_owned(), found.clone());
        found
    }

    async fn find(&self, from: &str) -> Result<Reference, Problem> {
        let image = if let Ok(id) = from.parse() {
            match self.app.ready_upload(self.principal, id).await.map(|upload| upload.state) {
                Ok(UploadState::Ready(image)) => Some(image),
                Ok(_) => None,
                Err(problem) if problem.kind() == ProblemKind::NotFound => None,
                Err(problem) => return Err(problem),
            }
        } else if let Ok(id) = from.parse::<JobId>() {
            match self.app.jobs.read(&self.principal.tenant, id).await.map(|job| job.state) {
                Ok(State::Succeeded { made: Made::Image(image) }) => Some(image),
                Ok(_) | Err(Fault::NotFound) => None,
                Err(other) => return Err(other.into()),
            }
        } else {
            None
        };
        let problem =
            "must be ids of your uploads (upl_...) or of your jobs that have made an image (job_...)";
        image
            .map(|image| Reference::to(from.to_owned(), &image))
            .ok_or_else(|| unfit("references", problem.to_owned()))
    }
}
