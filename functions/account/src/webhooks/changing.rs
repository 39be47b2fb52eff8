//! Making, editing and deleting webhooks, and changing what they are signed with.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::notice::NewsKind;
use domain::webhook::{Address, Disabled, LONGEST_LABEL, MOST_WEBHOOKS, Webhook};
use domain::{AuditId, Fault, Timestamp, WebhookId};
use http::HeaderMap;
use runtime::{now, random};
use serde::{Deserialize, Deserializer};
use web::{
    AccountWrite, JsonBody, Nothing, PathOf, Permit, Principal, Problem, ProblemKind, if_match, reply,
};

use super::view::WebhookView;
use crate::{AccountApi, unfit};

/// What is left out is as usual: told of all that people are told of, and without a label.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "WebhookRequest"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    /// Where to: https, a public address, no other port than 443.
    #[cfg_attr(feature = "contract", schemars(length(min = 1, max = 2000)))]
    url: String,
    /// What to be told of. All that people are told of, if it is left out.
    #[cfg_attr(feature = "contract", schemars(with = "Option<Vec<NewsKind>>", length(min = 1)))]
    events: Option<Vec<String>>,
    /// What people call it.
    #[cfg_attr(feature = "contract", schemars(length(min = 1, max = 100)))]
    label: Option<String>,
}

/// What is left out stays as it is. `"label": null` takes it away.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "WebhookChange"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// Where to.
    #[cfg_attr(feature = "contract", schemars(length(min = 1, max = 2000)))]
    url: Option<String>,
    /// What to be told of.
    #[cfg_attr(feature = "contract", schemars(with = "Option<Vec<NewsKind>>", length(min = 1)))]
    events: Option<Vec<String>>,
    /// What people call it; null takes the name away.
    #[cfg_attr(feature = "contract", schemars(with = "Option<String>", length(min = 1, max = 100)))]
    #[serde(default, deserialize_with = "there")]
    label: Option<Option<String>>,
    /// Whether anything is sent. True takes up again what was switched off.
    enabled: Option<bool>,
}

/// Tells `null` from nothing at all.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

/// `POST /v1/webhooks`. The secret is in the answer, and in no other.
pub(crate) async fn create(
    Permit(principal, _): Permit<AccountWrite>,
    State(app): State<Arc<AccountApi>>,
    JsonBody(body): JsonBody<New>,
) -> Result<Response, Problem> {
    let at = now();
    let webhook = Webhook {
        id: WebhookId::make(at, &random()),
        tenant: principal.tenant.clone(),
        url: app.address(&body.url)?,
        label: body.label.map(label).transpose()?,
        events: body.events.map_or_else(|| Ok(Webhook::usual_events()), |names| events(&names))?,
        secret: 1,
        earlier_secret_until: None,
        disabled: None,
        delivered_at: None,
        version: 1,
        created_at: at,
        updated_at: at,
    };
    // First what may fail: a webhook whose secret nobody has seen would be of no use.
    let secret = app.secrets.of(&webhook, webhook.secret).await?.to_text();
    let event = webhook.event(made(at), &principal.actor, Action::WebhookCreated, "ok");
    if !app.webhooks.create(&webhook, event).await? {
        let detail =
            format!("An account may have {MOST_WEBHOOKS} webhooks. Delete one that is not needed any more.");
        return Err(Problem::new(ProblemKind::TooManyWebhooks, detail).with("limit", MOST_WEBHOOKS));
    }
    let view = WebhookView::of(&webhook).with_secret(&secret);
    let answer = reply::created_with_location(&view, &format!("/v1/webhooks/{}", webhook.id));
    Ok(reply::of_version(answer, webhook.version))
}

/// `PUT /v1/webhooks/{id}`. `"enabled": true` takes one up again that was switched off.
pub(crate) async fn edit(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(id): PathOf<WebhookId>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Problem> {
    let from = app.webhooks.read(&principal.tenant, id).await?;
    if_match(&headers, from.version)?;
    let at = now();
    let mut to = from.changed(at);
    if let Some(url) = body.url {
        to.url = app.address(&url)?;
    }
    if let Some(names) = body.events {
        to.events = events(&names)?;
    }
    if let Some(given) = body.label {
        to.label = given.map(label).transpose()?;
    }
    match body.enabled {
        Some(true) => to.disabled = None,
        Some(false) if from.disabled.is_none() => {
            to.disabled = Some(Disabled { at, reason: "by_request".to_owned() });
        }
        Some(false) | None => {}
    }
    app.record(&principal, &from, &to, Action::WebhookChanged).await?;
    Ok(reply::of_version(reply::ok(&WebhookView::of(&to)), to.version))
}

/// `POST /v1/webhooks/{id}/secret`: another secret, shown once. The one before it signs too for a day.
pub(crate) async fn rotate(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(id): PathOf<WebhookId>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
    _nothing: Option<JsonBody<Nothing>>,
) -> Result<Response, Problem> {
    let from = app.webhooks.read(&principal.tenant, id).await?;
    if_match(&headers, from.version)?;
    let to = from.rotated(now());
    let secret = app.secrets.of(&to, to.secret).await?.to_text();
    app.record(&principal, &from, &to, Action::WebhookRotated).await?;
    Ok(reply::of_version(reply::ok(&WebhookView::of(&to).with_secret(&secret)), to.version))
}

/// `DELETE /v1/webhooks/{id}`.
pub(crate) async fn delete(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(id): PathOf<WebhookId>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let webhook = app.webhooks.read(&principal.tenant, id).await?;
    if_match(&headers, webhook.version)?;
    let event = webhook.event(made(now()), &principal.actor, Action::WebhookDeleted, "ok");
    app.webhooks.delete(&webhook, event).await?;
    Ok(reply::no_content())
}

impl AccountApi {
    fn address(&self, text: &str) -> Result<Address, Problem> {
        Address::parse(text, self.reach).map_err(|why| unfit("url", format!("{why}.")))
    }

    async fn record(
        &self,
        principal: &Principal,
        from: &Webhook,
        to: &Webhook,
        action: Action,
    ) -> Result<(), Fault> {
        let event = to.event(made(to.updated_at), &principal.actor, action, "ok");
        self.webhooks.change(from, to, event, None).await
    }
}

fn made(at: Timestamp) -> (AuditId, Timestamp) {
    (AuditId::make(at, &random()), at)
}

fn label(text: String) -> Result<String, Problem> {
    let length = text.chars().count();
    if (1..=LONGEST_LABEL).contains(&length) && !text.chars().any(char::is_control) {
        return Ok(text);
    }
    Err(unfit("label", format!("must have 1 to {LONGEST_LABEL} characters, in one line.")))
}

/// In the order of the list of all, and each once.
fn events(names: &[String]) -> Result<Vec<NewsKind>, Problem> {
    let all = || NewsKind::ALL.iter().copied().filter(|kind| kind.can_be_asked_for());
    let known = |name: &String| all().any(|kind| kind.name() == name);
    if names.is_empty() || !names.iter().all(known) {
        let all: Vec<_> = all().map(NewsKind::name).collect();
        return Err(unfit("events", format!("takes one or more of these: {}.", all.join(", "))));
    }
    Ok(all().filter(|kind| names.iter().any(|name| name == kind.name())).collect())
}
