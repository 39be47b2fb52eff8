#![doc = include_str!("../README.md")]

mod anthropic;
mod bfl;
mod echo;
mod http;
mod image;
mod names;
mod openai;
mod receivers;

use std::sync::Arc;

use domain::image_request::ImageRequest;
use domain::outcome::{CallFailure, FailureClass};
use domain::persona::PersonaRequest;
use domain::{ApiKey, Provider, Usd};
use reqwest::Url;
use rustls::RootCertStore;
use tokio::sync::Semaphore;

pub use anthropic::WrittenPersona;
pub use bfl::{Ordered, Progress, Sample, SampleFailure};
pub use http::{LONGEST_CALL, Unusable};
pub use image::{MadeImage, ReferenceImage};
pub use receivers::{Answered, Receivers};

use echo::{quiet, quiet_order, quiet_persona, unless_echoed};
use http::failure;

/// How many answers are read and held at once. A hundred calls may wait, but few images are in memory.
const BODIES_AT_ONCE: usize = 3;

/// The domains of the providers, regional hosts included: these have public addresses only.
const OWN_DOMAINS: [&str; 4] = [".openai.com", ".bfl.ai", ".bfl.ml", ".anthropic.com"];

/// Where the providers are.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// OpenAI's API, such as `https://api.openai.com/v1`.
    pub openai: String,
    /// Black Forest Labs' API, such as `https://api.bfl.ai` or `https://api.eu.bfl.ai`.
    pub bfl: String,
    /// Anthropic's API, such as `https://api.anthropic.com`.
    pub anthropic: String,
}

impl Endpoints {
    /// Other addresses where there are some: regional ones, a gateway that calls leave through, tests.
    pub fn usual_or(other: impl Fn(Provider) -> Option<String>) -> Self {
        let usual = |provider| match provider {
            Provider::Openai => "https://api.openai.com/v1",
            Provider::Bfl => "https://api.bfl.ai",
            Provider::Anthropic => "https://api.anthropic.com",
        };
        let at = |provider| other(provider).unwrap_or_else(|| usual(provider).to_owned());
        Self { openai: at(Provider::Openai), bfl: at(Provider::Bfl), anthropic: at(Provider::Anthropic) }
    }

    /// The names of hosts that are not the providers' own.
    fn given_hosts(&self) -> Vec<String> {
        let own = |host: &String| OWN_DOMAINS.iter().any(|domain| format!(".{host}").ends_with(domain));
        let hosts = [&self.openai, &self.bfl, &self.anthropic].into_iter();
        let hosts = hosts.filter_map(|given| Some(Url::parse(given).ok()?.host_str()?.to_owned()));
        hosts.filter(|host| !own(host)).collect()
    }
}

/// What a provider says to an API key.
#[derive(Debug)]
pub enum Verification {
    /// It is accepted.
    Accepted {
        /// What is left behind it, where the provider says so.
        balance: Option<Usd>,
    },
    /// It is known, but may not be asked about: only a job will tell what it can do.
    Unproven,
    /// It is not accepted.
    Refused(CallFailure),
    /// Nobody could say.
    NoAnswer(CallFailure),
}

/// What came of asking for an image.
#[derive(Debug)]
pub enum Drawn {
    /// The image.
    Image(MadeImage),
    /// The order was taken: it is to be asked about.
    Ordered(Ordered),
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
    /// [`Unusable`] when an endpoint is no such URL.
    pub fn new(endpoints: Endpoints) -> Result<Self, Unusable> {
        Self::trusting(endpoints, http::public_roots())
    }

    /// As [`Self::new`], where other authorities vouch for the endpoints: of a gateway of one's own, of a test.
    ///
    /// # Errors
    /// [`Unusable`] when an endpoint is no such URL.
    pub fn trusting(endpoints: Endpoints, roots: RootCertStore) -> Result<Self, Unusable> {
        let given = endpoints.given_hosts();
        let endpoints = Endpoints {
            openai: http::endpoint(&endpoints.openai)?,
            bfl: without_version(http::endpoint(&endpoints.bfl)?),
            anthropic: without_version(http::endpoint(&endpoints.anthropic)?),
        };
        Ok(Self {
            http: http::client(given, roots)?,
            endpoints,
            turns: Arc::new(Semaphore::new(BODIES_AT_ONCE)),
        })
    }

    /// Asks the provider, free of charge, whether it accepts an API key.
    pub async fn verify(&self, provider: Provider, api_key: &ApiKey) -> Verification {
        let said = match provider {
            Provider::Openai => openai::verify(&self.http, &self.endpoints.openai, api_key).await,
            Provider::Bfl => bfl::verify(&self.http, &self.endpoints.bfl, api_key).await,
            Provider::Anthropic => anthropic::verify(&self.http, &self.endpoints.anthropic, api_key).await,
        };
        match said {
            Verification::Refused(failure) => Verification::Refused(quiet(failure, api_key)),
            Verification::NoAnswer(failure) => Verification::NoAnswer(quiet(failure, api_key)),
            accepted => accepted,
        }
    }

    /// Makes one image, or orders it. This call costs money; it is made once, whatever happens.
    ///
    /// # Errors
    /// [`CallFailure`], classified by what it means for the job.
    pub async fn make_image(
        &self,
        provider: Provider,
        api_key: &ApiKey,
        request: &ImageRequest,
        references: Vec<ReferenceImage>,
    ) -> Result<Drawn, CallFailure> {
        let (http, turns) = (&self.http, &self.turns);
        let drawn = match provider {
            Provider::Openai => {
                openai::make_image(http, &self.endpoints.openai, turns, api_key, request, references)
                    .await
                    .map(Drawn::Image)
            }
            Provider::Bfl => {
                bfl::order(http, &self.endpoints.bfl, api_key, request, references).await.map(Drawn::Ordered)
            }
            Provider::Anthropic => Err(not_its_work("Anthropic makes no images.")),
        };
        match drawn.map_err(|failure| quiet(failure, api_key))? {
            Drawn::Image(made) => {
                Ok(Drawn::Image(MadeImage { request_id: unless_echoed(made.request_id, api_key), ..made }))
            }
            Drawn::Ordered(ordered) => quiet_order(ordered, api_key).map(Drawn::Ordered),
        }
    }

    /// Writes one persona. This call costs money; it is made once, whatever happens.
    ///
    /// # Errors
    /// [`CallFailure`], classified by what it means for the job.
    pub async fn write_persona(
        &self,
        provider: Provider,
        api_key: &ApiKey,
        request: &PersonaRequest,
    ) -> Result<WrittenPersona, CallFailure> {
        let written = match provider {
            Provider::Anthropic => {
                anthropic::write_persona(&self.http, &self.endpoints.anthropic, api_key, request).await
            }
            Provider::Openai | Provider::Bfl => Err(not_its_work("Personas are written by Claude.")),
        };
        let written = written.map_err(|failure| quiet(failure, api_key))?;
        quiet_persona(written, api_key)
    }

    /// Asks how far an order is. Free. The API key goes to the provider's own hosts only.
    pub async fn ask(&self, provider: Provider, api_key: &ApiKey, polling_url: &str) -> Progress {
        let progress = match provider {
            Provider::Bfl => bfl::ask(&self.http, &self.endpoints.bfl, api_key, polling_url).await,
            Provider::Openai | Provider::Anthropic => {
                Progress::Failed(not_its_work("This provider takes no orders."))
            }
        };
        match progress {
            Progress::Failed(failure) => Progress::Failed(quiet(failure, api_key)),
            Progress::Unanswered(failure) => Progress::Unanswered(quiet(failure, api_key)),
            other => other,
        }
    }

    /// Fetches what an order has brought, without the API key, from the provider's delivery hosts only.
    ///
    /// # Errors
    /// [`SampleFailure`] says whether it is worth another try.
    pub async fn fetch(&self, sample: &Sample) -> Result<MadeImage, SampleFailure> {
        bfl::fetch(&self.http, &self.endpoints.bfl, &self.turns, sample).await
    }
}

/// The catalogue pairs models and providers, so this says that a stored job fits no catalogue any more.
fn not_its_work(message: &str) -> CallFailure {
    failure(FailureClass::BadRequest, "not_its_work", message)
}

/// Paths of these providers begin with `/v1`; whoever gives the address with it means the same.
fn without_version(endpoint: String) -> String {
    endpoint.strip_suffix("/v1").map(str::to_owned).unwrap_or(endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_nobody_we_know_may_be_private() {
        let given = |bfl: &str| {
            Endpoints::usual_or(|provider| (provider == Provider::Bfl).then(|| bfl.to_owned())).given_hosts()
        };
        assert_eq!(given("https://api.bfl.ai/"), [""; 0]);
        assert_eq!(given("https://api.eu.bfl.ai"), [""; 0]);
        assert_eq!(given("https://gateway.corp.example"), ["gateway.corp.example"]);
        assert_eq!(given("https://api.bfl.ai.corp.example"), ["api.bfl.ai.corp.example"]);
    }
}
