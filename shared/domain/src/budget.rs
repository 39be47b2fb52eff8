//! Budgets: what an account, or one of its projects, may spend in a calendar month. Hard: the most that a call can cost
//! is set aside in the write that begins it, and what it did cost takes its place when it ends.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::audit::AuditEvent;
use crate::credential::Scope;
use crate::job::Job;
use crate::{TenantId, Usd};

/// The largest cap: a million dollars a month.
pub const LARGEST_CAP: Usd = Usd::from_micros(1_000_000_000_000);

/// What may be spent where no cap is set: more than can be.
const NO_CAP: Usd = Usd::from_micros(1_000_000_000_000_000);

/// Where people are told, unless they choose other steps: at 80 and at 100 percent.
pub const ALERT_STEPS: [u8; 2] = [80, 100];

/// A calendar month in the account's time zone, like `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    /// The month of a time.
    pub fn of(at: Timestamp, time_zone: &TimeZone) -> Self {
        Self(time_zone.to_datetime(at).date().first_of_month())
    }

    /// When it ends, in this time zone.
    pub fn end(self, time_zone: &TimeZone) -> Timestamp {
        let next = self.0.last_of_month().tomorrow().and_then(|next| next.to_zoned(time_zone.clone()));
        next.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// The text is no month.
#[derive(Debug, thiserror::Error)]
#[error("expected a month like 2026-11")]
pub struct InvalidMonth;

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let month: Date = format!("{text}-01").parse().map_err(|_| InvalidMonth)?;
        if Self(month).to_string() == text { Ok(Self(month)) } else { Err(InvalidMonth) }
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A time zone of the IANA database, by its name, like `Europe/Berlin`.
///
/// # Errors
/// [`UnknownTimeZone`] for every other name. Offsets like `+01:00` have no months of their own, and are refused.
pub fn time_zone(name: &str) -> Result<TimeZone, UnknownTimeZone> {
    TimeZone::get(name).map_err(|_| UnknownTimeZone)
}

/// There is no such time zone.
#[derive(Debug, thiserror::Error)]
#[error("expected a time zone like Europe/Berlin or UTC")]
pub struct UnknownTimeZone;

/// What may be spent in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Whose.
    pub tenant: TenantId,
    /// The account's, for all its jobs; or a project's, for its own, within the account's.
    pub scope: Scope,
    /// The most for a month. None: as much as it comes to.
    pub cap: Option<Usd>,
    /// In which the account's months begin. A project's months are its account's.
    pub time_zone: String,
    /// At how many percent of the cap people are told, in order.
    pub alert_at: Vec<u8>,
    /// Counts every change. None was made yet: 0.
    pub version: u32,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Budget {
    /// The budget of whoever has set none.
    pub fn unset(tenant: &TenantId, scope: Scope) -> Self {
        Self {
            tenant: tenant.clone(),
            scope,
            cap: None,
            time_zone: "UTC".to_owned(),
            alert_at: ALERT_STEPS.to_vec(),
            version: 0,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The cap, or more than can be spent.
    pub fn limit(&self) -> Usd {
        self.cap.unwrap_or(NO_CAP)
    }

    /// The month of a time, by this budget's clock.
    pub fn month(&self, at: Timestamp) -> Month {
        Month::of(at, &time_zone(&self.time_zone).unwrap_or(TimeZone::UTC))
    }

    /// How much may be spent until the next alert, when so much is spent already. None: all steps are passed, or there
    /// is no cap.
    pub fn until_alert(&self, spent: Usd) -> Option<Usd> {
        let step = self.steps().find(|(_, amount)| *amount > spent)?;
        Some(Usd::from_micros(step.1.micros() - spent.micros()))
    }

    /// The highest step that is passed when spending goes from one amount to another, in percent.
    pub fn passed(&self, before: Usd, after: Usd) -> Option<u8> {
        self.steps()
            .filter(|(_, amount)| before < *amount && *amount <= after)
            .last()
            .map(|(percent, _)| percent)
    }

    fn steps(&self) -> impl Iterator<Item = (u8, Usd)> {
        let cap = self.cap.filter(|cap| *cap > Usd::ZERO);
        self.alert_at.iter().filter_map(move |percent| {
            let amount = u128::from(cap?.micros()) * u128::from(*percent) / 100;
            Some((*percent, Usd::from_micros(u64::try_from(amount).unwrap_or(u64::MAX))))
        })
    }
}

/// What is set aside for a call as long as it is under way, in the month in which it was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Which month pays, whenever the call ends.
    pub month: Month,
    /// The most that the call can cost, as far as the price list knows.
    pub amount: Usd,
}

/// What a month has paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Which month.
    pub month: Month,
    /// Set aside for calls under way.
    pub held: Usd,
    /// Known to have been charged.
    pub spent: Usd,
    /// The upper bound of what may have been charged besides.
    pub unknown: Usd,
    /// How much may be spent until the next alert. None: all steps are passed.
    pub until_alert: Option<Usd>,
    /// The cap at which people were told that jobs wait for a larger one.
    pub told_at: Option<Usd>,
}

impl Ledger {
    /// A month of which nothing is spent.
    pub fn opened(budget: &Budget, month: Month) -> Self {
        let (held, spent, unknown) = (Usd::ZERO, Usd::ZERO, Usd::ZERO);
        Self { month, held, spent, unknown, until_alert: budget.until_alert(Usd::ZERO), told_at: None }
    }

    /// What counts against the cap for good.
    pub fn gone(&self) -> Usd {
        self.spent + self.unknown
    }

    /// What a call that begins now may cost at most.
    pub fn left(&self, budget: &Budget) -> Usd {
        let committed = self.gone() + self.held;
        Usd::from_micros(budget.limit().micros().saturating_sub(committed.micros()))
    }
}

/// A call that does not fit into what is left of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Which budget it is.
    pub budget: Budget,
    /// Of which month.
    pub month: Month,
    /// How much is left.
    pub left: Usd,
    /// The most that the call can cost.
    pub needed: Usd,
}

impl Shortfall {
    /// For whoever waits.
    pub fn in_words(&self) -> String {
        let Self { budget, month, left, needed } = self;
        let whose = match &budget.scope {
            Scope::Account => "the account's budget".to_owned(),
            Scope::Project(project) => format!("the budget of project {project}"),
        };
        let until = if *needed <= budget.limit() { ", or when the next month begins" } else { "" };
        format!(
            "It may cost up to {needed} US dollars, and {left} are left of {whose} for {month}. It goes on by itself \
             when the budget is raised{until}."
        )
    }
}

/// What a move of a job changes in the ledgers of its account and its project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// In which month.
    pub month: Month,
    /// Newly set aside.
    pub held: Usd,
    /// No longer set aside.
    pub released: Usd,
    /// Charged.
    pub spent: Usd,
    /// Perhaps charged.
    pub unknown: Usd,
}

impl Posting {
    /// What follows from a move and from what the audit trail says about it.
    pub fn of(from: &Job, to: &Job, events: &[AuditEvent]) -> Option<Self> {
        let under_way = |job: &Job| job.hold.filter(|_| job.in_flight());
        let (before, after) = (under_way(from), under_way(to));
        let hold = before.or(after)?;
        let (held, released) = match (before, after) {
            (None, Some(hold)) => (hold.amount, Usd::ZERO),
            (Some(hold), None) => (Usd::ZERO, hold.amount),
            _ => (Usd::ZERO, Usd::ZERO),
        };
        let posting = Self { held, released, ..Self::of_events(hold.month, events) };
        let changes = [posting.held, posting.released, posting.spent, posting.unknown];
        changes.iter().any(|amount| *amount > Usd::ZERO).then_some(posting)
    }

    /// What the audit trail says about a call whose job is no longer in the hands of whoever made it.
    pub fn of_events(month: Month, events: &[AuditEvent]) -> Self {
        let sum = |amount: fn(&AuditEvent) -> Option<Usd>| {
            events.iter().filter_map(amount).fold(Usd::ZERO, |sum, amount| sum + amount)
        };
        let (spent, unknown) = (sum(|event| event.cost), sum(|event| event.at_most));
        Self { month, held: Usd::ZERO, released: Usd::ZERO, spent, unknown }
    }

    /// What counts against the cap for good.
    pub fn gone(&self) -> Usd {
        self.spent + self.unknown
    }
}

#[cfg(test)]
mod tests;
