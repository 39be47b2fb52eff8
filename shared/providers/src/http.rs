//! The one HTTP client for every provider, and what its failures mean.

use std::sync::Arc;
use std::time::Duration;

use domain::ApiKey;
use domain::outcome::{Billed, CallFailure, FailureClass};
use reqwest::header::HeaderValue;
use reqwest::{Client, RequestBuilder, Response, Url, redirect, retry};
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::names::PublicNames;

/// From the connect to the head of the answer. Large images at high quality take minutes.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(300);

/// From the head of the answer to its last byte.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);

/// How long an answer waits for its turn to be read. After that it is read all the same: it has been paid for.
const TURN_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest that a call can take, from its beginning to the last byte of the answer.
pub const LONGEST_CALL: Duration = Duration::from_secs(300 + 60 + 120);

/// An error body is some hundred bytes. More is not read.
const LONGEST_ERROR: usize = 64 * 1024;

/// A provider's address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Not a URL, or not `https` although it leads off this machine.
    #[error("`{0}` is not an https URL (http is for loopback addresses only)")]
    Endpoint(String),
    /// The TLS library does not start.
    #[error("the HTTP client cannot be set up")]
    Client,
}

/// An endpoint as it is used: `https`, or plain `http` on this machine; without a slash at its end.
pub(crate) fn endpoint(text: &str) -> Result<String, Unusable> {
    let unusable = || Unusable::Endpoint(text.to_owned());
    let url = Url::parse(text).map_err(|_| unusable())?;
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        return Err(unusable());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// A client that does only what it is told: no redirects (they would take the API key along), no proxies, no
/// retries, no connection that outlives its call, no private address but those `given`.
pub(crate) fn client(given: Vec<String>, roots: RootCertStore) -> Result<Client, Unusable> {
    let provider = rustls::crypto::ring::default_provider().into();
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Unusable::Client)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .dns_resolver(PublicNames { given })
        .retry(retry::never())
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_secs(5))
        .user_agent("ownkey/0.1")
        .build()
        .map_err(|_| Unusable::Client)
}

/// The authorities that browsers trust.
pub(crate) fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// An API key as the value of a header, after `scheme`, in a buffer that is wiped when the last holder lets go of it.
pub(crate) fn secret(scheme: &str, api_key: &ApiKey) -> Result<HeaderValue, CallFailure> {
    let text = Zeroizing::new(format!("{scheme}{}", api_key.expose_secret()).into_bytes());
    let mut value = HeaderValue::from_maybe_shared(bytes::Bytes::from_owner(text))
        .map_err(|_| failure(FailureClass::BadApiKey, "invalid_api_key", "The API key cannot be sent."))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A failure in our own words. Whether it is billed goes by its class, unless the answer says more.
pub(crate) fn failure(class: FailureClass, code: &'static str, message: &str) -> CallFailure {
    use FailureClass::{ProviderFailed, UnknownOutcome, UnusableAnswer};
    let billed = match class {
        UnknownOutcome | UnusableAnswer | ProviderFailed => Billed::Unsaid,
        _ => Billed::Nothing,
    };
    CallFailure { class, code, message: message.to_owned(), retry_after: None, request_id: None, billed }
}

/// Sends a request, once, and waits for the head of the answer.
pub(crate) async fn send(request: RequestBuilder) -> Result<Response, CallFailure> {
    send_within(ANSWER_TIMEOUT, request).await
}

/// As [`send`], with a patience of its own.
pub(crate) async fn send_within(
    patience: Duration,
    request: RequestBuilder,
) -> Result<Response, CallFailure> {
    match timeout(patience, request.send()).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(no_answer(&error)),
        Err(_) => Err(lost_answer()),
    }
}

/// Takes a turn among the few answers that are read at once, so that a hundred waiting calls hold few images.
pub(crate) async fn turn(turns: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    timeout(TURN_TIMEOUT, turns.clone().acquire_owned()).await.ok()?.ok()
}

/// Reads on until the end, or until it has taken too long.
pub(crate) async fn read_within<T>(reading: impl Future<Output = T>) -> Option<T> {
    timeout(BODY_TIMEOUT, reading).await.ok()
}

/// No answer came. Only a connection that was never made is known not to have carried the request.
fn no_answer(error: &reqwest::Error) -> CallFailure {
    if error.is_connect() || error.is_builder() {
        failure(
            FailureClass::NotAccepted,
            "not_reached",
            "The provider could not be reached. Nothing was sent.",
        )
    } else {
        lost_answer()
    }
}

/// An answer began, or should have begun, and did not come through.
pub(crate) fn lost_answer() -> CallFailure {
    failure(
        FailureClass::UnknownOutcome,
        "answer_lost",
        "The provider's answer was lost. It may have done the work and charged for it.",
    )
}

/// The first part of an error body, or nothing if it does not come.
pub(crate) async fn error_body(response: Response) -> Vec<u8> {
    let reading = read_up_to(LONGEST_ERROR, response);
    read_within(reading).await.map(|(body, _)| body).unwrap_or_default()
}

/// A small answer, whole; none if it is cut off or longer than `most` bytes.
pub(crate) async fn whole_body(most: usize, response: Response) -> Option<Vec<u8>> {
    read_within(read_up_to(most, response)).await.and_then(|(body, whole)| whole.then_some(body))
}

/// At most `most` bytes, and whether that was all.
async fn read_up_to(most: usize, mut response: Response) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = most.saturating_sub(body.len());
                body.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
                if chunk.len() > room {
                    return (body, false);
                }
            }
            Ok(None) => return (body, true),
            Err(_) => return (body, false),
        }
    }
}

/// A header as text, if it is short and printable: it goes into tables and logs.
pub(crate) fn header(response: &Response, name: &str) -> Option<String> {
    let text = response.headers().get(name)?.to_str().ok()?;
    (text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| text.to_owned())
}

/// How long the provider asks to wait: `retry-after-ms`, then `retry-after` in seconds (RFC 9110, section 10.2.3).
/// A date is not read; the default wait serves as well.
pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    let number =
        |name| header(response, name)?.parse::<f64>().ok().filter(|number| (0.0..1e6).contains(number));
    let millis = number("retry-after-ms").map(|millis| millis / 1_000.0);
    millis.or_else(|| number("retry-after")).map(Duration::from_secs_f64)
}

/// A name of a field or category, which cannot be an API key: no digits, and short.
pub(crate) fn is_plain_word(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || b"_/.[]".contains(&byte))
}
