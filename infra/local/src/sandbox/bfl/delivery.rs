//! `GET /delivery/{id}/sample.{format}`: the image, behind a link that is signed and soon expires.
//!
//! With the provider this is another host, which is none of an API key's business. Whoever sends one is told off,
//! so that a client that gives its API key away is found out.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use jiff::Timestamp;
use ring::hmac;
use serde::Deserialize;

use super::super::Sandbox;
use super::super::hex;
use super::authorization::HEADER;
use super::error::BflError;
use super::tasks::{Stage, Task};

/// Seconds. Every time a result is asked for, they start anew.
const LIFE: i64 = 600;

/// Signs links. Those from before a restart are no longer good; a result gives a new one.
pub(super) struct Signature(hmac::Key);

impl Signature {
    pub(super) fn make() -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &runtime::random::<32>()))
    }

    fn of(&self, path: &str, expiry: i64) -> String {
        hex::encode(hmac::sign(&self.0, signed(path, expiry).as_bytes()).as_ref())
    }

    fn fits(&self, path: &str, Seal { se, sig }: &Seal) -> bool {
        let signature = hex::decode::<32>(sig);
        signature.is_some_and(|sig| hmac::verify(&self.0, signed(path, *se).as_bytes(), &sig).is_ok())
    }
}

/// What makes a link good.
#[derive(Deserialize)]
pub(super) struct Seal {
    /// When it expires, in seconds since 1970.
    se: i64,
    sig: String,
}

/// The link to a task's image, without the host.
pub(super) fn link(sandbox: &Sandbox, task: &Task, now: Timestamp) -> String {
    let expiry = now.as_second().saturating_add(LIFE);
    let path = format!("/delivery/{}/{}", task.id, file_name(task));
    let signature = sandbox.bfl.signature.of(&path, expiry);
    format!("{path}?se={expiry}&sig={signature}")
}

pub(super) async fn sample(
    State(sandbox): State<Arc<Sandbox>>,
    Path((id, file)): Path<(String, String)>,
    headers: HeaderMap,
    seal: Result<Query<Seal>, QueryRejection>,
) -> Result<Response, BflError> {
    if headers.contains_key(HEADER) || headers.contains_key(AUTHORIZATION) {
        return Err(BflError::api_key_at_delivery());
    }
    let (Query(seal), now) = (seal.map_err(|_| BflError::bad_signature())?, runtime::now());
    let fits = sandbox.bfl.signature.fits(&format!("/delivery/{id}/{file}"), &seal);
    if !fits || seal.se <= now.as_second() {
        return Err(BflError::bad_signature());
    }
    let task = sandbox.bfl.tasks.find(&id).filter(|task| task.stage(now) == Stage::Ready);
    let task = task.ok_or_else(BflError::not_found)?;
    let content_type = task.sitting.format.content_type();
    let image = sandbox.draw(vec![task.sitting]).await?.pop().ok_or_else(BflError::server_error)?;
    Ok(([(CONTENT_TYPE, content_type)], image).into_response())
}

fn file_name(task: &Task) -> String {
    format!("sample.{}", task.sitting.format.name())
}

fn signed(path: &str, expiry: i64) -> String {
    format!("{expiry}\n{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_good_for_one_path_and_one_time() {
        let signature = Signature::make();
        let seal = |se| Seal { se, sig: signature.of("/a", 7) };
        assert!(signature.fits("/a", &seal(7)));
        assert!(!signature.fits("/a", &seal(8)) && !signature.fits("/b", &seal(7)));
        assert!(!Signature::make().fits("/a", &seal(7)));
        assert!(!signature.fits("/a", &Seal { se: 7, sig: String::new() }));
    }
}
