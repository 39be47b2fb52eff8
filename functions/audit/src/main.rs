//! The audit trail as a Lambda function.

use audit::AuditApi;
use runtime::{Aws, Environment, LogFormat, start_logs};
use web::{RequestLimit, ScopePrefix, TenantClaim};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let audit_table = environment.required("OWNKEY_TABLE_AUDIT");
    let anchors_bucket = environment.required("OWNKEY_BUCKET_ANCHORS");
    let tenant_claim = TenantClaim(environment.required("OWNKEY_TENANT_CLAIM"));
    let scope_prefix = ScopePrefix(environment.optional("OWNKEY_SCOPE_PREFIX").unwrap_or_default());
    let limit = RequestLimit::per_second(environment.number("OWNKEY_REQUESTS_PER_SECOND"));
    environment.complete()?;
    let app = AuditApi::new(&aws, audit_table, anchors_bucket);
    web::lambda::serve(web::finish(app.router(), limit), tenant_claim, scope_prefix).await
}
