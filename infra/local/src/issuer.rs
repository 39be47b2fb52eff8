//! The token issuer of the local stack, in the place of Cognito or another OIDC provider: `GET /local/token`.
//! It gives anybody a token for any tenant, so it exists only here.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, EncodeRsaPublicKey, LineEnding};
use rsa::{RsaPrivateKey, RsaPublicKey};
use runtime::now;
use serde_json::{Value, json};

/// Who signs, in the tokens.
pub(crate) const ISSUER: &str = "ownkey-local";
/// For whom, in the tokens.
pub(crate) const AUDIENCE: &str = "ownkey";
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
        encode(&Header::new(Algorithm::RS256), &claims, &self.signing).map_err(io::Error::other)
    }

    /// The claims of a token, if it is good: one algorithm, one issuer, one audience, not expired.
    pub(crate) fn check(&self, token: &str) -> Option<HashMap<String, String>> {
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        rules.validate_nbf = true;
        let claims = decode::<HashMap<String, Value>>(token, &self.checking, &rules).ok()?.claims;
        Some(claims.into_iter().map(|(name, value)| (name, as_the_gateway_says(&value))).collect())
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
