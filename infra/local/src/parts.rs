//! The functions of a stack, each as it is deployed.

use domain::allowance::JobLimits;
use domain::webhook::Reach;
use domain::{Provider, SignedDuration};
use notifier::Notifier;
use providers::Providers;
use runtime::Aws;
use store::Tables;
use sweeper::Sweeper;
use vault::KmsKeys;
use worker::Worker;

use crate::emulators::Emulators;
use crate::sns::TEAM_TOPIC;
use crate::stack::{ProviderMode, STAGE};
use crate::start_error::StartError;
use crate::tables::{self, QueueUrls, dead_letters};

/// What the functions are made of.
pub(crate) struct Parts<'a> {
    pub(crate) emulators: &'a Emulators,
    pub(crate) aws: &'a Aws,
    pub(crate) providers: Providers,
    pub(crate) kms_keys: &'a KmsKeys,
    pub(crate) queues: &'a QueueUrls,
    pub(crate) limits: JobLimits,
    pub(crate) webhooks_kms_key: &'a str,
    pub(crate) reach: Reach,
    pub(crate) erase_after: SignedDuration,
}

impl Parts<'_> {
    /// The HTTP functions, as they are deployed.
    pub(crate) fn functions(&self, mode: ProviderMode) -> Result<axum::Router, StartError> {
        let hint = "This stack runs with sandbox providers, which take API keys that contain sandbox-ok, such as \
                    sk-sandbox-ok-0000000000000001, bfl_sandbox-ok-0000000000000001 or \
                    sk-ant-sandbox-ok-0000000000000001. For real ones, start it with --providers live.";
        let api_keys = api_keys::Settings {
            tables: tables(),
            vault_table: tables::VAULT.to_owned(),
            queues: self.queues.workers.clone(),
            limits: self.limits,
            kms_key: self.kms_keys.current().clone(),
            stage: STAGE.to_owned(),
            refusal_hint: (mode == ProviderMode::Sandbox).then(|| hint.to_owned()),
        };
        let jobs = jobs::Settings {
            tables: tables(),
            images_bucket: self.emulators.buckets.images.clone(),
            queues: self.queues.workers.clone(),
            limits: self.limits,
            notifier: self.queues.notifier.clone(),
        };
        let account = account::Settings {
            stage: STAGE.to_owned(),
            tables: tables(),
            notifier: self.queues.notifier.clone(),
            webhooks_kms_key: self.webhooks_kms_key.to_owned(),
            reach: self.reach,
        };
        let aws_of = |function| self.aws_of(function);
        let api_keys = api_keys::ApiKeys::new(&aws_of("api-keys"), self.providers.clone(), api_keys).router();
        let jobs = jobs::JobsApi::new(&aws_of("jobs"), jobs).router();
        let anchors = self.emulators.buckets.anchors.clone();
        let audit = audit::AuditApi::new(&aws_of("audit"), tables::AUDIT.to_owned(), anchors).router();
        let account = account::AccountApi::new(&aws_of("account"), account).router();
        Ok(api_keys.merge(jobs).merge(account).merge(audit))
    }

    /// The services as a function reaches them.
    fn aws_of(&self, function: &str) -> Aws {
        self.emulators.aws_of(function, self.aws)
    }

    pub(crate) fn sweeper(&self) -> Sweeper {
        let settings = sweeper::Settings {
            tables: tables(),
            images_bucket: self.emulators.buckets.images.clone(),
            queues: self.queues.workers.clone(),
            notifier: self.queues.notifier.clone(),
            erase_after: self.erase_after,
        };
        Sweeper::new(&self.aws_of("sweeper"), settings)
    }

    pub(crate) fn worker(&self, name: &str, provider: Provider, queue: &str) -> Result<Worker, StartError> {
        let settings = worker::Settings {
            provider,
            stage: STAGE.to_owned(),
            tables: tables(),
            vault_table: tables::VAULT.to_owned(),
            images_bucket: self.emulators.buckets.images.clone(),
            kms_keys: self.kms_keys.clone(),
            queue: queue.to_owned(),
            dead_letters: dead_letters(queue),
            notifier: self.queues.notifier.clone(),
        };
        Ok(Worker::new(&self.aws_of(name), self.providers.clone(), settings))
    }

    pub(crate) fn notifier(&self) -> Result<Notifier, StartError> {
        let settings = notifier::Settings {
            stage: STAGE.to_owned(),
            tables: tables(),
            webhooks_kms_key: self.webhooks_kms_key.to_owned(),
            team_topic: TEAM_TOPIC.to_owned(),
            queue: self.queues.notifier.clone(),
            dead_letters: dead_letters(&self.queues.notifier),
            reach: self.reach,
        };
        Ok(Notifier::new(&self.aws_of("notifier"), settings)?)
    }
}

/// The two tables that most functions write.
pub(crate) fn tables() -> Tables {
    Tables::new(tables::MAIN.to_owned(), tables::AUDIT.to_owned())
}
