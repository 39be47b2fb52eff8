//! What was spent, by day, model, project, provider and API key: sums of what the audit trail says, line by line.
//!
//! Each event that ends a call is booked under one heading, in the write that puts the event on record. So the sums can
//! be made again from the trail alone, and must come out the same.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::audit::{Action, AuditEvent};
use crate::catalogue::{Catalogue, ModelKind};
use crate::{CredentialId, ProjectId, Provider, Usd};

/// What an event is booked under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heading {
    /// In UTC, as the providers' own usage pages count.
    pub day: Date,
    /// Who charged.
    pub provider: Provider,
    /// For which model.
    pub model: String,
    /// In which project.
    pub project: Option<ProjectId>,
    /// With which API key.
    pub credential: Option<CredentialId>,
}

/// What is booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Calls that ended and may have cost something.
    pub calls: u64,
    /// Images that were made and kept.
    pub images: u64,
    /// Personas that were written.
    pub personas: u64,
    /// What is known to have been charged.
    pub spent: Usd,
    /// The upper bound of what may have been charged besides: by calls whose answer was lost, or does not say.
    pub unknown: Usd,
}

impl Figures {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            images: self.images.saturating_add(other.images),
            personas: self.personas.saturating_add(other.personas),
            spent: self.spent + other.spent,
            unknown: self.unknown + other.unknown,
        }
    }
}

/// What an event adds, and under which heading. Most add nothing: only the end of a call does.
pub fn booked(event: &AuditEvent) -> Option<(Heading, Figures)> {
    let (provider, model) = (event.provider?, event.model.clone()?);
    if event.cost.is_none() && event.at_most.is_none() {
        return None;
    }
    let made = |kind| {
        let of_kind = Catalogue::shipped().find(&model).is_some_and(|model| model.kind == kind);
        u64::from(event.action == Action::JobSucceeded && of_kind)
    };
    let figures = Figures {
        calls: 1,
        images: made(ModelKind::Image),
        personas: made(ModelKind::Persona),
        spent: event.cost.unwrap_or_default(),
        unknown: event.at_most.unwrap_or_default(),
    };
    let credential = event.credential.map(|(id, _)| id);
    let day = day_of(event.at);
    Some((Heading { day, provider, model, project: event.project.clone(), credential }, figures))
}

/// The day of a time, in UTC.
pub fn day_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}
