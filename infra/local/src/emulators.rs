//! The AWS services on loopback, each on a port of its own. What they were measured to do, and not to do, is in
//! `infra/README.md`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use runtime::{Aws, AwsService, LoopbackAws};
use rustack_sqs_core::config::SqsConfig;
use rustack_sqs_core::handler::RustackSqsHandler;
use rustack_sqs_core::provider::RustackSqs;
use rustack_sqs_http::service::{SqsHttpConfig, SqsHttpService};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::task::JoinSet;

use crate::callers::Callers;
use crate::conditional_puts::ConditionalPuts;
use crate::data_folder::DataFolder;
use crate::fair_queues::FairQueues;
use crate::kms::KmsEmulator;
use crate::loopback_cors::LoopbackCors;
use crate::recorded::{Door, Recorder};
use crate::serving::{listen, serve_hyper, serve_router};
use crate::sns::Mails;
use crate::stack::{KMS_KEYS, WEBHOOKS_KMS_KEY};
use crate::start_error::StartError;
use crate::tables::{ANCHORS, IMAGES};

/// Which emulators, and what is noted of the calls to them. Other than usual in tests only.
#[derive(Clone, Debug, Default)]
pub struct EmulatorOptions {
    /// A folder in which it is noted what the functions ask of AWS; `infra/check_rights.py` reads it.
    pub record_calls: Option<PathBuf>,
    /// How long AWS takes to answer, where calls are noted: so it can be told which of them waited for which.
    pub latency: Duration,
    /// DynamoDB, S3 and SQS of somebody else's, which run already.
    pub elsewhere: Option<Elsewhere>,
}

/// Emulators that are not ours.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// Where they are. KMS and SNS are always ours.
    pub aws: LoopbackAws,
    /// Who may call them.
    pub callers: Callers,
    /// Comes after the names of buckets, which all accounts share.
    pub bucket_suffix: String,
}

/// The names of the buckets.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// Images, photos and archives.
    pub images: String,
    /// The seals of the audit trails.
    pub anchors: String,
}

impl Buckets {
    fn with_suffix(suffix: &str) -> Self {
        Self { images: format!("{IMAGES}{suffix}"), anchors: format!("{ANCHORS}{suffix}") }
    }
}

/// The running emulators.
pub(crate) struct Emulators {
    /// Where they are.
    pub(crate) aws: LoopbackAws,
    /// The KMS emulator, which also remembers what it was asked.
    pub(crate) kms: Arc<KmsEmulator>,
    /// Who may call them.
    pub(crate) callers: Callers,
    /// What the buckets are called there.
    pub(crate) buckets: Buckets,
    /// The mails that SNS was given.
    pub(crate) mails: Mails,
    /// What functions ask of them, if that is noted.
    pub(crate) recorder: Option<Arc<Recorder>>,
}

impl Emulators {
    /// Starts them as tasks of `tasks`, with their data in `data`.
    pub(crate) async fn start(
        data: &DataFolder,
        options: &EmulatorOptions,
        tasks: &mut JoinSet<()>,
    ) -> Result<Self, StartError> {
        let kms = Arc::new(KmsEmulator::open(&data.file("kms.json"))?);
        let (listener, kms_url) = listen(0).await?;
        tasks.spawn(serve_router(listener, kms.clone().router()));
        let mails = Mails::open(&data.file("mail"))?;
        let (listener, sns_url) = listen(0).await?;
        tasks.spawn(serve_router(listener, mails.clone().service()));
        let Elsewhere { mut aws, callers, bucket_suffix } = match &options.elsewhere {
            Some(elsewhere) => elsewhere.clone(),
            None => start_here(data, tasks).await?,
        };
        (aws.kms, aws.sns) = (kms_url, sns_url);
        let buckets = Buckets::with_suffix(&bucket_suffix);
        let mut emulators = Self { aws, kms, callers, buckets, mails, recorder: None };
        if let Some(folder) = &options.record_calls {
            emulators.open_doors(folder, options.latency, tasks).await?;
        }
        Ok(emulators)
    }

    /// The services as a function reaches them, over the connections of all.
    pub(crate) fn aws_of(&self, function: &str, shared: &Aws) -> Aws {
        let LoopbackAws { access_key_id, secret_access_key, .. } = self.callers.aws_of(function, &self.aws);
        shared.signed_by(&access_key_id, &secret_access_key)
    }

    /// Puts doors before them, at which it is noted what functions ask.
    async fn open_doors(
        &mut self,
        folder: &Path,
        latency: Duration,
        tasks: &mut JoinSet<()>,
    ) -> Result<(), StartError> {
        let kms_keys = [
            (self.kms.ensure_kms_key(KMS_KEYS)?, "CurrentKmsKey"),
            (self.kms.ensure_mac_key(WEBHOOKS_KMS_KEY)?, "WebhooksKey"),
        ];
        let recorder = Arc::new(Recorder::open(folder, self.callers.clone(), kms_keys)?);
        let LoopbackAws { dynamodb, kms, s3, sns, sqs, .. } = &mut self.aws;
        for (service, url) in [
            (AwsService::Dynamodb, dynamodb),
            (AwsService::Kms, kms),
            (AwsService::S3, s3),
            (AwsService::Sns, sns),
            (AwsService::Sqs, sqs),
        ] {
            *url = Door::open((service, url), latency, &recorder, tasks).await?;
        }
        self.recorder = Some(recorder);
        Ok(())
    }
}

/// DynamoDB, S3 and SQS in this process. The queues are in memory: a restart loses the pointers, and the sweeper sends
/// them again.
async fn start_here(data: &DataFolder, tasks: &mut JoinSet<()>) -> Result<Elsewhere, StartError> {
    let failed = |what: &'static str| move |error: String| StartError::Emulator { what, error };

    let database = data.file("dynamodb.sqlite");
    let database = dynoxide::Database::new(&database.to_string_lossy());
    let database = database.map_err(|error| failed("DynamoDB")(error.to_string()))?;
    let (listener, dynamodb) = listen(0).await?;
    tasks.spawn(async move {
        drop(dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()).await);
    });

    let folder = data.file("s3");
    std::fs::create_dir_all(&folder)?;
    let access_key_id = "local".to_owned();
    // The address is loopback only, but any page in a browser can reach that.
    let secret_access_key = hex(&runtime::random::<20>());
    let files = FileSystem::new(folder).map_err(|error| failed("S3")(format!("{error:?}")))?;
    let callers = Callers::of_local_functions(&secret_access_key);
    let mut access_keys = SimpleAuth::from_single(&access_key_id, secret_access_key.clone());
    for access_key in callers.access_keys() {
        access_keys.register(access_key.id.clone(), access_key.secret.clone().into());
    }
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(access_keys);
    let (listener, s3) = listen(0).await?;
    tasks.spawn(serve_hyper(listener, LoopbackCors(ConditionalPuts::before(service.build()))));

    let (listener, sqs) = listen(0).await?;
    let port = listener.local_addr()?.port();
    let config = SqsConfig {
        skip_signature_validation: true,
        default_region: "us-east-1".to_owned(),
        account_id: "000000000000".to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
    };
    let handler = Arc::new(FairQueues::before(RustackSqsHandler::new(Arc::new(RustackSqs::new(config)))));
    let http = SqsHttpConfig {
        skip_signature_validation: true,
        region: "us-east-1".to_owned(),
        credential_provider: None,
    };
    tasks.spawn(serve_hyper(listener, SqsHttpService::new(handler, http)));

    // KMS and SNS are not among them: they are the same everywhere.
    let (kms, sns) = (String::new(), String::new());
    let aws = LoopbackAws { dynamodb, kms, s3, sns, sqs, access_key_id, secret_access_key };
    Ok(Elsewhere { aws, callers, bucket_suffix: String::new() })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
