//! API keys as a Lambda function.

use std::alloc::System;

use api_keys::{ApiKeys, Settings};
use providers::{Endpoints, Providers};
use runtime::{Aws, Environment, LogFormat, keep_memory_private, start_logs};
use store::Tables;
use web::{RequestLimit, ScopePrefix, TenantClaim};
use zeroizing_alloc::ZeroAlloc;

/// Wipes what is freed, in this process: libraries copy API keys and data keys into buffers of their own.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    keep_memory_private();
    let aws = Aws::from_environment(&environment);
    let tables =
        Tables::new(environment.required("OWNKEY_TABLE_MAIN"), environment.required("OWNKEY_TABLE_AUDIT"));
    let vault_table = environment.required("OWNKEY_TABLE_VAULT");
    let kms_key = environment.required("OWNKEY_KMS_KEY");
    let stage = environment.required("OWNKEY_STAGE");
    let tenant_claim = TenantClaim(environment.required("OWNKEY_TENANT_CLAIM"));
    let scope_prefix = ScopePrefix(environment.optional("OWNKEY_SCOPE_PREFIX").unwrap_or_default());
    let (queues, limits) = (environment.queues(), environment.job_limits());
    let limit = RequestLimit::per_second(environment.number("OWNKEY_REQUESTS_PER_SECOND"));
    environment.complete()?;
    let kms_key = kms_key.parse()?;
    let endpoints = Endpoints::usual_or(|provider| environment.address_of(provider));
    let settings = Settings { tables, vault_table, queues, limits, kms_key, stage, refusal_hint: None };
    let app = ApiKeys::new(&aws, Providers::new(endpoints)?, settings);
    web::lambda::serve(web::finish(app.router(), limit), tenant_claim, scope_prefix).await
}
