//! Why a job waits or has failed. The names are a promise: scripts and pages act on them.

use std::str::FromStr;

use crate::Provider;

/// What a paused job waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PauseReason {
    /// A top-up at the provider.
    OutOfCredit,
    /// An API key.
    ApiKeyMissing,
    /// Another API key: the provider refused this one.
    ApiKeyInvalid,
    /// A larger budget, or the next month.
    BudgetExceeded,
    /// The provider to recover. Time alone helps.
    ProviderDown,
}

impl PauseReason {
    const ALL: [Self; 5] = [
        Self::OutOfCredit,
        Self::ApiKeyMissing,
        Self::ApiKeyInvalid,
        Self::BudgetExceeded,
        Self::ProviderDown,
    ];

    /// The name in the API and in the tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfCredit => "out_of_credit",
            Self::ApiKeyMissing => "api_key_missing",
            Self::ApiKeyInvalid => "api_key_invalid",
            Self::BudgetExceeded => "budget_exceeded",
            Self::ProviderDown => "provider_down",
        }
    }
}

impl PauseReason {
    /// What people are told, where the reason itself says it all.
    pub fn in_words(self, provider: Provider) -> String {
        let name = provider.display_name();
        match self {
            Self::OutOfCredit => format!(
                "The {name} account behind the API key has no credit left. Top up there; the job then goes on by \
                 itself within five minutes, or at once if you resume it."
            ),
            Self::ApiKeyMissing => {
                format!("No API key of {name} is stored. Store one, and the job goes on by itself.")
            }
            Self::ApiKeyInvalid => {
                format!(
                    "{name} does not accept the stored API key. Store another, and the job goes on by itself."
                )
            }
            Self::BudgetExceeded => {
                "Less is left of a budget than the job may cost. It goes on by itself when the budget is raised, or \
                 when the next month begins."
                    .to_owned()
            }
            Self::ProviderDown => {
                format!("{name} cannot be reached for now. It is tried again in five minutes.")
            }
        }
    }
}

/// Why a job has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailReason {
    /// The provider's safety system refused it.
    Moderated,
    /// The provider does not accept the request.
    BadRequest,
    /// The provider does not have the model any more.
    ModelRetired,
    /// The API key may not do this at the provider.
    NoPermission,
    /// A test found that the provider does not accept the API key.
    ApiKeyRejected,
    /// The provider answered, but with nothing that can be used.
    ProviderError,
    /// The image was made and paid for, but could not be kept.
    StorageFailed,
    /// The archive of a batch could not be made.
    ExportFailed,
    /// No worker has taken it.
    Undeliverable,
}

impl FailReason {
    const ALL: [Self; 9] = [
        Self::Moderated,
        Self::BadRequest,
        Self::ModelRetired,
        Self::NoPermission,
        Self::ApiKeyRejected,
        Self::ProviderError,
        Self::StorageFailed,
        Self::ExportFailed,
        Self::Undeliverable,
    ];

    /// The name in the API and in the tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Moderated => "moderated",
            Self::BadRequest => "bad_request",
            Self::ModelRetired => "model_retired",
            Self::NoPermission => "no_permission",
            Self::ApiKeyRejected => "api_key_rejected",
            Self::ProviderError => "provider_error",
            Self::StorageFailed => "storage_failed",
            Self::ExportFailed => "export_failed",
            Self::Undeliverable => "undeliverable",
        }
    }
}

/// The text is no reason that this code knows.
#[derive(Debug, thiserror::Error)]
#[error("unknown reason")]
pub struct UnknownReason;

impl FromStr for PauseReason {
    type Err = UnknownReason;

    fn from_str(code: &str) -> Result<Self, UnknownReason> {
        Self::ALL.into_iter().find(|reason| reason.code() == code).ok_or(UnknownReason)
    }
}

impl FromStr for FailReason {
    type Err = UnknownReason;

    fn from_str(code: &str) -> Result<Self, UnknownReason> {
        Self::ALL.into_iter().find(|reason| reason.code() == code).ok_or(UnknownReason)
    }
}
