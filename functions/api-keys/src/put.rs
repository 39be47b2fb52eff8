//! `PUT .../api-keys/{provider}`: the life of an API key begins here. It is checked with the provider, sealed, and
//! stored; this is the only place outside the worker where it exists in plain text.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::credential::{Balance, CredentialMeta, CredentialState, Slot};
use domain::{ApiKey, AuditId, CredentialId, Fault, Usd};
use providers::Verification;
use runtime::{now, random};
use serde::{Deserialize, Deserializer};
use vault::EncryptionContext;
use web::{JsonBody, KeysWrite, PathOf, Permit, Problem, ProblemKind, QueryOf, reply};
use zeroize::Zeroizing;

use crate::view::CredentialView;
use crate::{ApiKeys, Place, waiting_jobs};

/// How often a registration is tried when somebody else changes the slot at the same time.
const TRIES: usize = 3;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "ApiKeyRegistration"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// As the provider shows it when it is made. It is never shown again.
    #[cfg_attr(feature = "contract", schemars(with = "String", length(min = 16, max = 260)))]
    api_key: SecretText,
    /// Your own name for it.
    label: Option<Label>,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    /// Whether the provider is asked about it first.
    #[serde(default = "yes")]
    verify: bool,
}

pub(crate) async fn put(
    Permit(principal, _): Permit<KeysWrite>,
    PathOf(place): PathOf<Place>,
    QueryOf(options): QueryOf<Options>,
    State(app): State<Arc<ApiKeys>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let slot = place.slot(&principal)?;
    let api_key = ApiKey::parse(slot.provider, body.api_key.0).map_err(|wrong| {
        Problem::new(ProblemKind::ApiKeyMalformed, format!("Nothing was stored: {wrong}."))
            .with("field", "api_key")
    })?;
    let word = if options.verify { verify(&app, &slot, &api_key).await? } else { Word::UNASKED };
    admit(&app, &slot, &principal.actor).await?;
    let label = body.label.map(|label| label.0);
    for _ in 0..TRIES {
        match register(&app, &slot, &api_key, label.clone(), &word, &principal.actor).await {
            Err(Fault::Conflict) => {}
            Err(fault) => return Err(fault.into()),
            Ok(meta) => {
                // Stored is stored: the answer must not fail on a count.
                let stored = app.credentials.list(&slot.tenant).await.unwrap_or_default();
                let waiting = waiting_jobs(&app, &slot, &stored).await.unwrap_or(0);
                let view = CredentialView::new(&meta, waiting);
                return Ok(if meta.version == 1 { reply::created(&view) } else { reply::ok(&view) });
            }
        }
    }
    Err(Fault::Conflict.into())
}

/// Holds a project's slot against the project. One that nobody has named before begins.
async fn admit(app: &ApiKeys, slot: &Slot, actor: &str) -> Result<(), Problem> {
    let Some(id) = slot.scope.project() else { return Ok(()) };
    let at = now();
    let project =
        app.projects.find_or_begin((&slot.tenant, actor), id, (AuditId::make(at, &random()), at)).await?;
    if project.archived_at.is_some() { Err(Problem::archived(id)) } else { Ok(()) }
}

/// What the provider says about an API key.
struct Word {
    state: CredentialState,
    balance: Option<Usd>,
}

impl Word {
    const UNASKED: Self = Self { state: CredentialState::Unverified, balance: None };
}

/// Asks the provider. A bad API key is refused, and the one stored before stays.
async fn verify(app: &ApiKeys, slot: &Slot, api_key: &ApiKey) -> Result<Word, Problem> {
    let refusal = match app.providers.verify(slot.provider, api_key).await {
        Verification::Accepted { balance } => return Ok(Word { state: CredentialState::Active, balance }),
        Verification::Unproven => return Ok(Word::UNASKED),
        Verification::Refused(refusal) => {
            let hint =
                app.refusal_hint.as_deref().unwrap_or("Check that it was copied whole and was not revoked.");
            let because = if refusal.code == "invalid_api_key" { "" } else { refusal.message.as_str() };
            let detail = format!("Nothing was stored. {because} {hint}").replace("  ", " ");
            Problem::new(ProblemKind::ApiKeyRejected, detail).with("code", refusal.code)
        }
        Verification::NoAnswer(failure) => {
            let name = slot.provider.display_name();
            let detail = format!(
                "{name} could not be asked about the API key. Nothing was stored. Try again, or store it unchecked \
                 with `?verify=false`."
            );
            Problem::new(ProblemKind::ProviderUnavailable, detail).with("code", failure.code)
        }
    };
    Err(refusal.with("provider", slot.provider.slug()))
}

/// Seals the API key and stores it as the next version of what lies in the slot.
async fn register(
    app: &ApiKeys,
    slot: &Slot,
    api_key: &ApiKey,
    label: Option<String>,
    word: &Word,
    actor: &str,
) -> Result<CredentialMeta, Fault> {
    let replaced = match app.credentials.read(slot).await {
        Ok(meta) => Some(meta),
        Err(Fault::NotFound) => None,
        Err(other) => return Err(other),
    };
    let at = now();
    let meta = CredentialMeta {
        id: replaced.as_ref().map_or_else(|| CredentialId::make(at, &random()), |old| old.id),
        slot: slot.clone(),
        version: replaced.as_ref().map_or(1, |old| old.version + 1),
        revision: replaced.as_ref().map_or(1, |old| old.revision + 1),
        label: label.or_else(|| replaced.as_ref().and_then(|old| old.label.clone())),
        hint: api_key.hint(),
        verified_at: (word.state == CredentialState::Active).then_some(at),
        state: word.state.clone(),
        created_at: replaced.as_ref().map_or(at, |old| old.created_at),
        last_used_at: replaced.as_ref().and_then(|old| old.last_used_at),
        balance: word.balance.map(|amount| Balance { amount, at }),
    };
    let sealed = app.sealer.seal(&EncryptionContext::of(app.sealer.stage(), &meta), api_key).await?;
    let action = if replaced.is_some() { Action::CredentialReplaced } else { Action::CredentialRegistered };
    let event = AuditEvent::of_credential(
        (AuditId::make(at, &random()), at),
        actor,
        action,
        meta.state.name(),
        &meta,
    );
    app.credentials.register(&app.vault_table, &meta, sealed.to_bytes(), replaced.as_ref(), event).await?;
    Ok(meta)
}

const fn yes() -> bool {
    true
}

/// A secret of the body, in a buffer that is wiped.
pub(crate) struct SecretText(Zeroizing<String>);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// The user's name for an API key.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline, extend("minLength" = 1, "maxLength" = 64)))]
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Label(String);

impl TryFrom<String> for Label {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        // A pasted API key must not end up in a field that is shown.
        if fits && !["sk-", "bfl_"].iter().any(|mark| text.starts_with(mark)) {
            Ok(Self(text))
        } else {
            Err("expected a name of 1 to 64 characters that is no API key")
        }
    }
}
