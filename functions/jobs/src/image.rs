//! `GET /v1/jobs/{id}/image`: to the image itself, by a link that works for a few minutes.

use std::sync::Arc;

use axum::extract::State as App;
use axum::response::Response;
use domain::JobId;
use domain::job::State;
use domain::outcome::Made;
use web::{JobsRead, PathOf, Permit, Problem, ProblemKind, reply};

use crate::JobsApi;

pub(crate) async fn image(
    Permit(principal, _): Permit<JobsRead>,
    PathOf(id): PathOf<JobId>,
    App(app): App<Arc<JobsApi>>,
) -> Result<Response, Problem> {
    let job = app.jobs.read(&principal.tenant, id).await?;
    match &job.state {
        State::Succeeded { made: Made::Image(image) } => {
            Ok(reply::found(&app.images.link(&image.object_key, &image.content_type).await?))
        }
        other => {
            let state = other.name();
            let detail =
                format!("The job is {state}. It has an image once it has succeeded, if it makes one.");
            Err(Problem::new(ProblemKind::ImageNotReady, detail).with("state", state))
        }
    }
}
