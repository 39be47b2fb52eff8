//! Black Forest Labs: <https://docs.bfl.ai>.
//!
//! Images come later: a request only becomes a task, which is asked about until its image lies ready behind a
//! signed link. Tasks outlive `kill -9`, as they would at a provider. Requests are checked against the published
//! contract; its webhooks and blob paths are not there, and asked for, the sandbox says so.

mod authorization;
mod credits;
mod delivery;
mod error;
mod fields;
mod flux2;
mod flux3;
mod models;
mod order;
mod price;
mod result;
mod submit;
mod tasks;

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use http::HeaderMap;
use http::header::HOST;

use self::delivery::Signature;
use self::error::BflError;
use self::tasks::Tasks;
use super::Sandbox;

/// Ten images in base64 would be more, but not many send them.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// What the provider remembers.
pub(super) struct Bfl {
    tasks: Tasks,
    signature: Signature,
    /// One request is taken on after the other, so that no two become the last task that an account may have.
    counter: tokio::sync::Mutex<()>,
}

impl Bfl {
    /// Reads the tasks in the folder, or begins with none.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let (tasks, signature) = (Tasks::open(dir)?, Signature::make());
        Ok(Self { tasks, signature, counter: tokio::sync::Mutex::default() })
    }
}

/// The routes.
pub(super) fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        // Ask for an image.
        .route("/v1/{model}", post(submit::submit).layer(DefaultBodyLimit::max(LARGEST_BODY)))
        // Ask what became of it, and fetch it from what would be another host.
        .route("/v1/get_result", get(result::get_result))
        .route("/delivery/{id}/{file}", get(delivery::sample))
        // Ask what is left. Free; it proves the API key.
        .route("/v1/credits", get(credits::credits))
        .fallback(async || BflError::not_found())
        .method_not_allowed_fallback(async || BflError::wrong_method())
        .with_state(sandbox)
}

/// Where the caller reaches us: links in answers are absolute. Whoever speaks TLS in front of us says so.
fn here(headers: &HeaderMap) -> Result<String, BflError> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).ok_or_else(BflError::no_host)?;
    let scheme = headers
        .get("x-forwarded-proto")
        .map_or("http", |proto| if proto == "https" { "https" } else { "http" });
    Ok(format!("{scheme}://{host}/bfl"))
}
