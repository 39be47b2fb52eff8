#![doc = include_str!("../README.md")]

mod http;
mod image;
mod openai;

use std::sync::Arc;

use domain::image_request::ImageRequest;
use domain::outcome::CallFailure;
use domain::{ApiKey, Provider};
use tokio::sync::Semaphore;

pub use image::MadeImage;

/// How many answers are read and held at once. A hundred calls may wait, but few images are in memory.
const BODIES_AT_ONCE: usize = 4;

/// Where the providers are.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// OpenAI's API, such as `https://api.openai.com/v1`.
    pub openai: String,
}

impl Endpoints {
    /// Another address where there is one: for stacks whose calls leave through a gateway of their own, and tests.
    pub fn usual_or(openai: Option<String>) -> Self {
        Self { openai: openai.unwrap_or_else(|| "https://api.openai.com/v1".to_owned()) }
    }
}

/// What a provider says to an API key.
#[derive(Debug)]
pub enum Verification {
    /// It is accepted.
    Accepted,
    /// It is known, but may not be asked about: only a job will tell what it can do.
    Unproven,
    /// It is not accepted.
    Refused(CallFailure),
    /// Nobody could say.
    NoAnswer(CallFailure),
}

/// The providers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Providers {
    http: reqwest::Client,
    endpoints: Endpoints,
    turns: Arc<Semaphore>,
}

impl Providers {
    /// The providers at their endpoints. Plain `http` is refused unless the host is loopback.
    ///
    /// # Errors
    /// [`http::Unusable`] when an endpoint is no such URL.
    pub fn new(endpoints: Endpoints) -> Result<Self, Unusable> {
        let http = http::client(&[&endpoints.openai])?;
        let endpoints = Endpoints { openai: endpoints.openai.trim_end_matches('/').to_owned() };
        Ok(Self { http, endpoints, turns: Arc::new(Semaphore::new(BODIES_AT_ONCE)) })
    }

    /// Asks the provider, free of charge, whether it accepts an API key.
    pub async fn verify(&self, provider: Provider, api_key: &ApiKey) -> Verification {
        match provider {
            Provider::Openai => openai::verify(&self.http, &self.endpoints.openai, api_key).await,
        }
    }

    /// Makes one image. This call costs money; it is made once, whatever happens.
    ///
    /// # Errors
    /// [`CallFailure`], classified by what it means for the job.
    pub async fn make_image(
        &self,
        provider: Provider,
        api_key: &ApiKey,
        request: &ImageRequest,
    ) -> Result<MadeImage, CallFailure> {
        match provider {
            Provider::Openai => {
                openai::make_image(&self.http, &self.endpoints.openai, &self.turns, api_key, request).await
            }
        }
    }
}

pub use http::{LONGEST_CALL, Unusable};
