//! A worker or the function that takes API keys, put together as in their own `main.rs`.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use api_keys::ApiKeys;
use domain::allowance::JobLimits;
use domain::{Provider, Timestamp};
use futures_util::FutureExt;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use providers::{Endpoints, Providers};
use runtime::{Aws, Environment, now};
use rustls::RootCertStore;
use serde_json::{Value, json};
use store::Tables;
use vault::KmsKeys;
use web::{RequestLimit, ScopePrefix, TenantClaim};
use worker::{Settings, Worker};

use crate::{leak, search};

/// Runs until the Runtime API has had enough.
pub async fn run() -> Result<(), Error> {
    search::listen();
    leak::panic_on_demand();
    let environment = Environment::default();
    let aws = Aws::from_environment(&environment);
    let tables =
        Tables::new(environment.required("OWNKEY_TABLE_MAIN"), environment.required("OWNKEY_TABLE_AUDIT"));
    let (vault_table, stage) =
        (environment.required("OWNKEY_TABLE_VAULT"), environment.required("OWNKEY_STAGE"));
    let kms_key = environment.required("OWNKEY_KMS_KEY");
    let authority = environment.required("DETECTOR_AUTHORITY");
    let endpoints = Endpoints::usual_or(|provider| environment.address_of(provider));
    let providers = Providers::trusting(endpoints, trusted(&authority))?;
    if environment.required("DETECTOR_FUNCTION") == "api-keys" {
        let queue = |provider| (provider, format!("http://127.0.0.1:1/{provider}-none"));
        let queues = Provider::ALL.map(queue).to_vec();
        let settings = api_keys::Settings {
            tables,
            vault_table,
            queues,
            limits: JobLimits { per_hour: 1_000, waiting: 1_000 },
            kms_key: kms_key.parse()?,
            stage,
            refusal_hint: None,
        };
        let app = ApiKeys::new(&aws, providers, settings);
        return web::lambda::serve(
            web::finish(app.router(), RequestLimit::per_second(1_000)),
            TenantClaim("tenant".to_owned()),
            ScopePrefix::default(),
        )
        .await;
    }
    let settings = Settings {
        provider: environment.required("OWNKEY_PROVIDER").parse()?,
        stage,
        tables,
        vault_table,
        images_bucket: environment.required("OWNKEY_BUCKET_IMAGES"),
        kms_keys: KmsKeys::parse(&kms_key, None)?,
        queue: environment.required("OWNKEY_QUEUE"),
        dead_letters: environment.required("OWNKEY_DEAD_LETTERS"),
        notifier: environment.required("OWNKEY_QUEUE_NOTIFIER"),
    };
    let worker = Worker::new(&aws, providers, settings);
    let handle = async |event: LambdaEvent<Value>| Ok::<_, Error>(work(&worker, event.payload).await);
    lambda_runtime::run(service_fn(handle)).await
}

/// Does the jobs of an event: to the end, or as long as `patience_ms` says, or until it panics.
async fn work(worker: &Worker, event: Value) -> Value {
    let deadline = now().saturating_add(Duration::from_secs(900)).unwrap_or(Timestamp::MAX);
    let patience = event["patience_ms"].as_u64().map_or(Duration::MAX, Duration::from_millis);
    leak::arm(event["panics_at"].as_str());
    let records = serde_json::from_value(json!({ "Records": event["Records"] })).unwrap();
    let turn = AssertUnwindSafe(worker.handle(records, deadline)).catch_unwind();
    match tokio::time::timeout(patience, turn).await {
        Ok(Ok(_)) => json!("done"),
        Ok(Err(_)) => json!("panicked"),
        Err(_) => json!("cancelled"),
    }
}

/// The authority of the test, from its certificate in hex.
fn trusted(authority: &str) -> RootCertStore {
    let byte = |at: usize| u8::from_str_radix(&authority[at..at + 2], 16).unwrap();
    let certificate: Vec<u8> = (0..authority.len()).step_by(2).map(byte).collect();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.into()).unwrap();
    roots
}
