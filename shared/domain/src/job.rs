//! A job: what a person asked to have done, one provider call.

use jiff::Timestamp;

use crate::audit::AuditEvent;
use crate::budget::Hold;
use crate::credential::{Scope, Slot};
use crate::image_request::ImageRequest;
use crate::outcome::{Cost, Made, Submission};
use crate::persona::PersonaRequest;
use crate::{AuditId, BatchId, CredentialId, JobId, PersonaId, ProjectId, Provider, TenantId, Usd};

mod moves;
mod reason;
mod state;

pub use moves::NotAllowed;
pub use reason::{FailReason, PauseReason};
pub use state::{Lease, State};

/// How long after a pointer was sent the sweeper believes it lost and sends it again, in seconds.
/// It doubles with each resend, so that a long queue is not filled with copies.
pub const POINTER_GRACE_SECONDS: i64 = 60;

/// How often a pointer is sent again before the job is given up: for about a day.
pub const MOST_RESENDS: u32 = 90;

/// How long a job waits for a provider that is down before it is tried again, in seconds.
pub const PROVIDER_DOWN_SECONDS: i64 = 300;

/// What a job does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Make one image. Costs money.
    Image(ImageRequest),
    /// Write one persona. Costs money.
    Persona(PersonaRequest),
    /// Ask the provider whether it accepts the stored API key. Free.
    ApiKeyTest,
    /// Put the finished images of a batch into one archive. Free; no provider is asked and no API key is needed.
    Export {
        /// Of which batch.
        batch: BatchId,
    },
}

impl Task {
    /// The name in the API and in the tables.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Image(_) => "image",
            Self::Persona(_) => "persona",
            Self::ApiKeyTest => "key_test",
            Self::Export { .. } => "export",
        }
    }

    /// Whether a call may be billed. A lost answer of a free call is simply asked for again.
    pub const fn costs_money(&self) -> bool {
        matches!(self, Self::Image(_) | Self::Persona(_))
    }

    /// The model, if it uses one.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Image(request) => Some(&request.model),
            Self::Persona(request) => Some(&request.model),
            Self::ApiKeyTest | Self::Export { .. } => None,
        }
    }
}

/// What became of the calls before somebody asked for a job again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Earlier {
    /// How many were accepted, or may have been.
    pub attempts: u32,
    /// What they did cost, as far as that is known.
    pub cost: Usd,
    /// The upper bound of what they may have cost besides.
    pub at_most: Usd,
}

/// A job. Changed only through the moves in `job/moves.rs`, each of which makes the next revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Sorts by time of creation.
    pub id: JobId,
    /// Whose.
    pub tenant: TenantId,
    /// Who asked for it.
    pub created_by: String,
    /// In which project.
    pub project: Option<ProjectId>,
    /// Who does it.
    pub provider: Provider,
    /// With which others it was asked for.
    pub batch: Option<BatchId>,
    /// What is to be done.
    pub task: Task,
    /// Where it is.
    pub state: State,
    /// The order that the provider has taken, as long as it matters. While there is one, the job is only asked about.
    pub submission: Option<Submission>,
    /// What people should know about the state: why it waits, failed or is unknown.
    pub note: Option<String>,
    /// Counts every change. A write names the revision it was made from, so a worker that lost its lease
    /// cannot write any more: this is the fencing token.
    pub revision: u64,
    /// How many calls were announced, whatever became of them. Numbers them in the audit trail and the bucket.
    pub calls: u32,
    /// How many calls were accepted, or may have been.
    pub attempts: u32,
    /// How many calls in a row were not accepted.
    pub strikes: u32,
    /// How often in a row the provider had too much to do to begin it.
    pub turns_missed: u32,
    /// What was set aside for the last call. It counts as long as the call is under way.
    pub hold: Option<Hold>,
    /// Goes ahead to find out whether there is credit again.
    pub probe: bool,
    /// The API key of the last call that was paid for or tried, and its version. An order stays with the one that placed
    /// it, whichever asks about it.
    pub credential: Option<(CredentialId, u32)>,
    /// What the price list says it will cost.
    pub estimated: Usd,
    /// Which price list said so.
    pub price_version: String,
    /// What the last call did cost, once that is known.
    pub cost: Option<Cost>,
    /// The calls before the last retry.
    pub earlier: Earlier,
    /// The provider's id for the last call.
    pub provider_request_id: Option<String>,
    /// The latest line of the audit trail about it; none before its first move.
    pub audit_id: Option<AuditId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What makes a new job.
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// Whose.
    pub tenant: TenantId,
    /// Who asks for it.
    pub created_by: String,
    /// In which project.
    pub project: Option<ProjectId>,
    /// Who is to do it.
    pub provider: Provider,
    /// With which others it is asked for.
    pub batch: Option<BatchId>,
    /// What is to be done.
    pub task: Task,
    /// What the price list says.
    pub estimated: Usd,
    /// Which price list.
    pub price_version: String,
}

impl Job {
    /// A new job, queued.
    pub fn queued(new: NewJob, now: Timestamp) -> Self {
        Self {
            id: new.id,
            tenant: new.tenant,
            created_by: new.created_by,
            project: new.project,
            provider: new.provider,
            batch: new.batch,
            task: new.task,
            state: State::Queued { due: moves::after(now, POINTER_GRACE_SECONDS), resends: 0 },
            submission: None,
            note: None,
            revision: 1,
            calls: 0,
            attempts: 0,
            strikes: 0,
            turns_missed: 0,
            hold: None,
            probe: false,
            credential: None,
            estimated: new.estimated,
            price_version: new.price_version,
            cost: None,
            earlier: Earlier::default(),
            provider_request_id: None,
            audit_id: None,
            created_at: now,
            updated_at: now,
            finished_at: None,
        }
    }

    /// The same, with the audit trail's latest line about it, if one is being written.
    #[must_use]
    pub fn told_in(&self, events: &[AuditEvent]) -> Self {
        Self { audit_id: events.last().map(|event| event.id).or(self.audit_id), ..self.clone() }
    }

    /// Where the API key lies that pays for this job, unless its project has none of its own.
    pub fn slot(&self) -> Slot {
        Slot { tenant: self.tenant.clone(), provider: self.provider, scope: Scope::of(self.project.as_ref()) }
    }

    /// The persona that it is about: drawn by it, or written by it.
    pub fn persona(&self) -> Option<PersonaId> {
        match (&self.task, &self.state) {
            (Task::Image(request), _) => request.role.as_ref().map(|role| role.persona),
            (Task::Persona(_), State::Succeeded { made: Made::Persona(id) }) => Some(*id),
            _ => None,
        }
    }

    /// Whether a call that is paid for is under way at the provider, as far as we know. An order is, whether we are able
    /// to ask about it or not.
    pub fn in_flight(&self) -> bool {
        let under_way = match self.state {
            State::Running { .. } | State::Submitted { .. } => true,
            State::Paused { .. } => self.submission.is_some(),
            _ => false,
        };
        under_way && self.task.costs_money()
    }

    /// The upper bound of what the last call has cost, where nobody knows: its answer was lost, or does not say.
    pub fn at_most(&self) -> Option<Usd> {
        let nobody_knows = self.cost.is_none()
            && self.attempts > self.earlier.attempts
            && matches!(self.state, State::Unknown | State::Failed { .. } | State::Cancelled);
        (nobody_knows && self.task.costs_money()).then(|| self.announced().unwrap_or_else(|| self.most()))
    }

    /// What all its calls have cost, as far as it is known.
    pub fn total_cost(&self) -> Option<Usd> {
        let earlier = self.earlier.cost;
        let last = self.cost.as_ref().map(|cost| cost.amount);
        last.map(|last| last + earlier).or((earlier > Usd::ZERO).then_some(earlier))
    }

    /// The upper bound of what all its calls may have cost besides.
    pub fn total_at_most(&self) -> Option<Usd> {
        let earlier = self.earlier.at_most;
        self.at_most().map(|last| last + earlier).or((earlier > Usd::ZERO).then_some(earlier))
    }

    /// The most that a call can cost, by today's price list.
    pub fn most(&self) -> Usd {
        self.task.estimate().map_or(self.estimated, |estimate| estimate.maximum)
    }

    fn announced(&self) -> Option<Usd> {
        self.submission.as_ref().and_then(|submission| submission.cost)
    }

    /// Where the archive that it makes goes. Made again, it is the same place: an archive is written whole or not at all.
    pub fn export_object_key(&self) -> String {
        format!("exports/{}/{}.zip", self.tenant, self.id)
    }

    /// Where the image of the current call goes: one place per call, so that no call overwrites another's.
    pub fn object_key(&self) -> String {
        format!("images/{}/{}/{}", self.tenant, self.id, self.calls)
    }
}
