//! A worker as a Lambda function behind its provider's queue.

use std::alloc::System;

use aws_lambda_events::sqs::SqsEvent;
use domain::Timestamp;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use providers::{Endpoints, Providers};
use runtime::{Aws, Environment, LogFormat, Metrics, keep_memory_private, start_logs};
use store::Tables;
use vault::KmsKeys;
use worker::{Settings, Worker};
use zeroizing_alloc::ZeroAlloc;

/// Wipes what is freed, in this process: libraries copy API keys and data keys into buffers of their own.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    keep_memory_private();
    let aws = Aws::from_environment(&environment);
    let provider = environment.required("OWNKEY_PROVIDER");
    let tables =
        Tables::new(environment.required("OWNKEY_TABLE_MAIN"), environment.required("OWNKEY_TABLE_AUDIT"));
    let vault_table = environment.required("OWNKEY_TABLE_VAULT");
    let images_bucket = environment.required("OWNKEY_BUCKET_IMAGES");
    let kms_key = environment.required("OWNKEY_KMS_KEY");
    let other_kms_keys = environment.optional("OWNKEY_OTHER_KMS_KEYS");
    let stage = environment.required("OWNKEY_STAGE");
    let queue = environment.required("OWNKEY_QUEUE");
    let dead_letters = environment.required("OWNKEY_DEAD_LETTERS");
    let notifier = environment.required("OWNKEY_QUEUE_NOTIFIER");
    environment.complete()?;
    let provider = provider.parse()?;
    let endpoints = Endpoints::usual_or(|provider| environment.address_of(provider));
    let kms_keys = KmsKeys::parse(&kms_key, other_kms_keys.as_deref())?;
    let settings = Settings {
        provider,
        stage,
        tables,
        vault_table,
        images_bucket,
        kms_keys,
        queue,
        dead_letters,
        notifier,
    };
    let worker = Worker::new(&aws, Providers::new(endpoints)?, settings)
        .counting(Metrics::from_environment(&environment));
    let handle = async |event: LambdaEvent<SqsEvent>| {
        let deadline = i64::try_from(event.context.deadline).unwrap_or(i64::MAX);
        let deadline = Timestamp::from_millisecond(deadline).unwrap_or(Timestamp::MAX);
        Ok::<_, Error>(worker.handle(event.payload, deadline).await)
    };
    lambda_runtime::run(service_fn(handle)).await
}
