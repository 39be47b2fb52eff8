//! Sending to webhooks: hosts that anybody may have named, so that the rules for a provider's addresses hold here all the
//! more. Public addresses only, looked up by us and connected to as looked up; no redirects, no proxies; what is answered
//! is thrown away.

use std::time::{Duration, Instant};

use domain::webhook::{Address, Reach};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Response};
use tokio::time::timeout;

use crate::http::{client, public_roots};
use crate::{Unusable, names};

/// From the connect to the end of the answer, as far as it is read.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much of an answer is read, so that a small one is not cut off. It is never looked at.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Calls the receivers of webhooks.
#[derive(Clone, Debug)]
pub struct Receivers {
    http: Client,
    reach: Reach,
}

/// How a receiver has answered, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// How long it took.
    pub took: Duration,
    /// Its status, if there was one.
    pub status: Option<u16>,
    /// What was wrong, if anything: a name that people can look up.
    pub error: Option<&'static str>,
}

impl Receivers {
    /// Receivers as far as `reach` goes.
    ///
    /// # Errors
    /// [`Unusable`] when the HTTP client cannot be set up.
    pub fn new(reach: Reach) -> Result<Self, Unusable> {
        let given = match reach {
            Reach::Internet => Vec::new(),
            Reach::ThisMachineToo => vec!["localhost".to_owned()],
        };
        Ok(Self { http: client(given, public_roots())?, reach })
    }

    /// Sends a JSON body, once.
    pub async fn post(&self, address: &Address, headers: HeaderMap, body: String) -> Answered {
        let started = Instant::now();
        // An address that was taken under other rules is held against these.
        let Ok(address) = Address::parse(address.as_str(), self.reach) else {
            return Answered { took: Duration::ZERO, status: None, error: Some("not_public") };
        };
        let request = self.http.post(address.as_str()).headers(headers);
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        let answer = timeout(PATIENCE, async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            read_on(response).await?;
            Ok(status)
        });
        let (status, error) = match answer.await {
            Ok(Ok(status @ 200..=299)) => (Some(status), None),
            Ok(Ok(status @ 300..=399)) => (Some(status), Some("redirect")),
            Ok(Ok(status)) => (Some(status), Some("status")),
            Ok(Err(error)) => (None, Some(why(&error))),
            Err(_) => (None, Some("timeout")),
        };
        Answered { took: started.elapsed(), status, error }
    }
}

/// To the end, or as far as anybody needs to go.
async fn read_on(mut response: Response) -> Result<(), reqwest::Error> {
    let mut read = 0;
    while let Some(chunk) = response.chunk().await? {
        read += chunk.len();
        if read > LONGEST_ANSWER {
            break;
        }
    }
    Ok(())
}

fn why(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<names::NotPublic>() {
            return "not_public";
        }
        cause = inner.source();
    }
    match error {
        error if error.is_timeout() => "timeout",
        error if error.is_connect() || error.is_builder() => "not_reached",
        _ => "cut_off",
    }
}
