//! `GET /v1/notices`: what everybody of the account should hear of, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::NoticeId;
use domain::notice::{News, Notice};
use futures_util::future::join;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use web::{AccountRead, Listing, Permit, Problem, QueryOf, Time, has_seen, reply};

use crate::AccountApi;

/// When to ask again while work is waiting or under way, in seconds.
const SOON: u32 = 2;

/// When to ask again when nothing is going on, in seconds.
const LATER: u32 = 30;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// Only what came after this one.
    after: Option<NoticeId>,
    /// The `next_cursor` of the page before.
    cursor: Option<NoticeId>,
    #[serde(default)]
    limit: Listing,
}

/// Something that everybody of the account should hear of, once.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Notice"))]
#[derive(Serialize)]
pub(crate) struct NoticeView {
    id: NoticeId,
    at: Time,
    message: String,
    #[serde(flatten)]
    news: News,
}

/// The answer has an `ETag`, the newest notice. Whoever sends it back in `If-None-Match` is told at the cost of a small read
/// that there is nothing new (304). `Retry-After` says when to ask again, so that an open page hears of things in time.
pub(crate) async fn list(
    Permit(principal, _): Permit<AccountRead>,
    QueryOf(query): QueryOf<Query>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let tenant = &principal.tenant;
    let (newest, busy) = join(app.notices.newest(tenant), app.jobs.are_going_on(tenant)).await;
    let tag = newest?.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let again = if busy? { SOON } else { LATER };
    if has_seen(&headers, &tag) {
        return Ok(reply::look_again(reply::not_modified(&tag), again));
    }
    let page = app.notices.list(tenant, (query.cursor, query.after), query.limit.limit()).await?;
    let view =
        |Notice { id, at, news, .. }: Notice| NoticeView { id, at: Time(at), message: news.in_words(), news };
    let items: Vec<_> = page.items.into_iter().map(view).collect();
    let answer = reply::page(&items, page.next.map(|id| id.to_string()));
    Ok(reply::look_again(reply::tagged(answer, &tag), again))
}
