//! Who asks, and what they may do. A handler names the permission in its signature, so it cannot forget it.

use std::collections::HashMap;
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use domain::TenantId;
use http::Extensions;
use http::request::Parts;

use crate::{Problem, ProblemKind};

/// The claims of a token that the gateway has checked. Put into the request by `lambda` or by the local gateway.
#[derive(Clone, Debug, Default)]
pub struct Claims(pub HashMap<String, String>);

/// The gateway's id of the request, for the log and the answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Which claim names the tenant: the stack's `TenantClaim` parameter.
#[derive(Clone, Debug)]
pub struct TenantClaim(pub String);

/// What stands before each scope in a token: nothing, or for the own user pool the name of the API, because Cognito
/// writes a scope with what it is for, as in `https://api.ownkey/keys:read`.
#[derive(Clone, Debug, Default)]
pub struct ScopePrefix(pub String);

/// An authenticated asker.
#[derive(Clone, Debug)]
pub struct Principal {
    /// In whose account.
    pub tenant: TenantId,
    /// Who: the token's `sub`. Recorded in the audit trail.
    pub actor: String,
}

/// A principal with the permission `S`.
pub struct Permit<S>(pub Principal, pub PhantomData<S>);

/// A permission that a token can grant.
pub trait Scope: Send + Sync {
    /// The scope's name in the token.
    const NAME: &'static str;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $scope:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Scope for $name {
            const NAME: &'static str = $scope;
        }
    )*};
}

scopes! {
    /// See which API keys are stored.
    KeysRead = "keys:read";
    /// Store, replace, test and revoke API keys.
    KeysWrite = "keys:write";
    /// See jobs, images and models.
    JobsRead = "jobs:read";
    /// Make, cancel, retry and resume jobs.
    JobsWrite = "jobs:write";
    /// See projects, budgets, usage and notices.
    AccountRead = "account:read";
    /// Change them.
    AccountWrite = "account:write";
    /// Read the audit trail.
    AuditRead = "audit:read";
}

impl<S: Scope, A: Send + Sync> FromRequestParts<A> for Permit<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &A) -> Result<Self, Problem> {
        let unauthorized = |detail: &str| Problem::new(ProblemKind::Unauthorized, detail);
        let claims = parts.extensions.get::<Claims>();
        let Claims(claims) =
            claims.ok_or_else(|| unauthorized("Send a token: `Authorization: Bearer ...`."))?;
        // Where an issuer tells its kinds of tokens apart, as Cognito does: one that says who somebody is allows nothing.
        if claims.get("token_use").is_some_and(|kind| kind != "access") {
            return Err(unauthorized("This token says who you are. Send the access token."));
        }
        let scopes = claims.get("scope").or_else(|| claims.get("scp")).map_or("", |claim| elements(claim));
        let prefix = parts.extensions.get::<ScopePrefix>().map_or("", |prefix| prefix.0.as_str());
        let granted = |scope: &str| scope.strip_prefix(prefix) == Some(S::NAME);
        if !scopes.split_ascii_whitespace().any(granted) {
            let needed = format!("{prefix}{}", S::NAME);
            let detail = format!("This needs the scope `{needed}`. Get a token that has it.");
            return Err(Problem::new(ProblemKind::MissingScope, detail).with("scope", needed));
        }
        let actor = claims.get("sub").filter(|sub| (1..=128).contains(&sub.len()));
        match (tenant_of(&parts.extensions), actor) {
            (Some(tenant), Some(actor)) => Ok(Self(Principal { tenant, actor: actor.clone() }, PhantomData)),
            _ => {
                let tenant_claim = tenant_claim(&parts.extensions);
                let detail =
                    format!("The token's claims `{tenant_claim}` and `sub` must name an account and a user.");
                Err(unauthorized(&detail))
            }
        }
    }
}

fn tenant_claim(extensions: &Extensions) -> &str {
    extensions.get::<TenantClaim>().map_or("sub", |claim| claim.0.as_str())
}

/// The tenant that the request's token names, if there is one and it names one.
pub(crate) fn tenant_of(extensions: &Extensions) -> Option<TenantId> {
    let Claims(claims) = extensions.get()?;
    elements(claims.get(tenant_claim(extensions))?).parse().ok()
}

/// API Gateway hands a claim that is a list on as `[a b]`. A tenant must then be the only one in it.
fn elements(claim: &str) -> &str {
    claim.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(claim)
}
