//! The account's own affairs as a Lambda function.

use account::AccountApi;
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
    let tenant_claim = TenantClaim(environment.required("OWNKEY_TENANT_CLAIM"));
    let scope_prefix = ScopePrefix(environment.optional("OWNKEY_SCOPE_PREFIX").unwrap_or_default());
    let limit = RequestLimit::per_second(environment.number("OWNKEY_REQUESTS_PER_SECOND"));
    environment.complete()?;
    web::lambda::serve(web::finish(AccountApi::new(&aws, tables).router(), limit), tenant_claim, scope_prefix)
        .await
}
