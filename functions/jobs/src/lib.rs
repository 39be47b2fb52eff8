#![doc = include_str!("../README.md")]

mod allowance;
mod batches;
mod change;
#[cfg(feature = "contract")]
mod contract;
mod create;
mod estimates;
mod image;
mod list;
mod models;
mod openai;
mod order;
mod personas;
mod sources;
mod submit;
mod uploads;

#[cfg(feature = "contract")]
pub use contract::operations;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use domain::allowance::JobLimits;
use domain::catalogue::Catalogue;
use domain::job::{Job, State};
use domain::outcome::{EXPORT_LIFETIME, Made};
use domain::queue::JobRef;
use domain::{Provider, Timestamp};
use runtime::{Aws, AwsService, now};
use serde::Serialize;
use store::{
    Allowances, Credentials, EXPORT_LINK_LIFETIME, Erasures, Images, Jobs, LINK_LIFETIME, NotifierQueue,
    Personas, Projects, Queues, Tables,
};
use web::{JobView, Link, Problem, Retirement, look_again_after, reply};

use uploads::Photos;

/// What this function works with.
pub struct JobsApi {
    jobs: Jobs,
    allowances: Allowances,
    credentials: Credentials,
    erasures: Erasures,
    images: Images,
    personas: Personas,
    projects: Projects,
    queues: Queues,
    photos: Photos,
}

/// What this function is told about its stack.
pub struct Settings {
    /// The main and the audit table.
    pub tables: Tables,
    /// The images bucket.
    pub images_bucket: String,
    /// The queues of the workers.
    pub queues: Vec<(Provider, String)>,
    /// How many jobs each tenant may ask for.
    pub limits: JobLimits,
    /// The notifier's queue, for what people must hear of at once.
    pub notifier: String,
}

impl JobsApi {
    /// Sets the clients up.
    pub fn new(aws: &Aws, settings: Settings) -> Self {
        let photos = Photos::new(aws, &settings);
        let (dynamodb, sqs) = (aws.config(AwsService::Dynamodb), aws.config(AwsService::Sqs));
        let telling = settings.tables.clone().telling(NotifierQueue::new(&sqs, settings.notifier));
        Self {
            jobs: Jobs::new(&dynamodb, telling),
            allowances: Allowances::new(&dynamodb, settings.tables.main.clone(), settings.limits),
            erasures: Erasures::new(&dynamodb, settings.tables.clone()),
            personas: Personas::new(&dynamodb, settings.tables.clone()),
            projects: Projects::new(&dynamodb, settings.tables.clone()),
            credentials: Credentials::new(&dynamodb, settings.tables),
            images: Images::new(&aws.config(AwsService::S3), settings.images_bucket),
            queues: Queues::new(&sqs, settings.queues),
            photos,
        }
    }

    /// The routes of this function.
    pub fn router(self) -> Router {
        let erasures = self.erasures.clone();
        let router = Router::new()
            // Jobs.
            .route("/v1/jobs", get(list::list).post(create::create))
            .route("/v1/jobs/{id}", get(list::read))
            .route("/v1/jobs/{id}/image", get(image::image))
            // What a person may do with a job.
            .route("/v1/jobs/{id}/cancel", post(change::cancel))
            .route("/v1/jobs/{id}/retry", post(change::retry))
            .route("/v1/jobs/{id}/resume", post(change::resume))
            // Many at once.
            .route("/v1/batches", get(batches::list).post(batches::create))
            .route("/v1/batches/{id}", get(batches::read))
            .route("/v1/batches/{id}/cancel", post(batches::cancel))
            .route("/v1/batches/{id}/retry", post(batches::retry))
            .route("/v1/batches/{id}/export", post(batches::export))
            // Personas.
            .route("/v1/personas", get(personas::list).post(personas::create))
            .route("/v1/personas/{id}", get(personas::read).put(personas::edit).delete(personas::delete))
            .route("/v1/personas/{id}/versions", get(personas::versions))
            // Reference photos.
            .route("/v1/uploads", get(uploads::list).post(uploads::create))
            .route("/v1/uploads/{id}", get(uploads::read).delete(uploads::delete))
            .route("/v1/uploads/{id}/complete", post(uploads::complete))
            // What can be asked for.
            .route("/v1/models", get(models::list))
            .route("/v1/estimates", post(estimates::estimate))
            .merge(openai::routes())
            .route("/healthz", get(healthy))
            .with_state(Arc::new(self));
        web::closed_while(router, move |tenant| {
            let erasures = erasures.clone();
            async move { erasures.is_under_way(&tenant).await }
        })
    }

    /// Sends the pointer to a job that was just put on record. If that fails, the sweeper sends it.
    async fn point_to(&self, job: &Job) {
        let job_ref = JobRef::new(job.tenant.clone(), job.id);
        let _sweeper_will = self.queues.send(job.provider, &job_ref, Duration::ZERO).await;
    }

    async fn view(&self, job: &Job) -> Result<JobView, Problem> {
        let link = match &job.state {
            State::Succeeded { made: Made::Image(image) } => {
                let url = self.images.link(&image.object_key, &image.content_type).await?;
                Some(Link { url, expires_at: after(now(), LINK_LIFETIME) })
            }
            // The bucket forgets archives; a link to one that is gone would only look broken.
            State::Succeeded { made: Made::Export(export) }
                if job.finished_at.is_some_and(|at| now() < after(at, EXPORT_LIFETIME)) =>
            {
                let url = self.images.export_link(&export.object_key).await?;
                Some(Link { url, expires_at: after(now(), EXPORT_LINK_LIFETIME) })
            }
            _ => None,
        };
        Ok(JobView::new(job, link))
    }

    /// 202 with the job, for everything that makes it go on.
    async fn accepted(&self, job: &Job) -> Result<Response, Problem> {
        let again = look_again_after(job, now()).unwrap_or(1);
        let response = reply::accepted(&self.view(job).await?, &format!("/v1/jobs/{}", job.id), again);
        Ok(with_retirement(response, job))
    }
}

/// Says of a job when its model goes.
fn with_retirement(mut response: Response, job: &Job) -> Response {
    if let Some(model) = job.task.model().and_then(|id| Catalogue::shipped().find(id)) {
        Retirement::of(model).tell(response.headers_mut());
    }
    response
}

/// What is told to whoever asks whether the stack answers at all.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Serialize)]
pub(crate) struct Health {
    status: &'static str,
}

async fn healthy() -> Response {
    reply::ok(&Health { status: "ok" })
}

fn after(at: Timestamp, lifetime: Duration) -> Timestamp {
    at.saturating_add(lifetime).unwrap_or(Timestamp::MAX)
}
