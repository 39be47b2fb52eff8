//! The token issuer of the local stack, in the place of Cognito or another OIDC provider: `GET /local/token`.
//! It gives anybody a token for any tenant, so it exists only here.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, EncodeRsaPublicKey, LineEnding};
use rsa::{RsaPrivateKey, RsaPublicKey};
use runtime::now;
use serde_json::{Value, json};

/// Who signs, in the tokens.
pub(crate) const ISSUER: &str = "ownkey-local";
/// For whom, in the tokens.
pub(crate) const AUDIENCE: &str = "ownkey";
/// Which of the issuer's keys has signed. It has one.
const SIGNING_KEY_ID: &str = "local-1";
/// How long a token is good, in seconds.
pub(crate) const LIFETIME: i64 = 3600;

/// Signs and checks tokens: RS256, as the gateway in AWS takes them.
pub(crate) struct Issuer {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Issuer {
    /// With the signing key in `path`, which is made on the first start.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let pem = match std::fs::read_to_string(path) {
            Ok(pem) => pem,
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_signing_key(path)?,
            Err(error) => return Err(error),
        };
        let private = RsaPrivateKey::from_pkcs1_pem(&pem).map_err(io::Error::other)?;
        let public = RsaPublicKey::from(&private).to_pkcs1_pem(LineEnding::LF).map_err(io::Error::other)?;
        Ok(Self {
            signing: EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(io::Error::other)?,
            checking: DecodingKey::from_rsa_pem(public.as_bytes()).map_err(io::Error::other)?,
        })
    }

    /// A token for a tenant's user.
    pub(crate) fn token(&self, tenant: &str, sub: &str, scope: &str) -> io::Result<String> {
        let issued_at = now().as_second();
        let claims = json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": sub,
            "tenant": tenant,
            "scope": scope,
            "iat": issued_at,
            "exp": issued_at + LIFETIME,
        });
        let header = Header { kid: Some(SIGNING_KEY_ID.to_owned()), ..Header::new(Algorithm::RS256) };
        encode(&header, &claims, &self.signing).map_err(io::Error::other)
    }

    /// The claims of a token, if it is good: one algorithm, one signing key, one issuer, one audience, and of this time.
    /// What else its header says is not looked at: no address, no key of its own.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>
    pub(crate) fn check(&self, token: &str) -> Option<HashMap<String, String>> {
        if decode_header(token).ok()?.kid.as_deref() != Some(SIGNING_KEY_ID) {
            return None;
        }
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "iss", "sub"]);
        rules.validate_nbf = true;
        rules.leeway = 0;
        // Below: some issuers name the client instead of an audience.
        rules.validate_aud = false;
        let claims = decode::<HashMap<String, Value>>(token, &self.checking, &rules).ok()?.claims;
        let from_the_future = match claims.get("iat") {
            Some(issued_at) => {
                issued_at.as_f64().is_none_or(|at| at > now().as_millisecond() as f64 / 1000.0)
            }
            None => false,
        };
        if from_the_future || !is_for_us(&claims) {
            return None;
        }
        Some(claims.into_iter().map(|(name, value)| (name, as_the_gateway_says(&value))).collect())
    }
}

/// API Gateway looks at `client_id` only when there is no `aud`.
fn is_for_us(claims: &HashMap<String, Value>) -> bool {
    match claims.get("aud").or_else(|| claims.get("client_id")) {
        Some(Value::Array(several)) => several.iter().any(|one| one == AUDIENCE),
        Some(one) => one == AUDIENCE,
        None => false,
    }
}

/// API Gateway hands claims on as text, lists as `[a b]`.
fn as_the_gateway_says(claim: &Value) -> String {
    match claim {
        Value::String(text) => text.clone(),
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(as_the_gateway_says).collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    }
}

fn make_signing_key(path: &Path) -> io::Result<String> {
    let private = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).map_err(io::Error::other)?;
    let pem = private.to_pkcs1_pem(LineEnding::LF).map_err(io::Error::other)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Whole or not at all: a torn file would keep every later start from succeeding.
    let unfinished = path.with_extension("unfinished");
    let mut file = options.open(&unfinished)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(unfinished, path)?;
    Ok(pem.to_string())
}
