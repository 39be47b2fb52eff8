//! `GET /v1/audit/seals`: the seals as they lie there, to hold an export against them without us.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{Fault, TenantId};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::value::RawValue;
use web::{AuditRead, Listing, Permit, Problem, QueryOf, reply};

use crate::AuditApi;

/// How many seals are read at the same time.
const AT_ONCE: usize = 8;

/// How long an answer grows before the rest must be asked for. A function answers with 6 MB at most.
const LONG: usize = 4 * 1024 * 1024;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: u64,
    #[serde(default)]
    limit: Listing,
}

/// By their number.
pub(crate) async fn list(
    Permit(principal, _): Permit<AuditRead>,
    QueryOf(query): QueryOf<Query>,
    State(app): State<Arc<AuditApi>>,
) -> Result<Response, Problem> {
    let limit = query.limit.limit();
    // One more, to know whether there are more.
    let numbers = app.anchors.after(&principal.tenant, query.cursor, limit + 1).await?;
    let (mut items, mut long, mut next) = (Vec::new(), 0, None);
    let wanted: Vec<_> = numbers.iter().take(limit).copied().collect();
    let mut seals = app.read(&principal.tenant, wanted);
    while let Some((number, json)) = seals.try_next().await? {
        // What is no JSON is shown as nothing, and does not verify.
        let seal = serde_json::from_slice(&json).unwrap_or_else(|_| RawValue::NULL.to_owned());
        long += seal.get().len();
        items.push(seal);
        next = Some(number);
        if long > LONG {
            break;
        }
    }
    drop(seals);
    let next = next.filter(|next| numbers.last().is_some_and(|last| last > next));
    Ok(reply::page(&items, next.map(|next| next.to_string())))
}

impl AuditApi {
    /// Seals of some numbers, in their order, some at the same time.
    pub(crate) fn read(
        &self,
        tenant: &TenantId,
        numbers: Vec<u64>,
    ) -> impl futures_util::Stream<Item = Result<(u64, bytes::Bytes), Fault>> + Unpin {
        let read = async move |number| {
            // Listed a moment ago: seals do not go away.
            let json = self.anchors.read(tenant, number).await?.ok_or(Fault::Unavailable)?;
            Ok((number, json))
        };
        Box::pin(stream::iter(numbers).map(read).buffered(AT_ONCE))
    }
}
