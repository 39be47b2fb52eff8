//! What stands in the path and the query, with problems instead of plain-text refusals.

use axum::extract::{FromRequestParts, Path, Query};
use http::HeaderMap;
use http::header::{ACCEPT, IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::body::plain_name;
use crate::{Problem, ProblemKind};

/// The parts of the path. Ids that are not well-formed are simply not found: they cannot exist.
pub struct PathOf<T>(pub T);

impl<T: DeserializeOwned + Send, A: Send + Sync> FromRequestParts<A> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &A) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, app).await;
        path.map(|Path(value)| Self(value)).map_err(|_| domain::Fault::NotFound.into())
    }
}

/// The query. Refuses unknown parameters if `T` does.
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned, A: Send + Sync> FromRequestParts<A> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &A) -> Result<Self, Problem> {
        Query::<T>::from_request_parts(parts, app)
            .await
            .map(|Query(value)| Self(value))
            .map_err(|refused| explain(&refused.body_text()))
    }
}

/// Names the parameter, and what there is instead; the value is not repeated.
fn explain(refusal: &str) -> Problem {
    let told = refusal.strip_prefix("Failed to deserialize query string: ").unwrap_or(refusal);
    let place = told.split(':').next().and_then(plain_name);
    let detail = match (told.split_once("unknown field"), place) {
        (Some((_, rest)), _) => {
            let known = rest.rsplit_once(", expected ").map_or("another one", |(_, known)| known);
            format!("There is no such query parameter: expected {known}.")
        }
        (None, Some(parameter)) => {
            let detail = format!("The query parameter `{parameter}` does not fit. {}", what_fits(parameter));
            return Problem::new(ProblemKind::InvalidRequest, detail).with("field", parameter);
        }
        (None, None) => "The query does not fit.".to_owned(),
    };
    Problem::new(ProblemKind::InvalidRequest, detail)
}

/// Holds an edit to the version that its `If-Match` names. Without the header, whatever is there is edited.
///
/// # Errors
/// `precondition-failed` when another version is there.
pub fn if_match(headers: &HeaderMap, version: u32) -> Result<(), Problem> {
    let Some(wanted) = headers.get(IF_MATCH) else { return Ok(()) };
    let tag = format!("\"{version}\"");
    let tags = wanted.to_str().unwrap_or_default().split(',').map(str::trim);
    // Without the quotes that the standard wants, it is clear all the same.
    if tags.into_iter().any(|wanted| wanted == "*" || wanted.trim_matches('"') == tag.trim_matches('"')) {
        return Ok(());
    }
    let detail =
        format!("Version {version} is there now. Read it again, then edit that with `If-Match: {tag}`.");
    Err(Problem::new(ProblemKind::PreconditionFailed, detail).with("version", version))
}

/// Whether the asker has what goes by this tag already: `If-None-Match` names it, or takes any.
pub fn has_seen(headers: &HeaderMap, tag: &str) -> bool {
    let seen = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|tags| tags.to_str().ok());
    let mut seen = seen.flat_map(|tags| tags.split(',')).map(|seen| seen.trim().trim_start_matches("W/"));
    seen.any(|seen| seen == "*" || seen.trim_matches('"') == tag)
}

/// Which of some media types a request asks for, the first that its `Accept` names; none, if it names none of them.
pub fn accepted(headers: &HeaderMap, offered: &[&'static str]) -> Option<&'static str> {
    let accept = headers.get_all(ACCEPT).into_iter().filter_map(|accept| accept.to_str().ok());
    let mut named = accept
        .flat_map(|accept| accept.split(','))
        .map(|kind| kind.split(';').next().unwrap_or_default().trim());
    named.find_map(|kind| offered.iter().find(|offered| kind.eq_ignore_ascii_case(offered)).copied())
}

/// The parameters that lists have in common.
fn what_fits(parameter: &str) -> &'static str {
    match parameter {
        "limit" => "It is a number from 1 to 100.",
        "cursor" => "It is the `next_cursor` of the page before.",
        "credits_price" => "It is an amount in US dollars, like 0.30.",
        "from" | "to" => "It is a time like 2026-11-23T12:00:00Z.",
        "verify" => "It is true or false.",
        "kind" => "It is one of: image, persona, key_test, export.",
        "action" => "It is the name of an action, such as job.succeeded or credential.opened.",
        "provider" => "It is one of: openai, bfl, anthropic.",
        "project" => "It has 1 to 64 letters, digits, - or _.",
        _ => "See what the list itself shows.",
    }
}

/// How many items a page has.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u16")]
pub struct Listing(u16);

impl Listing {
    /// As a number of items.
    pub fn limit(self) -> usize {
        usize::from(self.0)
    }
}

#[cfg(feature = "contract")]
impl schemars::JsonSchema for Listing {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Limit".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let about = "How many items a page has at most.";
        schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 50, "description": about })
    }
}

impl Default for Listing {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<u16> for Listing {
    type Error = &'static str;

    fn try_from(limit: u16) -> Result<Self, Self::Error> {
        if (1..=100).contains(&limit) { Ok(Self(limit)) } else { Err("expected a limit from 1 to 100") }
    }
}
