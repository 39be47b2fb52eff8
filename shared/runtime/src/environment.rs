//! The environment variables of a function. What a function needs and lacks is named all at once.

use std::cell::RefCell;

use domain::Provider;
use domain::allowance::JobLimits;

/// Reads variables and remembers which are missing.
///
/// ```
/// let environment = runtime::Environment::default();
/// let table = environment.required("OWNKEY_NO_SUCH_VARIABLE");
/// assert_eq!(table, "");
/// assert!(environment.complete().unwrap_err().to_string().contains("OWNKEY_NO_SUCH_VARIABLE"));
/// ```
#[derive(Debug, Default)]
pub struct Environment {
    missing: RefCell<Vec<&'static str>>,
}

/// The function cannot start. `infra/template.yaml` sets these.
#[derive(Debug, thiserror::Error)]
#[error("environment variables not set, or no number where one is needed: {}", .0.join(", "))]
pub struct MissingVariables(Vec<&'static str>);

impl Environment {
    /// A variable that the function cannot do without. Call [`Self::complete`] before using any of them.
    pub fn required(&self, name: &'static str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.missing.borrow_mut().push(name);
            String::new()
        })
    }

    /// A number that the function cannot do without.
    pub fn number(&self, name: &'static str) -> u32 {
        self.optional(name).and_then(|value| value.parse().ok()).unwrap_or_else(|| {
            self.missing.borrow_mut().push(name);
            0
        })
    }

    /// A variable that may be missing or empty.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn optional(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// The queue of each provider's worker, as URLs.
    pub fn queues(&self) -> Vec<(Provider, String)> {
        let variable = |provider| match provider {
            Provider::Openai => "OWNKEY_QUEUE_OPENAI",
            Provider::Bfl => "OWNKEY_QUEUE_BFL",
            Provider::Anthropic => "OWNKEY_QUEUE_ANTHROPIC",
        };
        Provider::ALL.into_iter().map(|provider| (provider, self.required(variable(provider)))).collect()
    }

    /// How many jobs each tenant may ask for.
    pub fn job_limits(&self) -> JobLimits {
        let (per_hour, waiting) = (self.number("OWNKEY_JOBS_PER_HOUR"), self.number("OWNKEY_JOBS_WAITING"));
        JobLimits { per_hour, waiting }
    }

    /// Another address of a provider's API, where there is one: a regional one, a gateway, a test.
    pub fn address_of(&self, provider: Provider) -> Option<String> {
        self.optional(match provider {
            Provider::Openai => "OWNKEY_OPENAI_URL",
            Provider::Bfl => "OWNKEY_BFL_URL",
            Provider::Anthropic => "OWNKEY_ANTHROPIC_URL",
        })
    }

    /// Whether everything required was there.
    ///
    /// # Errors
    /// [`MissingVariables`] names all that was not.
    pub fn complete(&self) -> Result<(), MissingVariables> {
        let missing = self.missing.borrow();
        if missing.is_empty() { Ok(()) } else { Err(MissingVariables(missing.clone())) }
    }
}
