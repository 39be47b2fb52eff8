//! The names of what is told: the `kind` of a notice, the `type` of a webhook.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::News;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $pattern:pat,)*) => {
        /// What kind of news. The wire names are a promise: webhooks filter by them.
        #[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum NewsKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)*
        }

        impl NewsKind {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The wire name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }

        impl News {
            /// Which kind it is.
            pub const fn kind(&self) -> NewsKind {
                match self {
                    $($pattern => NewsKind::$kind,)*
                }
            }
        }
    };
}

kinds! {
    /// No credit behind an API key.
    ApiKeyOutOfCredit = "api_key.out_of_credit", News::ApiKeyOutOfCredit(_),
    /// An API key is not accepted.
    ApiKeyInvalid = "api_key.invalid", News::ApiKeyInvalid(_),
    /// An API key works again.
    ApiKeyRestored = "api_key.restored", News::ApiKeyRestored(_),
    /// A step of a budget is reached.
    BudgetAlert = "budget.alert", News::BudgetAlert { .. },
    /// Jobs wait for a budget.
    BudgetExceeded = "budget.exceeded", News::BudgetExceeded { .. },
    /// A batch has come to its end.
    BatchDone = "batch.done", News::BatchDone { .. },
    /// A job may have been charged.
    JobUnknown = "job.unknown", News::JobUnknown(_),
    /// A job is done.
    JobSucceeded = "job.succeeded", News::JobSucceeded(_),
    /// A job has failed.
    JobFailed = "job.failed", News::JobFailed(_),
    /// A model goes soon.
    ModelRetiring = "model.retiring", News::ModelRetiring { .. },
    /// A webhook was switched off.
    WebhookDisabled = "webhook.disabled", News::WebhookDisabled { .. },
    /// A webhook is tried.
    WebhookTest = "webhook.test", News::WebhookTest { .. },
}

impl NewsKind {
    /// Whether people are told of it too, in the list of notices and by mail. What happens to each single job goes to
    /// webhooks alone.
    pub const fn is_for_people(self) -> bool {
        !matches!(self, Self::JobSucceeded | Self::JobFailed | Self::WebhookTest)
    }

    /// Whether a webhook can ask for it. A test comes unasked.
    pub const fn can_be_asked_for(self) -> bool {
        !matches!(self, Self::WebhookTest)
    }
}

impl fmt::Display for NewsKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
