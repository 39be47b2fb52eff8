//! The one HTTP client for every provider, and what its failures mean.

use std::sync::Arc;
use std::time::Duration;

use domain::ApiKey;
use domain::outcome::{CallFailure, FailureClass};
use reqwest::header::HeaderValue;
use reqwest::{Client, RequestBuilder, Response, Url, redirect, retry};
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use zeroize::Zeroizing;

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

/// A client that does only what it is told: no redirects (they would take the API key along), no proxies, no
/// retries, no connection that outlives its call.
pub(crate) fn client(endpoints: &[&String]) -> Result<Client, Unusable> {
    for endpoint in endpoints {
        let url = Url::parse(endpoint).map_err(|_| Unusable::Endpoint((*endpoint).clone()))?;
        let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
            return Err(Unusable::Endpoint((*endpoint).clone()));
        }
    }
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
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
        .retry(retry::never())
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_secs(5))
        .user_agent("ownkey/0.1")
        .build()
        .map_err(|_| Unusable::Client)
}

/// `Bearer <API key>` in a buffer that is wiped when the last holder lets go of it.
pub(crate) fn bearer(api_key: &ApiKey) -> Result<HeaderValue, CallFailure> {
    let text = Zeroizing::new(format!("Bearer {}", api_key.expose_secret()).into_bytes());
    let mut value = HeaderValue::from_maybe_shared(bytes::Bytes::from_owner(text))
        .map_err(|_| failure(FailureClass::BadApiKey, "invalid_api_key", "The API key cannot be sent."))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A failure in our own words.
pub(crate) fn failure(class: FailureClass, code: &'static str, message: &str) -> CallFailure {
    CallFailure { class, code, message: message.to_owned(), retry_after: None, request_id: None, usage: None }
}

/// Sends a request, once, and waits for the head of the answer.
pub(crate) async fn send(request: RequestBuilder) -> Result<Response, CallFailure> {
    match timeout(ANSWER_TIMEOUT, request.send()).await {
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
        "The provider's answer was lost. It may have made the image and charged for it.",
    )
}

/// The first part of an error body, or nothing if it does not come.
pub(crate) async fn error_body(mut response: Response) -> Vec<u8> {
    let reading = async {
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = LONGEST_ERROR.saturating_sub(body.len());
            body.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
            if body.len() >= LONGEST_ERROR {
                break;
            }
        }
        body
    };
    read_within(reading).await.unwrap_or_default()
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
