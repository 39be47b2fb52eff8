//! The running system: everything is started here, in order, and stopped by letting go of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::Provider;
use domain::allowance::JobLimits;
use providers::{Endpoints, Providers};
use runtime::{Aws, AwsService, LoopbackAws};
use sealer::AuditSealer;
use store::Tables;
use sweeper::{Belief, Sweeper};
use tokio::task::JoinSet;
use vault::KmsKeys;
use web::RequestLimit;
use worker::Worker;

use crate::callers::Callers;
use crate::data_folder::DataFolder;
use crate::emulators::{Buckets, EmulatorOptions, Emulators};
use crate::gateway::gateway;
use crate::issuer::Issuer;
use crate::kms::KmsEmulator;
use crate::poller::poll;
use crate::sandbox::Sandbox;
use crate::schedule::{seal_every, sweep_every};
use crate::serving::{listen, listen_as_before, serve_router};
use crate::start_error::StartError;
use crate::tables::{self, dead_letters, make_buckets, make_queues, make_tables};

/// The name of the stack, in the encryption context.
pub(crate) const STAGE: &str = "local";

/// By this description the stack knows its KMS keys. The newest is the current one.
pub(crate) const KMS_KEYS: &str = "Ownkey local stack";

/// How often the audit trails are looked at.
const SEALING: Duration = Duration::from_secs(5);

/// How a stack is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// On which port of 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// Where everything is kept.
    pub data: PathBuf,
    /// Who the providers are.
    pub providers: ProviderMode,
    /// Other addresses of the providers' APIs.
    pub addresses: Vec<(Provider, String)>,
    /// How long the sandbox providers take for an image.
    pub think_time: Duration,
    /// Whether its own workers and sweeper do the jobs. Tests bring the deployed ones instead.
    pub workers: bool,
    /// How old a line of the audit trail must be to be sealed. Longer than the time in which it is written.
    pub seal_after: Duration,
    /// How many requests each tenant may send.
    pub requests: RequestLimit,
    /// How many jobs each tenant may ask for.
    pub jobs: JobLimits,
    /// Which emulators of AWS.
    pub emulators: EmulatorOptions,
}

/// Who the providers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderMode {
    /// Doubles that speak the real wire format, draw real images and bill nobody.
    Sandbox,
    /// The real ones. They bill the account behind the API key.
    Live,
}

impl ProviderMode {
    /// As on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }
}

/// A running stack. Dropping it stops everything at once, as a crash would.
pub struct Stack {
    url: String,
    aws: LoopbackAws,
    callers: Callers,
    buckets: Buckets,
    kms: Arc<KmsEmulator>,
    kms_keys: KmsKeys,
    sandbox: Arc<Sandbox>,
    endpoints: Endpoints,
    queues: Vec<(Provider, String)>,
    _tasks: JoinSet<()>,
    _data: DataFolder,
}

impl Stack {
    /// Starts everything. When this returns, the stack answers.
    ///
    /// # Errors
    /// [`StartError`] says what to do about it.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let data = DataFolder::open(&options.data, options.providers.name())?;
        let taken = |_| StartError::Port { port: options.port };
        let (listener, url) = listen(options.port).await.map_err(taken)?;
        let mut tasks = JoinSet::new();

        let emulators = Emulators::start(&data, &options.emulators, &mut tasks).await?;
        let aws = Aws::on_loopback(&emulators.aws);
        make_tables(&aws).await?;
        make_buckets(&aws, &emulators.buckets).await?;
        let queues = make_queues(&aws).await?;
        let kms_keys = kms_keys(&emulators.kms)?;

        let sandbox = Arc::new(Sandbox::open(&data.file("sandbox"))?.with_think_time(options.think_time));
        let (sandbox_listener, sandbox_url) = listen_as_before(&data.file("sandbox/port")).await?;
        tasks.spawn(sandbox.clone().serve(sandbox_listener));
        let endpoints = endpoints(&options, &sandbox_url);
        let providers = Providers::new(endpoints.clone())?;

        let limits = options.jobs;
        let parts = Parts {
            emulators: &emulators,
            aws: &aws,
            providers,
            kms_keys: &kms_keys,
            queues: &queues,
            limits,
        };
        let functions = parts.functions(options.providers)?.merge(console::router(&emulators.aws.s3));
        let functions = functions.merge(sandbox.clone().controls());
        let sweeper = Arc::new(Sweeper::new(&emulators.aws_of("sweeper", &aws), tables(), queues.clone()));
        // Nothing of the last run is alive: its leases and pointers are void. Before the first worker starts.
        sweeper.sweep(Belief::AllLost).await.map_err(StartError::Recovery)?;
        for (provider, queue) in queues.iter().filter(|_| options.workers) {
            let aws = emulators.aws_of(&format!("worker-{provider}"), &aws);
            let worker = Arc::new(parts.worker(&aws, *provider, queue)?);
            // In AWS, too, messages are received by the worker's own right.
            let sqs = aws_sdk_sqs::Client::new(&aws.config(AwsService::Sqs));
            tasks.spawn(poll(sqs, queue.clone(), worker));
        }
        if options.workers {
            tasks.spawn(sweep_every(Duration::from_secs(1), sweeper));
            let settings = sealer::Settings {
                main_table: tables::MAIN.to_owned(),
                audit_table: tables::AUDIT.to_owned(),
                anchors_bucket: emulators.buckets.anchors.clone(),
                lag: options.seal_after,
            };
            tasks.spawn(seal_every(SEALING, AuditSealer::new(&emulators.aws_of("sealer", &aws), settings)));
        }
        let issuer = Issuer::open(&data.file("issuer.pem"))?;
        tasks.spawn(serve_router(listener, gateway(functions, issuer, options.requests)));

        let Emulators { aws, kms, callers, buckets } = emulators;
        Ok(Self {
            url,
            aws,
            callers,
            buckets,
            kms,
            kms_keys,
            sandbox,
            endpoints,
            queues,
            _tasks: tasks,
            _data: data,
        })
    }

    /// Where the API and the console are.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the AWS services are.
    pub fn aws(&self) -> &LoopbackAws {
        &self.aws
    }

    /// The same, as a function reaches them: by the name of `infra/README.md`, such as `worker-openai`.
    pub fn aws_of(&self, function: &str) -> LoopbackAws {
        self.callers.aws_of(function, &self.aws)
    }

    /// What the buckets are called.
    pub fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    /// The KMS emulator, to ask what it was asked.
    pub fn kms(&self) -> &KmsEmulator {
        &self.kms
    }

    /// The KMS key that new data keys are wrapped with, as an ARN.
    pub fn kms_key(&self) -> &str {
        self.kms_keys.current().as_str()
    }

    /// The sandbox providers, to ask what they have charged.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Where the providers' APIs are, for this stack.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The workers' queues, by URL.
    pub fn queues(&self) -> &[(Provider, String)] {
        &self.queues
    }
}

fn endpoints(options: &Options, sandbox_url: &str) -> Endpoints {
    let sandbox = |provider| match provider {
        Provider::Openai => format!("{sandbox_url}/openai/v1"),
        Provider::Bfl => format!("{sandbox_url}/bfl"),
        Provider::Anthropic => format!("{sandbox_url}/anthropic"),
    };
    let given =
        |provider| options.addresses.iter().find(|(of, _)| *of == provider).map(|(_, url)| url.clone());
    let sandboxed = options.providers == ProviderMode::Sandbox;
    Endpoints::usual_or(|provider| given(provider).or_else(|| sandboxed.then(|| sandbox(provider))))
}

/// The newest KMS key, which is made if there is none yet, and those before it, whose records must open too.
pub(crate) fn kms_keys(kms: &KmsEmulator) -> Result<KmsKeys, StartError> {
    let current = kms.ensure_kms_key(KMS_KEYS)?;
    let others: Vec<_> = kms.arns_of(KMS_KEYS).into_iter().filter(|arn| *arn != current).collect();
    let others = (!others.is_empty()).then(|| others.join(","));
    KmsKeys::parse(&current, others.as_deref())
        .map_err(|_| StartError::Emulator { what: "KMS", error: "its KMS key has no proper ARN".to_owned() })
}

fn tables() -> Tables {
    Tables::new(tables::MAIN.to_owned(), tables::AUDIT.to_owned())
}

/// What the functions are made of.
struct Parts<'a> {
    emulators: &'a Emulators,
    aws: &'a Aws,
    providers: Providers,
    kms_keys: &'a KmsKeys,
    queues: &'a [(Provider, String)],
    limits: JobLimits,
}

impl Parts<'_> {
    /// The HTTP functions, as they are deployed.
    fn functions(&self, mode: ProviderMode) -> Result<axum::Router, StartError> {
        let hint = "This stack runs with sandbox providers, which take API keys that contain sandbox-ok, such as \
                    sk-sandbox-ok-0000000000000001, bfl_sandbox-ok-0000000000000001 or \
                    sk-ant-sandbox-ok-0000000000000001. For real ones, start it with --providers live.";
        let api_keys = api_keys::Settings {
            tables: tables(),
            vault_table: tables::VAULT.to_owned(),
            queues: self.queues.to_vec(),
            limits: self.limits,
            kms_key: self.kms_keys.current().clone(),
            stage: STAGE.to_owned(),
            refusal_hint: (mode == ProviderMode::Sandbox).then(|| hint.to_owned()),
        };
        let jobs = jobs::Settings {
            tables: tables(),
            images_bucket: self.emulators.buckets.images.clone(),
            queues: self.queues.to_vec(),
            limits: self.limits,
        };
        let aws_of = |function| self.emulators.aws_of(function, self.aws);
        let api_keys = api_keys::ApiKeys::new(&aws_of("api-keys"), self.providers.clone(), api_keys).router();
        let jobs = jobs::JobsApi::new(&aws_of("jobs"), jobs).router();
        let anchors = self.emulators.buckets.anchors.clone();
        let audit = audit::AuditApi::new(&aws_of("audit"), tables::AUDIT.to_owned(), anchors).router();
        let account = account::AccountApi::new(&aws_of("account"), tables()).router();
        Ok(api_keys.merge(jobs).merge(account).merge(audit))
    }

    fn worker(&self, aws: &Aws, provider: Provider, queue: &str) -> Result<Worker, StartError> {
        let settings = worker::Settings {
            provider,
            stage: STAGE.to_owned(),
            tables: tables(),
            vault_table: tables::VAULT.to_owned(),
            images_bucket: self.emulators.buckets.images.clone(),
            kms_keys: self.kms_keys.clone(),
            queue: queue.to_owned(),
            dead_letters: dead_letters(queue),
        };
        Ok(Worker::new(aws, self.providers.clone(), settings))
    }
}
