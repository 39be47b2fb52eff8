//! Whom the AWS clients take for AWS.

use aws_smithy_http_client::tls::{TlsContext, TrustStore};

/// The authorities that every AWS service's certificate leads to (<https://www.amazontrust.com/repository/>). A system
/// trusts thirty times as many; reading them all was most of a function's start.
const AMAZON: &str = include_str!("amazon-roots.pem");

/// Amazon's authorities, or those in the file `bundle`, which stands in `AWS_CA_BUNDLE` as every SDK reads it.
///
/// # Panics
/// When the bundle is no list of certificates in PEM: nothing could be called.
pub(crate) fn authorities(bundle: Option<String>) -> TlsContext {
    let given = bundle.and_then(|path| {
        let read = std::fs::read(&path);
        read.inspect_err(|error| tracing::error!(path, %error, "AWS_CA_BUNDLE cannot be read; left out")).ok()
    });
    let authorities = given.unwrap_or_else(|| AMAZON.as_bytes().to_vec());
    let trusted = TrustStore::empty().with_pem_certificate(authorities);
    TlsContext::builder().with_trust_store(trusted).build().unwrap_or_default()
}
