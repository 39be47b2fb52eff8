//! What an ending says about the API key, put on record.

use domain::audit::{Action, AuditEvent};
use domain::credential::{CredentialMeta, CredentialState};
use domain::job::Job;
use domain::notice::{News, Notice};
use domain::settle::{CredentialVerdict, probe_wait, verdict};
use domain::{AuditId, Fault, Timestamp, Usd};
use runtime::{now, random};

use crate::Worker;
use crate::ending::Ending;

/// How often what was found out is recorded anew when the record changes at the same time.
const JUDGEMENTS: u32 = 5;

pub(crate) const CANNOT_OPEN: &str = "The stored API key cannot be opened any more. Enter it again.";

/// What an ending says about the API key.
pub(crate) struct Word {
    verdict: Option<CredentialVerdict>,
    /// What is left behind it, where the provider says so.
    balance: Option<Usd>,
    /// Why it is not accepted, for people.
    refusal: String,
}

impl Word {
    pub(crate) fn of(ending: &Ending) -> Self {
        let verdict = match ending {
            Ending::Image { .. }
            | Ending::NotStored { .. }
            | Ending::Persona { .. }
            | Ending::Ordered(_)
            | Ending::Accepted { .. } => Some(CredentialVerdict::Good),
            Ending::Failed(failure) => verdict(failure.class),
            Ending::Refused(_) | Ending::CannotOpen => Some(CredentialVerdict::Invalid),
            Ending::Unproven | Ending::AskAgain { .. } | Ending::LostTrack(_) => None,
        };
        let balance = match ending {
            Ending::Accepted { balance } => *balance,
            _ => None,
        };
        let refusal = match ending {
            Ending::Failed(failure) | Ending::Refused(failure) => {
                format!("{} Store another one.", failure.message)
            }
            _ => CANNOT_OPEN.to_owned(),
        };
        Self { verdict, balance, refusal }
    }

    /// Whether other jobs of the API key must stop.
    pub(crate) fn is_bad(&self) -> bool {
        matches!(self.verdict, Some(CredentialVerdict::Invalid | CredentialVerdict::OutOfCredit))
    }

    /// The new state of the API key, if this says something new.
    fn state(&self, job: &Job, paying: &CredentialMeta, now: Timestamp) -> Option<CredentialState> {
        let credit = self.balance.is_some_and(|balance| balance > Usd::ZERO);
        let state = match (self.verdict?, &paying.state) {
            (CredentialVerdict::Good, CredentialState::Active) => return None,
            // A job that began while there was credit says nothing, and a test is free: only a probe can tell, or the
            // provider's own word on what is left.
            (CredentialVerdict::Good, CredentialState::OutOfCredit { .. }) if !job.probe && !credit => {
                return None;
            }
            (CredentialVerdict::Good, _) => CredentialState::Active,
            (CredentialVerdict::OutOfCredit, CredentialState::OutOfCredit { .. }) => return None,
            (CredentialVerdict::OutOfCredit, _) => CredentialState::OutOfCredit {
                probe_at: now.saturating_add(probe_wait(0)).unwrap_or(now),
                probes: 0,
            },
            (CredentialVerdict::Invalid, _) => CredentialState::Invalid { reason: self.refusal.clone() },
        };
        Some(state)
    }
}

impl Worker {
    /// Records what is said about the API key, unless it was replaced or revoked meanwhile.
    pub(crate) async fn judge(&self, job: &Job, paying: &CredentialMeta, word: &Word) {
        let mut paying = paying.clone();
        for _ in 0..JUDGEMENTS {
            let state = word.state(job, &paying, now());
            if state.is_none() && word.balance.is_none() {
                return;
            }
            let changed = paying.with_state(state.clone().unwrap_or_else(|| paying.state.clone()), now());
            let changed = changed.with_balance(word.balance, now());
            let event = state.map(|_| {
                let id = (AuditId::make(now(), &random()), now());
                let (action, name) = (Action::CredentialStateChanged, changed.state.name());
                let mut event = AuditEvent::of_credential(id, &job.created_by, action, name, &changed);
                event.job = Some((job.id, job.calls));
                event
            });
            let notice = event.as_ref().zip(News::of_api_key(&paying.state, &changed));
            let notice = notice.map(|(event, news)| Notice::after(event.id, event.at, &event.tenant, news));
            match self.credentials.change(&changed, event, notice).await {
                Ok(()) => return,
                Err(Fault::Conflict) => {}
                Err(fault) => {
                    tracing::error!(credential.id = %paying.id, error = %fault, "state not recorded");
                    return;
                }
            }
            // Changed meanwhile, by another job or by the sweeper: what was found out holds all the same.
            match self.credentials.read(&paying.slot).await {
                Ok(now) if (now.id, now.version) == (paying.id, paying.version) => paying = now,
                _ => return,
            }
        }
    }
}
