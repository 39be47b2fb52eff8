//! `DELETE /v1/account`: everything goes. The API keys are gone when the answer is sent; the rest is the sweeper's.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::erasure::Erasure;
use domain::{AuditId, Fault, TenantId};
use runtime::{now, random};
use serde::{Deserialize, Serialize};
use web::{AccountWrite, JsonBody, Permit, Problem, ProblemKind, Time, reply};

use crate::ApiKeys;

/// What must be sent along.
const CONFIRMATION: &str = "erase";

/// How soon it is worth trying again whether the account is open, in seconds: nothing is deleted for good before.
const LOOK_AGAIN: u32 = 60;

/// How often all API keys are looked up anew, when some are stored or replaced at the same time.
const ROUNDS: usize = 5;

/// That the account is to be erased.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "ErasureRequest"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// The word `erase`, so that nobody erases an account by a wrong address.
    confirm: String,
}

/// An account that is being erased.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Erasure"))]
#[derive(Serialize)]
pub(crate) struct ErasureView {
    /// `erasing`.
    state: &'static str,
    /// When its API keys were gone, and it took no more requests.
    begun_at: Time,
}

pub(crate) async fn erase(
    Permit(principal, _): Permit<AccountWrite>,
    State(app): State<Arc<ApiKeys>>,
    JsonBody(body): JsonBody<Confirmation>,
) -> Result<Response, Problem> {
    if body.confirm != CONFIRMATION {
        let detail = "Send {\"confirm\": \"erase\"}: API keys, images, personas, jobs and all else are deleted for good.";
        return Err(Problem::new(ProblemKind::InvalidParameter, detail).with("field", "confirm"));
    }
    // Before the account is closed: whoever dies between the two has lost nothing but API keys, and asks again.
    app.revoke_all(&principal.tenant, &principal.actor).await?;
    let erasure = match app.erasures.find(&principal.tenant).await? {
        Some(under_way) => under_way,
        None => app.close(principal.tenant.clone(), principal.actor.clone()).await?,
    };
    // What was being stored in that moment. From now on nothing can be.
    app.revoke_all(&principal.tenant, &principal.actor).await?;
    let view = ErasureView { state: "erasing", begun_at: Time(erasure.begun_at) };
    Ok(reply::begun(&view, LOOK_AGAIN))
}

impl ApiKeys {
    async fn close(&self, tenant: TenantId, actor: String) -> Result<Erasure, Fault> {
        let erasure = Erasure { tenant, begun_by: actor, begun_at: now() };
        let event = AuditEvent::of_subject(
            (AuditId::make(erasure.begun_at, &random()), erasure.begun_at),
            &erasure.tenant,
            &erasure.begun_by,
            Action::AccountErased,
            "begun",
            "account".to_owned(),
        );
        self.erasures.begin(&erasure, event).await?;
        Ok(erasure)
    }

    async fn revoke_all(&self, tenant: &TenantId, actor: &str) -> Result<(), Fault> {
        for _ in 0..ROUNDS {
            let stored = self.credentials.list(tenant).await?;
            if stored.is_empty() {
                return Ok(());
            }
            for meta in stored {
                let at = now();
                let id = AuditId::make(at, &random());
                let revoked = Action::CredentialRevoked;
                let event = AuditEvent::of_credential((id, at), actor, revoked, "account_erased", &meta);
                match self.credentials.revoke(&self.vault_table, &meta, event).await {
                    // Replaced or revoked meanwhile.
                    Ok(()) | Err(Fault::Conflict) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        Err(Fault::Conflict)
    }
}
