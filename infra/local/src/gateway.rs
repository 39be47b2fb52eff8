//! What API Gateway does in AWS: checks the token before a function sees the request, and hands on its claims.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::TenantId;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST};
use serde::Deserialize;
use serde_json::json;
use web::{Claims, Problem, ProblemKind, QueryOf, RequestId, RequestLimit, TenantClaim, reply};

use crate::issuer::{Issuer, LIFETIME};

/// Every scope there is, for a token that asks for none in particular.
const ALL_SCOPES: &str = "keys:read keys:write jobs:read jobs:write account:read account:write audit:read";

/// Puts the gateway before the functions.
pub(crate) fn gateway(functions: Router, issuer: Issuer, limit: RequestLimit) -> Router {
    let issuer = Arc::new(issuer);
    let local = Router::new().route("/local/token", get(token)).with_state(issuer.clone());
    let admitted = web::finish(functions.merge(local), limit).layer(from_fn_with_state(issuer, admit));
    admitted.layer(from_fn(web::openai::in_its_words))
}

async fn admit(State(issuer): State<Arc<Issuer>>, mut request: Request, next: Next) -> Response {
    if !is_loopback(request.headers()) {
        let detail = "This stack is for this machine only. Open it as http://127.0.0.1 or http://localhost.";
        return Problem::new(ProblemKind::InvalidRequest, detail).into_response();
    }
    let refuse = |detail: &str| Problem::new(ProblemKind::Unauthorized, detail).into_response();
    let claims = match bearer(request.headers()) {
        Credentials::None => None,
        Credentials::OtherScheme => return refuse("Send a token: `Authorization: Bearer ...`."),
        Credentials::Token(token) => match issuer.check(token) {
            Some(claims) => Some(Claims(claims)),
            None => {
                return refuse("The token is not accepted: expired, or not of this issuer. Get a new one.");
            }
        },
    };
    let extensions = request.extensions_mut();
    extensions.insert(RequestId(uuid::Uuid::from_bytes(runtime::random()).to_string()));
    extensions.insert(TenantClaim("tenant".to_owned()));
    if let Some(claims) = claims {
        extensions.insert(claims);
    }
    next.run(request).await
}

/// Anybody may have a token here, so a page from elsewhere must not get at it by a name that it lets point to
/// this machine (DNS rebinding).
fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

/// What a request shows to be let in.
enum Credentials<'a> {
    None,
    Token(&'a str),
    OtherScheme,
}

/// The scheme's name may be written in any case (RFC 9110, section 11.1).
fn bearer(headers: &HeaderMap) -> Credentials<'_> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Credentials::None };
    match value.to_str().unwrap_or_default().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Credentials::Token(token.trim()),
        _ => Credentials::OtherScheme,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenQuery {
    #[serde(default = "me")]
    tenant: String,
    sub: Option<String>,
    scope: Option<String>,
}

fn me() -> String {
    "me".to_owned()
}

async fn token(
    State(issuer): State<Arc<Issuer>>,
    QueryOf(query): QueryOf<TokenQuery>,
) -> Result<Response, Problem> {
    if query.tenant.parse::<TenantId>().is_err() {
        let detail = "`tenant` must have 1 to 128 letters, digits or -_.:|@+, and not begin a path.";
        return Err(Problem::new(ProblemKind::InvalidRequest, detail).with("field", "tenant"));
    }
    let sub = query.sub.as_deref().unwrap_or(&query.tenant);
    let scope = query.scope.as_deref().unwrap_or(ALL_SCOPES);
    let token = issuer.token(&query.tenant, sub, scope).map_err(|_| domain::Fault::Broken)?;
    Ok(reply::ok(&json!({ "access_token": token, "token_type": "Bearer", "expires_in": LIFETIME })))
}
