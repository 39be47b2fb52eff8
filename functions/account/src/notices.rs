//! `GET /v1/notices`: what everybody of the account should hear of, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::NoticeId;
use domain::notice::{News, Notice};
use serde::{Deserialize, Serialize};
use web::{AccountRead, Listing, Permit, Problem, QueryOf, Time, reply};

use crate::AccountApi;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// Only what came after this one.
    after: Option<NoticeId>,
    cursor: Option<NoticeId>,
    #[serde(default)]
    limit: Listing,
}

#[derive(Serialize)]
struct NoticeView {
    id: NoticeId,
    at: Time,
    message: String,
    #[serde(flatten)]
    news: News,
}

pub(crate) async fn list(
    Permit(principal, _): Permit<AccountRead>,
    QueryOf(query): QueryOf<Query>,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let page = app.notices.list(&principal.tenant, (query.cursor, query.after), query.limit.limit()).await?;
    let view =
        |Notice { id, at, news, .. }: Notice| NoticeView { id, at: Time(at), message: news.in_words(), news };
    let items: Vec<_> = page.items.into_iter().map(view).collect();
    Ok(reply::page(&items, page.next.map(|id| id.to_string())))
}
