//! An account that is being erased: everything in it goes, but for its audit trail, which holds ids.

use jiff::{SignedDuration, Timestamp};

use crate::TenantId;

/// How long a request may still be at work that came before the erasing began, with room to spare: an HTTP API hangs up
/// after 30 seconds. What is deleted after this stays deleted.
pub const LONGEST_REQUEST: SignedDuration = SignedDuration::from_secs(60);

/// What is known of it while it lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Whose account.
    pub tenant: TenantId,
    /// Who asked for it.
    pub begun_by: String,
    /// When its API keys were gone, and it took no more requests.
    pub begun_at: Timestamp,
}

impl Erasure {
    /// Whether nothing of before can write any more, when a request takes at most `longest`.
    pub fn is_quiet(&self, now: Timestamp, longest: SignedDuration) -> bool {
        now.duration_since(self.begun_at) >= longest
    }
}
