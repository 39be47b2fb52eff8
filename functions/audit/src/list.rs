//! `GET /v1/audit`: a page of the record for people and programs, or a long piece of it for a file.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use domain::audit::{Action, AuditLine};
use domain::{AuditId, JobId, Provider, Timestamp};
use http::HeaderMap;
use serde::Deserialize;
use store::{AuditFilter, Order};
use web::{AuditRead, Listing, Permit, Problem, QueryOf, accepted, reply};

use crate::AuditApi;
use crate::export::Form;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// Not before this time.
    from: Option<Timestamp>,
    /// Before this time.
    to: Option<Timestamp>,
    provider: Option<Provider>,
    model: Option<String>,
    action: Option<Action>,
    job: Option<JobId>,
    /// The `next_cursor` of the page before.
    cursor: Option<AuditId>,
    limit: Option<Listing>,
}

/// Newest first as JSON, oldest first as a file.
pub(crate) async fn list(
    Permit(principal, _): Permit<AuditRead>,
    QueryOf(query): QueryOf<Query>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    State(app): State<Arc<AuditApi>>,
) -> Result<Response, Problem> {
    let form = accepted(&headers, &["application/json", "application/x-ndjson", "text/csv"]);
    let filter = AuditFilter {
        from: query.from,
        to: query.to,
        provider: query.provider,
        model: query.model,
        action: query.action,
        job: query.job,
        after: query.cursor,
        order: Order::NewestFirst,
    };
    match form.and_then(Form::of) {
        Some(form) => {
            let most = query.limit.map(Listing::limit);
            let query = uri.query().unwrap_or_default();
            app.export(&principal.tenant, filter, (form, most, query)).await
        }
        None => {
            let limit = query.limit.unwrap_or_default().limit();
            let page = app.trail.list(&principal.tenant, &filter, limit).await?;
            let items: Vec<_> = page.items.into_iter().map(AuditLine::from).collect();
            Ok(reply::page(&items, page.next.map(|id| id.to_string())))
        }
    }
}
