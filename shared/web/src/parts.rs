//! What stands in the path and the query, with problems instead of plain-text refusals.

use axum::extract::{FromRequestParts, Path, Query};
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

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
        Query::<T>::from_request_parts(parts, app).await.map(|Query(value)| Self(value)).map_err(|refused| {
            let text = refused.body_text();
            let expected = text.split_once("expected ").map(|(_, expected)| format!(" Expected {expected}."));
            let detail =
                format!("A query parameter is unknown or does not fit.{}", expected.unwrap_or_default());
            Problem::new(ProblemKind::InvalidRequest, detail)
        })
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
