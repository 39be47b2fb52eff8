//! The AWS services on loopback, each on a port of its own. What they were measured to do, and not to do, is in
//! `infra/README.md`.

use std::sync::Arc;

use runtime::LoopbackAws;
use rustack_sqs_core::config::SqsConfig;
use rustack_sqs_core::handler::RustackSqsHandler;
use rustack_sqs_core::provider::RustackSqs;
use rustack_sqs_http::service::{SqsHttpConfig, SqsHttpService};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::task::JoinSet;

use crate::data_folder::DataFolder;
use crate::fair_queues::FairQueues;
use crate::kms::KmsEmulator;
use crate::loopback_cors::LoopbackCors;
use crate::serving::{listen, serve_hyper, serve_router};
use crate::start_error::StartError;

/// The running emulators.
pub(crate) struct Emulators {
    /// Where they are.
    pub(crate) aws: LoopbackAws,
    /// The KMS emulator, which also remembers what it was asked.
    pub(crate) kms: Arc<KmsEmulator>,
}

impl Emulators {
    /// Starts all four, as tasks of `tasks`, with their data in `data`. The queues are in memory: a restart loses
    /// the pointers, and the sweeper sends them again.
    pub(crate) async fn start(data: &DataFolder, tasks: &mut JoinSet<()>) -> Result<Self, StartError> {
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
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(&access_key_id, secret_access_key.clone()));
        let (listener, s3) = listen(0).await?;
        tasks.spawn(serve_hyper(listener, LoopbackCors(service.build())));

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

        let kms = Arc::new(KmsEmulator::open(&data.file("kms.json"))?);
        let (listener, kms_url) = listen(0).await?;
        tasks.spawn(serve_router(listener, kms.clone().router()));

        let aws = LoopbackAws { dynamodb, kms: kms_url, s3, sqs, access_key_id, secret_access_key };
        Ok(Self { aws, kms })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
