//! How many jobs one tenant may ask for: so many an hour, and so many that wait at the same time.

use crate::{SignedDuration, Timestamp};

/// How long an hour is, in seconds.
const HOUR: i64 = 60 * 60;

/// How many jobs each tenant may ask for.
#[derive(Clone, Copy, Debug)]
pub struct JobLimits {
    /// In each hour of the clock.
    pub per_hour: u32,
    /// At most unfinished at the same time.
    pub waiting: u32,
}

/// An hour of the clock, in UTC. Allowances begin anew with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hour(i64);

impl Hour {
    /// The one that a moment lies in.
    pub fn of(at: Timestamp) -> Self {
        Self(at.as_second().div_euclid(HOUR))
    }

    /// The one of a number.
    pub const fn numbered(number: i64) -> Self {
        Self(number)
    }

    /// How many have begun since 1970.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// In how many seconds the next one begins.
    pub fn ends_in(self, now: Timestamp) -> u32 {
        let end = self.0.saturating_add(1).saturating_mul(HOUR);
        u32::try_from(end.saturating_sub(now.as_second()).clamp(1, HOUR)).unwrap_or(1)
    }
}

/// How long a count of waiting jobs is believed when it says that there are too many: counting reads them all.
pub const COUNT_BELIEVED: SignedDuration = SignedDuration::from_secs(60);

/// Jobs that a tenant was allowed to ask for.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// How many.
    pub jobs: u32,
    /// In which hour they count.
    pub hour: Hour,
    /// How many an hour there may be.
    pub per_hour: u32,
    /// How many more this hour.
    pub left: u32,
    /// In how many seconds the next hour begins.
    pub more_in_seconds: u32,
}

/// Why a tenant may not ask for so many jobs now.
#[derive(Clone, Copy, Debug)]
pub enum TooMany {
    /// It has asked for as many as it may in this hour.
    ThisHour {
        /// How many it may.
        per_hour: u32,
        /// How many of them are left; fewer than it asked for.
        left: u32,
        /// In how many seconds the next hour begins.
        more_in_seconds: u32,
    },
    /// As many are unfinished as may be.
    Waiting {
        /// How many may be.
        most: u32,
        /// How many more there may be now; fewer than it asked for.
        left: u32,
        /// In how many seconds they are counted again.
        more_in_seconds: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_ends_with_the_clocks() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let hour = Hour::of(at("2026-11-23T13:00:00Z"));
        assert_eq!(hour.ends_in(at("2026-11-23T13:00:00Z")), 3600);
        assert_eq!(hour.ends_in(at("2026-11-23T13:59:59.9Z")), 1);
        assert_eq!(Hour::of(at("2026-11-23T13:59:59.9Z")), hour);
        assert!(Hour::of(at("2026-11-23T14:00:00Z")) > hour);
    }
}
