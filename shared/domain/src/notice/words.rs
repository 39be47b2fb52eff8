//! What is told, for people: what has happened, and what to do about it.

use std::fmt;

use super::{AboutApiKey, AboutJob, Ends, News};
use crate::ProjectId;

impl News {
    /// In a sentence or two.
    pub fn in_words(&self) -> String {
        let whose = |project: &Option<ProjectId>| match project {
            None => "The budget".to_owned(),
            Some(project) => format!("The budget of project {project}"),
        };
        match self {
            Self::ApiKeyOutOfCredit(about) => {
                format!("{about} is out of credit. Its jobs wait, and go on by themselves after a top-up.")
            }
            Self::ApiKeyInvalid(about) => format!(
                "{about} is not accepted any more. Its jobs wait, and go on by themselves when another is stored."
            ),
            Self::ApiKeyRestored(about) => format!("{about} works again. Its jobs go on."),
            Self::BudgetAlert { project, month, percent, cap, spent } => {
                format!(
                    "{} for {month} has reached {percent} %: {spent} of {cap} US dollars are spent, or may have been.",
                    whose(project)
                )
            }
            Self::BudgetExceeded { project, month, cap } => format!(
                "{} for {month}, {cap} US dollars, has less left than the next job may cost. Jobs wait, and go on by \
                 themselves when it is raised or the next month begins.",
                whose(project)
            ),
            Self::BatchDone { batch, ends, .. } => format!("The batch {batch} is done: {ends}."),
            Self::JobUnknown(about) => format!(
                "Nobody knows how {about} has ended: {} may have done it and charged for it. Look at its usage page, \
                 then retry the job or give it up.",
                about.provider.display_name()
            ),
            Self::JobSucceeded(about) => format!("{} has succeeded.", capital(&about.to_string())),
            Self::JobFailed(about) => {
                let reason = about.reason.as_deref().unwrap_or("no reason is known");
                format!("{} has failed: {reason}.", capital(&about.to_string()))
            }
            Self::ModelRetiring { model, provider, shutdown_date, replacement } => {
                let instead = replacement.as_deref().unwrap_or("another model");
                format!(
                    "{} shuts {model} down on {shutdown_date}. Use {instead} instead.",
                    provider.display_name()
                )
            }
            Self::WebhookDisabled { webhook, label, reason } => format!(
                "The webhook {} has taken nothing for a long time ({reason}), so nothing is sent to it any more. PUT \
                 {{\"enabled\": true}} to /v1/webhooks/{webhook} when its receiver is well again.",
                label.clone().unwrap_or_else(|| webhook.to_string())
            ),
            Self::WebhookTest { .. } => "This is a test. Nothing has happened.".to_owned(),
        }
    }

    /// The subject of a mail: plain ASCII, at most 100 characters (a limit of SNS).
    pub fn subject(&self) -> String {
        let said = match self {
            Self::ApiKeyOutOfCredit(about) => {
                format!("{} API key out of credit", about.provider.display_name())
            }
            Self::ApiKeyInvalid(about) => format!("{} API key not accepted", about.provider.display_name()),
            Self::ApiKeyRestored(about) => format!("{} API key works again", about.provider.display_name()),
            Self::BudgetAlert { percent, .. } => format!("budget at {percent} %"),
            Self::BudgetExceeded { .. } => "budget used up".to_owned(),
            Self::BatchDone { .. } => "batch done".to_owned(),
            Self::JobUnknown(_) => "a job that may have been charged".to_owned(),
            Self::JobSucceeded(_) => "job done".to_owned(),
            Self::JobFailed(_) => "job failed".to_owned(),
            Self::ModelRetiring { .. } => "a model is shut down soon".to_owned(),
            Self::WebhookDisabled { .. } => "a webhook was switched off".to_owned(),
            Self::WebhookTest { .. } => "a test".to_owned(),
        };
        format!("Ownkey: {said}")
    }

    /// Where to do something about it, outside of Ownkey.
    pub fn action_url(&self) -> Option<&str> {
        match self {
            Self::ApiKeyOutOfCredit(about) | Self::ApiKeyInvalid(about) => about.action_url.as_deref(),
            Self::JobUnknown(about) => Some(about.provider.billing_url()),
            _ => None,
        }
    }
}

/// With a capital letter at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl fmt::Display for AboutApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The {} API key {}", self.provider.display_name(), self.hint)?;
        match &self.project {
            Some(project) => write!(f, " of project {project}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for AboutJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the job {}", self.job)?;
        match &self.batch {
            Some(batch) => write!(f, " of the batch {batch}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} succeeded", self.succeeded)?;
        for (count, how) in
            [(self.failed, "failed"), (self.cancelled, "cancelled"), (self.unknown, "unknown")]
        {
            if count > 0 {
                write!(f, ", {count} {how}")?;
            }
        }
        Ok(())
    }
}
