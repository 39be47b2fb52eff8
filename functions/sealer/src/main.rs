//! The sealer as a Lambda function: a look at all trails for each tick of the schedule.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::{Aws, Environment, LogFormat, start_logs};
use sealer::{AuditSealer, LAG};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let settings = sealer::Settings {
        main_table: environment.required("OWNKEY_TABLE_MAIN"),
        audit_table: environment.required("OWNKEY_TABLE_AUDIT"),
        anchors_bucket: environment.required("OWNKEY_BUCKET_ANCHORS"),
        lag: LAG,
    };
    environment.complete()?;
    let sealer = AuditSealer::new(&aws, settings);
    let seal = async |_tick: LambdaEvent<Value>| sealer.seal().await.map_err(Error::from);
    lambda_runtime::run(service_fn(seal)).await
}
