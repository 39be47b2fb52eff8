//! What a world begins with.

use domain::budget::{Budget, Month};
use domain::credential::{CredentialMeta, CredentialState, Scope, Slot};
use domain::image_request::ImageRequest;
use domain::job::{Job, NewJob, Task};
use domain::{CredentialId, JobId, Provider, TenantId, Usd};
use jiff::tz::TimeZone;

use crate::NOW;
use crate::provider::{Fate, Progress};
use crate::rare::Bounds;

/// What a world begins with, and what may happen in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setup {
    /// How many jobs were asked for.
    pub(crate) jobs: u8,
    /// How many invocations of the worker there are at once.
    pub(crate) workers: usize,
    /// Of whom. OpenAI answers with the image; Black Forest Labs takes an order.
    pub(crate) provider: Provider,
    /// Whether an order's price is said when it is taken.
    pub(crate) announced: bool,
    /// What may be spent in the month.
    pub(crate) cap: Option<Usd>,
    /// What can become of a call that goes wrong.
    pub(crate) fates: Vec<Fate>,
    /// What can be said about an order besides that it is ready.
    pub(crate) progress: Vec<Progress>,
    /// What may happen, and how often.
    pub(crate) bounds: Bounds,
    /// What the drivers do wrong on purpose.
    pub(crate) mutant: Option<Mutant>,
}

/// A mistake that a driver of the core could make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// The table writes whatever revision it holds.
    NoFence,
    /// A lost answer is taken for a refusal, so the call is made again.
    SendsAgain,
    /// The call is made before it is on record.
    NoIntent,
    /// Nobody looks after pointers that were lost.
    NoSweeper,
}

impl Setup {
    /// Nothing can go wrong.
    pub(crate) fn calm(provider: Provider, jobs: u8, workers: usize) -> Self {
        Self {
            jobs,
            workers,
            provider,
            announced: true,
            cap: None,
            fates: Vec::new(),
            progress: Vec::new(),
            bounds: Bounds::of(&[]),
            mutant: None,
        }
    }

    /// A job that somebody has asked for.
    pub(crate) fn job(&self, number: u8) -> Job {
        let model = if self.provider == Provider::Bfl { "flux-2-pro" } else { "gpt-image-2" };
        let task = Task::Image(ImageRequest::plain(model, "a fox"));
        let estimated = task.estimate().unwrap().expected;
        let new = NewJob {
            id: JobId::make(NOW, &[number; 10]),
            tenant: tenant(),
            created_by: "ada".to_owned(),
            project: None,
            provider: self.provider,
            batch: None,
            task,
            estimated,
            price_version: "test".to_owned(),
        };
        Job::queued(new, NOW)
    }

    /// An API key that is stored where there was none.
    pub(crate) fn credential(&self, number: u8) -> CredentialMeta {
        CredentialMeta {
            id: CredentialId::make(NOW, &[number; 10]),
            slot: Slot { tenant: tenant(), provider: self.provider, scope: Scope::Account },
            version: 1,
            revision: 1,
            label: None,
            hint: "...0001".to_owned(),
            state: CredentialState::Active,
            created_at: NOW,
            verified_at: None,
            last_used_at: None,
            balance: None,
        }
    }

    /// What may be spent.
    pub(crate) fn budget(&self) -> Budget {
        Budget { cap: self.cap, ..Budget::unset(&tenant(), Scope::Account) }
    }
}

/// The month that pays.
pub(crate) fn month() -> Month {
    Month::of(NOW, &TimeZone::UTC)
}

fn tenant() -> TenantId {
    "acme".parse().unwrap()
}
