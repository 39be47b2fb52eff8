//! How the AWS clients are configured: by hand, so that a cold start reads no profile and asks no metadata service.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::tls::{self, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::Environment;
use crate::trust::authorities;

/// The services that Ownkey calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwsService {
    /// The tables.
    Dynamodb,
    /// The wrapping of data keys.
    Kms,
    /// The images.
    S3,
    /// The mails to the team.
    Sns,
    /// The queues.
    Sqs,
}

/// Configuration for any of the services.
#[derive(Clone, Debug)]
pub struct Aws {
    shared: SdkConfig,
    endpoints: Vec<(AwsService, String)>,
}

/// The emulators of a local stack, by base URL.
#[derive(Clone, Debug)]
pub struct LoopbackAws {
    /// DynamoDB.
    pub dynamodb: String,
    /// KMS.
    pub kms: String,
    /// S3.
    pub s3: String,
    /// SNS.
    pub sns: String,
    /// SQS.
    pub sqs: String,
    /// What the S3 emulator checks signatures with.
    pub access_key_id: String,
    /// What the S3 emulator checks signatures with.
    pub secret_access_key: String,
}

impl Aws {
    /// Region and credentials as Lambda sets them; `AWS_ENDPOINT_URL_DYNAMODB` and the like, and `AWS_CA_BUNDLE`, as every
    /// SDK reads them.
    pub fn from_environment(environment: &Environment) -> Self {
        let credentials = Credentials::new(
            environment.required("AWS_ACCESS_KEY_ID"),
            environment.required("AWS_SECRET_ACCESS_KEY"),
            environment.optional("AWS_SESSION_TOKEN"),
            None,
            "lambda",
        );
        let endpoints = [
            (AwsService::Dynamodb, "AWS_ENDPOINT_URL_DYNAMODB"),
            (AwsService::Kms, "AWS_ENDPOINT_URL_KMS"),
            (AwsService::S3, "AWS_ENDPOINT_URL_S3"),
            (AwsService::Sns, "AWS_ENDPOINT_URL_SNS"),
            (AwsService::Sqs, "AWS_ENDPOINT_URL_SQS"),
        ];
        let endpoints =
            endpoints.into_iter().filter_map(|(service, name)| Some((service, environment.optional(name)?)));
        Self {
            shared: shared(
                environment.required("AWS_REGION"),
                credentials,
                authorities(environment.optional("AWS_CA_BUNDLE")),
            ),
            endpoints: endpoints.collect(),
        }
    }

    /// The emulators of a local stack.
    pub fn on_loopback(loopback: &LoopbackAws) -> Self {
        let credentials =
            Credentials::new(&loopback.access_key_id, &loopback.secret_access_key, None, None, "local stack");
        let endpoints = vec![
            (AwsService::Dynamodb, loopback.dynamodb.clone()),
            (AwsService::Kms, loopback.kms.clone()),
            (AwsService::S3, loopback.s3.clone()),
            (AwsService::Sns, loopback.sns.clone()),
            (AwsService::Sqs, loopback.sqs.clone()),
        ];
        Self { shared: shared("us-east-1".to_owned(), credentials, authorities(None)), endpoints }
    }

    /// The same services over the same connections, in the name of somebody else.
    pub fn signed_by(&self, access_key_id: &str, secret_access_key: &str) -> Self {
        let credentials = Credentials::new(access_key_id, secret_access_key, None, None, "local stack");
        let provider = Some(SharedCredentialsProvider::new(credentials));
        let mut shared = self.shared.to_builder();
        shared.set_credentials_provider(provider);
        Self { shared: shared.build(), endpoints: self.endpoints.clone() }
    }

    /// The configuration to make a client of `service` from.
    pub fn config(&self, service: AwsService) -> SdkConfig {
        let endpoint = self.endpoints.iter().find(|(of, _)| *of == service).map(|(_, url)| url.clone());
        let mut config = self.shared.to_builder();
        config.set_endpoint_url(endpoint);
        config.build()
    }
}

fn shared(region: String, credentials: Credentials, authorities: TlsContext) -> SdkConfig {
    let https = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .tls_context(authorities)
        .build_https();
    // Three attempts within what a caller of the API waits for. An image of 20 MB may take a while to store.
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(20))
        .build();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(https)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(timeouts)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(aws_smithy_async::time::SystemTimeSource::new())
        .build()
}
