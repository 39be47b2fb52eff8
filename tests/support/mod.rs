//! A stack to try things on, and a person who asks it.

pub mod api;
pub mod binary;
pub mod contract;
mod elsewhere;
pub mod forms;
pub mod front;
pub mod runtime_api;
pub mod tables;

use std::path::Path;
use std::time::Duration;

use domain::Provider;
use domain::allowance::JobLimits;
use domain::erasure::LONGEST_REQUEST;
use local::{EmulatorOptions, Options, ProviderMode, Stack};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use web::RequestLimit;

pub use api::{Answer, Api, id};

pub const OK: &str = "sk-sandbox-ok-0000000000000001";
/// A sandbox API key of a provider that plays a case.
pub fn api_key(provider: Provider, case: &str) -> String {
    let prefix = match provider {
        Provider::Openai => "sk-",
        Provider::Bfl => "bfl_",
        Provider::Anthropic => "sk-ant-",
    };
    format!("{prefix}sandbox-{case}-000000000000001")
}

pub const MODEL: &str = "gpt-image-2.6-flare";

/// Whether every fault strikes at every boundary and a thousand jobs are a thousand, as every night. It takes minutes;
/// otherwise each boundary sees one fault in turn.
pub fn thorough() -> bool {
    std::env::var_os("OWNKEY_THOROUGH").is_some_and(|wanted| !wanted.is_empty())
}

/// An amount of money as the API tells it.
pub fn amount(value: &serde_json::Value) -> domain::Usd {
    value.as_str().unwrap_or_else(|| panic!("no amount: {value}")).parse().unwrap()
}

/// A stack in a folder that goes with it.
pub struct TestStack {
    pub stack: Stack,
    pub folder: TempDir,
}

impl TestStack {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with other options than usual.
    pub async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = folder_with_issuer().await;
        let stack = start(folder.path(), change).await;
        Self { stack, folder }
    }

    /// Stops everything at once, as a crash would, and starts again on the same data.
    pub async fn restart(self) -> Self {
        self.restart_with(|_| {}).await
    }

    /// The same, with other options than usual.
    pub async fn restart_with(self, change: impl FnOnce(&mut Options)) -> Self {
        let Self { stack, folder } = self;
        drop(stack);
        let stack = start(folder.path(), change).await;
        Self { stack, folder }
    }

    /// A person of a tenant with every scope.
    pub async fn tenant(&self, tenant: &str) -> Api {
        Api::sign_in(self.stack.url(), tenant, None).await
    }

    pub async fn tenant_with_scope(&self, tenant: &str, scope: &str) -> Api {
        Api::sign_in(self.stack.url(), tenant, Some(scope)).await
    }

    /// How often KMS was asked to unwrap a data key of a tenant's, whatever it said. What the SDK sent again because it
    /// heard nothing counts once.
    pub fn decrypts(&self, tenant: &str) -> usize {
        let calls = self.stack.kms().calls();
        let of_tenant = |call: &&local::kms::KmsCall| {
            call.operation == "Decrypt"
                && call.encryption_context.get("tenant").is_some_and(|of| of == tenant)
        };
        let asked: std::collections::HashSet<_> =
            calls.iter().filter(of_tenant).map(|call| call.invocation.as_ref().unwrap()).collect();
        asked.len()
    }

    /// What the sandbox has charged, in charges of one API key's hint.
    pub async fn charges(&self) -> Vec<serde_json::Value> {
        let url = format!("{}/sandbox/charges", self.stack.url());
        let body = reqwest::get(url).await.unwrap().bytes().await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        body["items"].as_array().unwrap().clone()
    }
}

async fn start(folder: &Path, change: impl FnOnce(&mut Options)) -> Stack {
    let mut options = Options {
        port: 0,
        data: folder.to_owned(),
        providers: ProviderMode::Sandbox,
        addresses: Vec::new(),
        think_time: Duration::ZERO,
        workers: true,
        seal_after: Duration::from_secs(60),
        erase_after: LONGEST_REQUEST,
        cors_origins: Vec::new(),
        requests: RequestLimit::per_second(5_000),
        jobs: JobLimits { per_hour: 1_000_000, waiting: 1_000_000 },
        emulators: EmulatorOptions {
            record_calls: std::env::var_os("OWNKEY_RECORD_CALLS").map(Into::into),
            latency: Duration::ZERO,
            elsewhere: elsewhere::account_of(folder).await,
        },
        webhooks_to_this_machine: true,
    };
    change(&mut options);
    // The lock of a stack that was just dropped may be held until its last task is gone.
    for _ in 0..50 {
        match Stack::start(options.clone()).await {
            Err(local::StartError::Data(_)) => tokio::time::sleep(Duration::from_millis(100)).await,
            other => return other.unwrap(),
        }
    }
    panic!("the data folder stays in use")
}

/// A folder that already holds a token signing key: making one takes a while, so it is made once for all tests.
pub async fn folder_with_issuer() -> TempDir {
    // The HTTP client of the tests needs a TLS library even for plain http.
    drop(rustls::crypto::ring::default_provider().install_default());
    static SIGNING_KEY: OnceCell<Vec<u8>> = OnceCell::const_new();
    let signing_key = SIGNING_KEY.get_or_init(|| async {
        let folder = TempDir::new().unwrap();
        let stack = start(folder.path(), |_| {}).await;
        let pem = std::fs::read(folder.path().join("issuer.pem")).unwrap();
        drop(stack);
        pem
    });
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("issuer.pem"), signing_key.await).unwrap();
    folder
}
