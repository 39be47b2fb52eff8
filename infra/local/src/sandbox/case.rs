//! The cases that an API key can play, like test card numbers.

/// What an account meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Everything works. Also any `sandbox-...` that is not on the list.
    Works,
    /// The balance starts at nothing. After a top-up it works until the balance is spent.
    OutOfCredit,
    /// The API key is not accepted.
    Invalid,
    /// Two of three requests are too many.
    RateLimited,
    /// Every prompt is refused by the safety system.
    Moderated,
    /// Works, after 20 seconds.
    Slow,
    /// Of three requests two meet an overload, and the third works.
    Flaky,
    /// Takes the money and hangs up without an answer.
    HangUp,
    /// The API key is good, but the organisation may not make images yet.
    Unverified,
}

const MARK: &str = "sandbox-";

const CASES: [(&str, Case); 9] = [
    ("sandbox-ok", Case::Works),
    ("sandbox-out-of-credit", Case::OutOfCredit),
    ("sandbox-invalid", Case::Invalid),
    ("sandbox-rate-limited", Case::RateLimited),
    ("sandbox-moderated", Case::Moderated),
    ("sandbox-slow", Case::Slow),
    ("sandbox-flaky", Case::Flaky),
    ("sandbox-hang-up", Case::HangUp),
    ("sandbox-unverified", Case::Unverified),
];

impl Case {
    /// The case that an API key contains the name of; `None` if it was not made for the sandbox.
    pub(super) fn of(api_key: &str) -> Option<Self> {
        let named = CASES.iter().find(|(name, _)| api_key.contains(name)).map(|(_, case)| *case);
        named.or_else(|| api_key.contains(MARK).then_some(Self::Works))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_key_plays_the_case_it_contains() {
        for (name, case) in CASES {
            assert_eq!(Case::of(&format!("sk-proj-{name}-0001")), Some(case));
        }
        assert_eq!(Case::of("sk-sandbox-anything"), Some(Case::Works));
        assert_eq!(Case::of("sk-sandboxed"), None);
        assert_eq!(Case::of("sk-proj-real"), None);
    }
}
