//! How a job's turn ended.

use domain::Usd;
use domain::outcome::{Billed, CallFailure, FailureClass, StoredImage};
use domain::persona::Persona;
use providers::Ordered;

/// How a job's turn ended.
pub(crate) enum Ending {
    /// The image is stored.
    Image { image: StoredImage, billed: Billed, request_id: Option<String> },
    /// The image was made, but could not be stored.
    NotStored { billed: Billed, request_id: Option<String> },
    /// The persona is written; it is stored with the job.
    Persona { persona: Box<Persona>, billed: Billed, request_id: Option<String> },
    /// The provider has taken the order.
    Ordered(Ordered),
    /// The provider has the order and is to be asked again.
    AskAgain { delay_seconds: i64, note: Option<String> },
    /// The provider has had the order for too long, or does not know it any more.
    LostTrack(&'static str),
    /// The call brought nothing.
    Failed(CallFailure),
    /// A test: the API key is accepted.
    Accepted { balance: Option<Usd> },
    /// A test: the provider does not say.
    Unproven,
    /// A test: the API key is refused.
    Refused(CallFailure),
    /// No call was made: the sealed secret does not open, and never will.
    CannotOpen,
}

impl Ending {
    /// No call was made, because a store of ours did not answer. As when the provider does not take a call, it is
    /// tried again a few times and then waits visibly.
    pub(crate) fn not_started(message: &str) -> Self {
        let message = format!("{message} Nothing was sent to the provider.");
        Self::unsent(FailureClass::NotAccepted, "not_started", message)
    }

    /// No call was made, because the job asks for something that is not there any more.
    pub(crate) fn impossible(code: &'static str, message: String) -> Self {
        Self::unsent(FailureClass::BadRequest, code, message)
    }

    fn unsent(class: FailureClass, code: &'static str, message: String) -> Self {
        let billed = Billed::Nothing;
        Self::Failed(CallFailure { class, code, message, retry_after: None, request_id: None, billed })
    }

    /// A lost answer to a call that costs nothing is simply asked for again.
    pub(crate) fn of_a_free_call(self) -> Self {
        match self {
            Self::Failed(failure) if failure.class == FailureClass::UnknownOutcome => {
                let message = "The provider did not answer.".to_owned();
                Self::Failed(CallFailure { class: FailureClass::NotAccepted, message, ..failure })
            }
            other => other,
        }
    }

    /// The provider's id for the call.
    pub(crate) fn request_id(&self) -> Option<String> {
        match self {
            Self::Image { request_id, .. }
            | Self::NotStored { request_id, .. }
            | Self::Persona { request_id, .. } => request_id.clone(),
            Self::Ordered(ordered) => Some(ordered.id.clone()),
            Self::Failed(failure) | Self::Refused(failure) => failure.request_id.clone(),
            Self::AskAgain { .. }
            | Self::LostTrack(_)
            | Self::Accepted { .. }
            | Self::Unproven
            | Self::CannotOpen => None,
        }
    }
}
