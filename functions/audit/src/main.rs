//! The audit trail as a Lambda function.

use audit::AuditApi;
use runtime::{Aws, Environment, LogFormat, start_logs};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let aws = Aws::from_environment(&environment);
    let audit_table = environment.required("OWNKEY_TABLE_AUDIT");
    let anchors_bucket = environment.required("OWNKEY_BUCKET_ANCHORS");
    let tenant_claim = environment.required("OWNKEY_TENANT_CLAIM");
    environment.complete()?;
    web::lambda::serve(web::finish(AuditApi::new(&aws, audit_table, anchors_bucket).router()), tenant_claim)
        .await
}
