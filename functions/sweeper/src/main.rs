//! The sweeper as a Lambda function: one sweep for each tick of the schedule.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::{Aws, Environment, LogFormat, Metrics, start_logs};
use serde_json::Value;
use store::Tables;
use sweeper::{Belief, Sweeper};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let tables =
        Tables::new(environment.required("OWNKEY_TABLE_MAIN"), environment.required("OWNKEY_TABLE_AUDIT"));
    let queues = environment.queues();
    let notifier = environment.required("OWNKEY_QUEUE_NOTIFIER");
    environment.complete()?;
    let sweeper =
        Sweeper::new(&aws, tables, queues, notifier).counting(Metrics::from_environment(&environment));
    let sweep = async |_tick: LambdaEvent<Value>| sweeper.sweep(Belief::Alive).await.map_err(Error::from);
    lambda_runtime::run(service_fn(sweep)).await
}
