//! The settle table: what a provider's answer means for the job and for the credential.

use std::time::Duration;

use crate::job::{FailReason, PauseReason};
use crate::outcome::FailureClass;

/// How often a call that was not accepted is made again before the job waits for the provider to recover.
pub const MAX_STRIKES: u32 = 3;

/// The longest wait that a provider can impose. SQS delays a message by at most 15 minutes.
const LONGEST_WAIT: Duration = Duration::from_secs(900);

/// Where a job goes after a call that brought no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It ends.
    Fail(FailReason),
    /// It waits for somebody.
    Pause(PauseReason),
    /// It goes back to the queue. `strike`: this try counts.
    RetryAfter {
        /// How long to wait.
        delay: Duration,
        /// Whether it counts towards [`MAX_STRIKES`]. Rate limits do not.
        strike: bool,
    },
    /// Nobody knows whether it was done and billed; the user decides.
    Unknown,
}

/// What an answer says about the API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialVerdict {
    /// It works and has credit.
    Good,
    /// It is not accepted.
    Invalid,
    /// It has no credit.
    OutOfCredit,
}

/// Decides by class alone, apart from the tries so far and the wait that the provider asks for.
pub fn settle(class: FailureClass, strikes: u32, retry_after: Option<Duration>) -> Settlement {
    use FailureClass as Class;
    match class {
        Class::BadApiKey => Settlement::Pause(PauseReason::ApiKeyInvalid),
        Class::OutOfCredit => Settlement::Pause(PauseReason::OutOfCredit),
        Class::RateLimited => Settlement::RetryAfter { delay: wait(retry_after, 5), strike: false },
        Class::NotAccepted if strikes < MAX_STRIKES => {
            Settlement::RetryAfter { delay: wait(retry_after, 2 << (2 * strikes)), strike: true }
        }
        Class::NotAccepted => Settlement::Pause(PauseReason::ProviderDown),
        Class::NoPermission => Settlement::Fail(FailReason::NoPermission),
        Class::Moderated => Settlement::Fail(FailReason::Moderated),
        Class::BadRequest => Settlement::Fail(FailReason::BadRequest),
        Class::ModelRetired => Settlement::Fail(FailReason::ModelRetired),
        Class::UnusableAnswer | Class::ProviderFailed => Settlement::Fail(FailReason::ProviderError),
        Class::UnknownOutcome => Settlement::Unknown,
    }
}

/// How long an order may take at the provider before nobody waits for it any more: half an hour.
pub const LONGEST_ORDER: Duration = Duration::from_secs(1_800);

/// How long to wait before a provider is asked (again) how far an order is: 1 s at first, growing to 15 s.
pub fn asking_wait(polls: u32) -> Duration {
    const SECONDS: [u64; 8] = [1, 1, 2, 3, 4, 6, 8, 12];
    let index = usize::try_from(polls).unwrap_or(usize::MAX);
    Duration::from_secs(SECONDS.get(index).copied().unwrap_or(15))
}

/// How long a job waits for its turn at a provider that works on enough already: 10 to 17 s, the same for old and new,
/// so that none is passed over for ever. `spread` keeps those apart that ask at the same time.
pub const fn turn_wait(spread: u8) -> Duration {
    Duration::from_secs(10 + (spread % 8) as u64)
}

/// What a failed call says about the API key, if anything.
pub const fn verdict(class: FailureClass) -> Option<CredentialVerdict> {
    match class {
        FailureClass::BadApiKey => Some(CredentialVerdict::Invalid),
        FailureClass::OutOfCredit => Some(CredentialVerdict::OutOfCredit),
        _ => None,
    }
}

/// How long to wait before the next probe of a credential without credit: 15 s, doubling, at most 5 minutes.
pub fn probe_wait(probes: u32) -> Duration {
    Duration::from_secs(15).saturating_mul(1 << probes.min(6)).min(Duration::from_secs(300))
}

fn wait(asked: Option<Duration>, or_seconds: u64) -> Duration {
    asked.unwrap_or(Duration::from_secs(or_seconds)).clamp(Duration::from_secs(1), LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_answer_is_never_sent_again_whatever_happened_before() {
        for strikes in 0..10 {
            assert_eq!(
                settle(FailureClass::UnknownOutcome, strikes, Some(Duration::ZERO)),
                Settlement::Unknown
            );
        }
    }

    #[test]
    fn rate_limits_and_missing_credit_use_up_no_tries() {
        let later = settle(FailureClass::RateLimited, 99, Some(Duration::from_secs(7)));
        assert_eq!(later, Settlement::RetryAfter { delay: Duration::from_secs(7), strike: false });
        assert_eq!(settle(FailureClass::OutOfCredit, 99, None), Settlement::Pause(PauseReason::OutOfCredit));
    }

    #[test]
    fn refused_calls_wait_longer_each_time_and_then_for_the_provider() {
        let delays: Vec<_> =
            (0..=MAX_STRIKES).map(|strikes| settle(FailureClass::NotAccepted, strikes, None)).collect();
        let retry = |secs| Settlement::RetryAfter { delay: Duration::from_secs(secs), strike: true };
        assert_eq!(delays, [retry(2), retry(8), retry(32), Settlement::Pause(PauseReason::ProviderDown)]);
    }

    #[test]
    fn waits_are_bounded() {
        let asked = settle(FailureClass::RateLimited, 0, Some(Duration::from_secs(1 << 40)));
        assert_eq!(asked, Settlement::RetryAfter { delay: LONGEST_WAIT, strike: false });
        assert_eq!(probe_wait(0), Duration::from_secs(15));
        assert_eq!(probe_wait(u32::MAX), Duration::from_secs(300));
    }
}
