//! The neutral class of a failure, by what can be done about it.

/// What went wrong, as both readers need it: `web` makes it a status, the worker retries or settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no such thing, or it is another tenant's: nobody can tell which.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it first. Read it again.
    #[error("changed by someone else at the same time")]
    Conflict,
    /// A service of ours did not answer or is throttled. The same call may work later.
    #[error("temporarily unavailable")]
    Unavailable,
    /// Our own mistake, or a stored thing that cannot be read. Trying again will not help.
    #[error("internal error")]
    Broken,
}
