//! Jobs as a Lambda function.

use jobs::{JobsApi, Settings};
use runtime::{Aws, Environment, LogFormat, start_logs};
use store::Tables;
use web::{RequestLimit, ScopePrefix, TenantClaim};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let settings = Settings {
        tables: Tables::new(
            environment.required("OWNKEY_TABLE_MAIN"),
            environment.required("OWNKEY_TABLE_AUDIT"),
        ),
        images_bucket: environment.required("OWNKEY_BUCKET_IMAGES"),
        queues: environment.queues(),
        limits: environment.job_limits(),
        notifier: environment.required("OWNKEY_QUEUE_NOTIFIER"),
    };
    let tenant_claim = TenantClaim(environment.required("OWNKEY_TENANT_CLAIM"));
    let scope_prefix = ScopePrefix(environment.optional("OWNKEY_SCOPE_PREFIX").unwrap_or_default());
    let limit = RequestLimit::per_second(environment.number("OWNKEY_REQUESTS_PER_SECOND"));
    environment.complete()?;
    web::lambda::serve(web::finish(JobsApi::new(&aws, settings).router(), limit), tenant_claim, scope_prefix)
        .await
}
