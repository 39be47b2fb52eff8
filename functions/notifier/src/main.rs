//! The notifier as a Lambda function behind its queue.

use aws_lambda_events::sqs::SqsEvent;
use domain::webhook::Reach;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use notifier::{Notifier, Settings};
use runtime::{Aws, Environment, LogFormat, start_logs};
use store::Tables;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let tables =
        Tables::new(environment.required("OWNKEY_TABLE_MAIN"), environment.required("OWNKEY_TABLE_AUDIT"));
    let settings = Settings {
        stage: environment.required("OWNKEY_STAGE"),
        tables,
        webhooks_kms_key: environment.required("OWNKEY_KMS_KEY_WEBHOOKS"),
        team_topic: environment.required("OWNKEY_TOPIC_TEAM"),
        queue: environment.required("OWNKEY_QUEUE_NOTIFIER"),
        dead_letters: environment.required("OWNKEY_DEAD_LETTERS"),
        reach: Reach::Internet,
    };
    environment.complete()?;
    let notifier = Notifier::new(&aws, settings)?;
    let handle = async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(notifier.handle(event.payload).await);
    lambda_runtime::run(service_fn(handle)).await
}
