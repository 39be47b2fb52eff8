//! The running system: everything is started here, in order, and stopped by letting go of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use console::SignIn;
use domain::allowance::JobLimits;
use domain::webhook::Reach;
use domain::{Provider, SignedDuration};
use providers::{Endpoints, Providers};
use runtime::{Aws, AwsService, LoopbackAws};
use sealer::AuditSealer;
use sweeper::Belief;
use tokio::task::JoinSet;
use vault::KmsKeys;
use web::RequestLimit;

use crate::callers::Callers;
use crate::data_folder::DataFolder;
use crate::emulators::{Buckets, EmulatorOptions, Emulators};
use crate::gateway::gateway;
use crate::issuer::Issuer;
use crate::kms::KmsEmulator;
use crate::pages_elsewhere::open_to_pages_of;
use crate::parts::Parts;
use crate::poller::poll;
use crate::recorded::{Recorder, Sent};
use crate::sandbox::Sandbox;
use crate::schedule::{seal_every, sweep_every};
use crate::serving::{listen, listen_as_before, serve_router};
use crate::start_error::StartError;
use crate::tables::{self, QueueUrls, make_buckets, make_queues, make_tables};

/// The name of the stack, in the encryption context.
pub(crate) const STAGE: &str = "local";

/// By this description the stack knows its KMS keys. The newest is the current one.
pub(crate) const KMS_KEYS: &str = "Ownkey local stack";

/// By this description the stack knows the KMS key that secrets of webhooks are derived from.
pub(crate) const WEBHOOKS_KMS_KEY: &str = "Ownkey local stack: webhooks";

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
    /// How long after an account was closed its things are deleted. Longer than a request takes.
    pub erase_after: SignedDuration,
    /// Origins of other pages that may call the API.
    pub cors_origins: Vec<String>,
    /// How many requests each tenant may send.
    pub requests: RequestLimit,
    /// How many jobs each tenant may ask for.
    pub jobs: JobLimits,
    /// Which emulators of AWS.
    pub emulators: EmulatorOptions,
    /// Whether webhooks may lead to this machine, also without TLS.
    pub webhooks_to_this_machine: bool,
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
    recorder: Option<Arc<Recorder>>,
    kms: Arc<KmsEmulator>,
    kms_keys: KmsKeys,
    sandbox: Arc<Sandbox>,
    endpoints: Endpoints,
    queues: QueueUrls,
    webhooks_kms_key: String,
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

        let webhooks_kms_key = emulators.kms.ensure_mac_key(WEBHOOKS_KMS_KEY)?;
        let reach = if options.webhooks_to_this_machine { Reach::ThisMachineToo } else { Reach::Internet };
        let parts = Parts {
            emulators: &emulators,
            aws: &aws,
            providers,
            kms_keys: &kms_keys,
            queues: &queues,
            limits: options.jobs,
            webhooks_kms_key: &webhooks_kms_key,
            reach,
            erase_after: options.erase_after,
        };
        let page = console::router(&emulators.aws.s3, |_| SignIn::Local);
        let functions = parts
            .functions(options.providers)?
            .merge(page)
            .merge(sandbox.clone().controls())
            .merge(emulators.mails.clone().shown());
        let sweeper = Arc::new(parts.sweeper());
        // Nothing of the last run is alive: its leases and pointers are void. Before the first worker starts.
        sweeper.sweep(Belief::AllLost).await.map_err(StartError::Recovery)?;
        // In AWS, too, messages are received by the function's own right.
        let sqs_of = |function: &str| {
            aws_sdk_sqs::Client::new(&emulators.aws_of(function, &aws).config(AwsService::Sqs))
        };
        for (provider, queue) in queues.workers.iter().filter(|_| options.workers) {
            let name = format!("worker-{provider}");
            let worker = Arc::new(parts.worker(&name, *provider, queue)?);
            tasks.spawn(poll(sqs_of(&name), queue.clone(), worker));
        }
        if options.workers {
            tasks.spawn(poll(sqs_of("notifier"), queues.notifier.clone(), Arc::new(parts.notifier()?)));
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
        let gateway = gateway(functions, issuer, options.requests);
        tasks.spawn(serve_router(listener, open_to_pages_of(options.cors_origins, gateway)));

        let Emulators { aws, kms, callers, buckets, recorder, .. } = emulators;
        Ok(Self {
            url,
            aws,
            callers,
            buckets,
            recorder,
            kms,
            kms_keys,
            sandbox,
            endpoints,
            queues,
            webhooks_kms_key,
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

    /// Every request of a function that was answered, if calls are recorded.
    pub fn sent(&self) -> Vec<Sent> {
        self.recorder.as_ref().map(|recorder| recorder.sent()).unwrap_or_default()
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
        &self.queues.workers
    }

    /// The notifier's queue, by URL.
    pub fn notifier_queue(&self) -> &str {
        &self.queues.notifier
    }

    /// The KMS key that the secrets of webhooks are derived from, as an ARN.
    pub fn webhooks_kms_key(&self) -> &str {
        &self.webhooks_kms_key
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
