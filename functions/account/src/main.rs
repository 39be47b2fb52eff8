//! The account's own affairs as a Lambda function.

use account::{AccountApi, Settings};
use domain::webhook::Reach;
use runtime::{Aws, Environment, LogFormat, start_logs};
use store::Tables;
use web::{RequestLimit, ScopePrefix, TenantClaim};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let tables =
        Tables::new(environment.required("OWNKEY_TABLE_MAIN"), environment.required("OWNKEY_TABLE_AUDIT"));
    let settings = Settings {
        stage: environment.required("OWNKEY_STAGE"),
        tables,
        notifier: environment.required("OWNKEY_QUEUE_NOTIFIER"),
        webhooks_kms_key: environment.required("OWNKEY_KMS_KEY_WEBHOOKS"),
        reach: Reach::Internet,
    };
    let tenant_claim = TenantClaim(environment.required("OWNKEY_TENANT_CLAIM"));
    let scope_prefix = ScopePrefix(environment.optional("OWNKEY_SCOPE_PREFIX").unwrap_or_default());
    let limit = RequestLimit::per_second(environment.number("OWNKEY_REQUESTS_PER_SECOND"));
    environment.complete()?;
    web::lambda::serve(
        web::finish(AccountApi::new(&aws, settings).router(), limit),
        tenant_claim,
        scope_prefix,
    )
    .await
}
