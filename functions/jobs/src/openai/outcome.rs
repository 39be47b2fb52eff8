//! What the end of its jobs means for the one who has waited for them.

use domain::job::{FailReason, Job, PauseReason, State};
use web::openai::{Ending, Refusal};

/// How jobs that are to be answered for have ended. One image is enough for an answer: it was paid for.
///
/// # Errors
/// [`Refusal`] when there is nothing to show, or jobs are still at work. `found_again`: whether a repeat finds them.
pub(super) fn outcome(jobs: &[Job], found_again: bool) -> Result<(), Refusal> {
    let endings: Vec<_> = jobs.iter().filter_map(|job| Some((job, ending(job)?))).collect();
    let running =
        endings.iter().find(|(_, (ending, _))| *ending == Ending::StillRunning).map(|(job, _)| *job);
    let has_image = endings.len() < jobs.len();
    let (ending, message) = match (running, endings.into_iter().next()) {
        (Some(job), _) => (Ending::StillRunning, still_running(job, jobs.len(), found_again)),
        (None, Some((job, (ending, message)))) if !has_image => (ending, format!("{message} ({})", job.id)),
        (None, None) if jobs.is_empty() => {
            (Ending::StillRunning, "The images are being put on record.".to_owned())
        }
        (None, _) => return Ok(()),
    };
    let again = ending == Ending::StillRunning && found_again;
    Err(Refusal { ending, message, jobs: jobs.iter().map(|job| job.id.to_string()).collect(), again })
}

/// Why a job has brought no image, for the answer beside those that have. None for one that has.
pub(super) fn ending(job: &Job) -> Option<(Ending, String)> {
    let note = || job.note.clone().unwrap_or_default();
    let (ending, message) = match job.state {
        State::Succeeded { .. } => return None,
        State::Queued { .. } | State::Running { .. } | State::Submitted { .. } => {
            (Ending::StillRunning, "The image is still being made.".to_owned())
        }
        // With an order at the provider it is not taken back.
        State::Paused { .. } if job.submission.is_some() => (Ending::StillRunning, note()),
        State::Paused { reason, .. } => {
            (waits(reason), format!("{} Nothing waits for it.", in_short(job, reason)))
        }
        State::Unknown => (
            Ending::Unknown,
            format!(
                "{} To draw it again all the same, POST {{\"accept_double_charge\": true}} to /v1/jobs/{}/retry.",
                note(),
                job.id
            ),
        ),
        State::Failed { reason } => (failed(reason), note()),
        State::Cancelled => {
            let message =
                "The job of this request was taken back. Send it anew, with another Idempotency-Key.";
            (Ending::Cancelled, message.to_owned())
        }
    };
    Some((ending, message))
}

fn still_running(job: &Job, jobs: usize, found_again: bool) -> String {
    let (what, rest) = match jobs {
        1 => ("The image is still being made".to_owned(), String::new()),
        jobs => (format!("Some of the {jobs} images are still being made"), " and the others".to_owned()),
    };
    let again = match found_again {
        true => " The same request, sent again by the client or with its Idempotency-Key, waits on for it.",
        false => {
            " Sent again, this would be a new job; with an Idempotency-Key it would wait on for the same."
        }
    };
    format!("{what}: see /v1/jobs/{0}{rest}, and then /v1/jobs/{0}/image.{again}", job.id)
}

/// As the job itself would say it, less what no longer holds once it is taken back.
fn in_short(job: &Job, reason: PauseReason) -> String {
    let name = job.provider.display_name();
    match reason {
        PauseReason::OutOfCredit => {
            format!(
                "The {name} account behind the stored API key has no credit left. Top up there, then send it anew."
            )
        }
        PauseReason::ApiKeyMissing => {
            let provider = job.provider;
            format!(
                "No API key of {name} is stored. Store one with PUT /v1/api-keys/{provider}, then send it anew."
            )
        }
        PauseReason::ApiKeyInvalid => {
            format!("{name} does not accept the stored API key. Store another, then send it anew.")
        }
        PauseReason::BudgetExceeded => {
            "Less is left of a budget than the image may cost. See /v1/budgets.".to_owned()
        }
        PauseReason::ProviderDown => format!("{name} cannot be reached for now. Send it anew later."),
    }
}

const fn waits(reason: PauseReason) -> Ending {
    match reason {
        PauseReason::OutOfCredit => Ending::OutOfCredit,
        PauseReason::ApiKeyMissing => Ending::ApiKeyMissing,
        PauseReason::ApiKeyInvalid => Ending::ApiKeyInvalid,
        PauseReason::BudgetExceeded => Ending::BudgetExceeded,
        PauseReason::ProviderDown => Ending::ProviderDown,
    }
}

const fn failed(reason: FailReason) -> Ending {
    match reason {
        FailReason::Moderated => Ending::Moderated,
        FailReason::BadRequest => Ending::BadRequest,
        FailReason::ModelRetired => Ending::ModelRetired,
        FailReason::NoPermission => Ending::NoPermission,
        FailReason::ApiKeyRejected => Ending::ApiKeyInvalid,
        FailReason::ProviderError
        | FailReason::StorageFailed
        | FailReason::ExportFailed
        | FailReason::Undeliverable => Ending::Failed,
    }
}
