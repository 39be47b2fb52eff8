//! The sweeper as a Lambda function: one sweep for each tick of the schedule.

use domain::erasure::LONGEST_REQUEST;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::{Aws, Environment, LogFormat, Metrics, start_logs};
use serde_json::Value;
use store::Tables;
use sweeper::{Belief, Settings, Sweeper};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let tables =
        Tables::new(environment.required("OWNKEY_TABLE_MAIN"), environment.required("OWNKEY_TABLE_AUDIT"));
    let (queues, images_bucket) = (environment.queues(), environment.required("OWNKEY_BUCKET_IMAGES"));
    let notifier = environment.required("OWNKEY_QUEUE_NOTIFIER");
    environment.complete()?;
    let settings = Settings { tables, images_bucket, queues, notifier, erase_after: LONGEST_REQUEST };
    let sweeper = Sweeper::new(&aws, settings).counting(Metrics::from_environment(&environment));
    let sweep = async |_tick: LambdaEvent<Value>| sweeper.sweep(Belief::Alive).await.map_err(Error::from);
    lambda_runtime::run(service_fn(sweep)).await
}
