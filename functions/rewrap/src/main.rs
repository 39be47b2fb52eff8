//! The move to another KMS key as a Lambda function, invoked by hand.

use std::time::Duration;

use domain::Timestamp;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use rewrap::{Request, Rewrap, Settings};
use runtime::{Aws, Environment, LogFormat, start_logs};
use vault::KmsKeys;

/// What is left of the time when it stops: enough for the page it is at, even if KMS lets it wait.
const RESERVE: Duration = Duration::from_secs(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let vault_table = environment.required("OWNKEY_TABLE_VAULT");
    let kms_key = environment.required("OWNKEY_KMS_KEY");
    let other_kms_keys = environment.optional("OWNKEY_OTHER_KMS_KEYS");
    let stage = environment.required("OWNKEY_STAGE");
    environment.complete()?;
    let kms_keys = KmsKeys::parse(&kms_key, other_kms_keys.as_deref())?;
    let rewrap = Rewrap::new(&aws, Settings { vault_table, kms_keys, stage });
    let run = async |event: LambdaEvent<Request>| {
        let deadline = i64::try_from(event.context.deadline).unwrap_or(i64::MAX);
        let deadline = Timestamp::from_millisecond(deadline).unwrap_or(Timestamp::MAX);
        let until = deadline.saturating_sub(RESERVE).unwrap_or(deadline);
        Ok::<_, Error>(rewrap.run(event.payload, until).await?)
    };
    lambda_runtime::run(service_fn(run)).await
}
