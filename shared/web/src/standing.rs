//! Where a tenant stands with a limit, in the headers that clients know
//! (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/>, draft 10).

use axum::response::Response;
use domain::allowance::{Allowed, TooMany};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::Problem;

/// How long an allowance of jobs is for, in seconds.
const HOUR: u32 = 60 * 60;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// What a limit allows, and how much of it is left.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The limit's name.
    pub policy: &'static str,
    /// How much it allows.
    pub quota: u32,
    /// In how many seconds, if it is a matter of time.
    pub window_seconds: Option<u32>,
    /// How much of it is left.
    pub left: u32,
    /// In how many seconds there is more.
    pub more_in_seconds: u32,
}

impl Standing {
    /// Adds it to an answer's headers, beside the limits that are told there already.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let Self { policy, quota, window_seconds, left, more_in_seconds } = self;
        let window = window_seconds.map(|seconds| format!(";w={seconds}")).unwrap_or_default();
        add(headers, POLICY, format!("\"{policy}\";q={quota}{window}"));
        add(headers, LEFT, format!("\"{policy}\";r={left};t={more_in_seconds}"));
    }
}

/// Adds how many more jobs may be asked for.
pub fn with_allowance(mut response: Response, allowed: &Allowed) -> Response {
    let Allowed { per_hour, left, more_in_seconds, .. } = *allowed;
    jobs(per_hour, left, more_in_seconds).tell(response.headers_mut());
    response
}

fn jobs(per_hour: u32, left: u32, more_in_seconds: u32) -> Standing {
    Standing { policy: "jobs", quota: per_hour, window_seconds: Some(HOUR), left, more_in_seconds }
}

impl From<TooMany> for Problem {
    fn from(too_many: TooMany) -> Self {
        match too_many {
            TooMany::ThisHour { per_hour, left, more_in_seconds } => {
                let detail = format!(
                    "Your account may ask for {per_hour} jobs an hour, and {left} of them are left. Nothing was queued. \
                     Wait for the next hour, as long as `Retry-After` says, or ask for fewer at a time."
                );
                Self::too_many(jobs(per_hour, left, more_in_seconds), detail)
            }
            TooMany::Waiting { most, left, more_in_seconds } => {
                let detail = format!(
                    "Of your account's jobs, {most} may be unfinished at the same time; when they were counted last, there was \
                     room for {left}. Nothing was queued. Wait until some are done, or cancel some; they are counted \
                     again after `Retry-After`."
                );
                let policy = "waiting";
                let standing = Standing { policy, quota: most, window_seconds: None, left, more_in_seconds };
                Self::too_many(standing, detail)
            }
        }
    }
}

/// One line with all of them: the gateway hands on one line of a name.
fn add(headers: &mut HeaderMap, name: HeaderName, item: String) {
    let earlier = headers.get(&name).and_then(|told| told.to_str().ok());
    let line = earlier.map_or_else(|| item.clone(), |earlier| format!("{earlier}, {item}"));
    if let Ok(line) = HeaderValue::from_str(&line) {
        headers.insert(name, line);
    }
}
