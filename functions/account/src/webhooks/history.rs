//! What was sent to a webhook and what became of it; sending it again, and trying the webhook.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use domain::delivery::{Delivery, NoticeRef};
use domain::notice::{News, Notice};
use domain::{NoticeId, WebhookId};
use runtime::{now, random};
use serde::Deserialize;
use web::{AccountRead, AccountWrite, JsonBody, Listing, Nothing, PathOf, Permit, Problem, QueryOf, reply};

use super::view::DeliveryView;
use crate::AccountApi;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The `next_cursor` of the page before.
    cursor: Option<NoticeId>,
    #[serde(default)]
    limit: Listing,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Redelivery"))]
/// What to send again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redeliver {
    /// Which: its `id`.
    delivery: NoticeId,
}

/// `GET /v1/webhooks/{id}/deliveries`: of the last 30 days, the newest first.
pub(crate) async fn deliveries(
    Permit(principal, _): Permit<AccountRead>,
    PathOf(id): PathOf<WebhookId>,
    QueryOf(query): QueryOf<Query>,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let webhook = app.webhooks.read(&principal.tenant, id).await?;
    let of = (&principal.tenant, webhook.id);
    let page = app.deliveries.list(of, query.cursor, query.limit.limit()).await?;
    let items: Vec<_> = page.items.into_iter().map(DeliveryView::of).collect();
    Ok(reply::page(&items, page.next.map(|id| id.to_string())))
}

/// `POST /v1/webhooks/{id}/test`: sends something of no meaning, also to a webhook that is switched off.
pub(crate) async fn test(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(id): PathOf<WebhookId>,
    State(app): State<Arc<AccountApi>>,
    _nothing: Option<JsonBody<Nothing>>,
) -> Result<Response, Problem> {
    let webhook = app.webhooks.read(&principal.tenant, id).await?;
    let at = now();
    let notice = Notice {
        id: NoticeId::make(at, &random()),
        tenant: principal.tenant,
        at,
        news: News::WebhookTest { webhook: webhook.id },
    };
    let delivery = Delivery::of(&notice, webhook.id, at);
    app.deliveries.create(&delivery).await?;
    Ok(app.on_its_way(delivery).await)
}

/// `POST /v1/webhooks/{id}/redeliver`: the same body under the same id, once more.
pub(crate) async fn redeliver(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(id): PathOf<WebhookId>,
    State(app): State<Arc<AccountApi>>,
    JsonBody(body): JsonBody<Redeliver>,
) -> Result<Response, Problem> {
    let webhook = app.webhooks.read(&principal.tenant, id).await?;
    let delivery = app.deliveries.read(&principal.tenant, webhook.id, body.delivery).await?;
    let again = delivery.again(now());
    app.deliveries.advance(&again).await?;
    Ok(app.on_its_way(again).await)
}

impl AccountApi {
    /// 202 with a delivery that is on record. If its pointer cannot be sent, the sweeper sends it.
    async fn on_its_way(&self, delivery: Delivery) -> Response {
        let Delivery { id, kind, webhook, .. } = delivery;
        let notice_ref = NoticeRef::one(delivery.tenant.clone(), id, kind, webhook);
        let _sweeper_will = self.notifier.send(&notice_ref, Duration::ZERO).await;
        reply::accepted(&DeliveryView::of(delivery), &format!("/v1/webhooks/{webhook}/deliveries"), 2)
    }
}
