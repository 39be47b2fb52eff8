//! Fetching a finished image. Its address is signed and works for ten minutes; no API key goes there.

use std::sync::Arc;
use std::time::Duration;

use domain::outcome::{Billed, CallFailure, FailureClass};
use reqwest::{Client, Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::address::{Purpose, allowed};
use super::ask::Sample;
use crate::http::{failure, send_within, turn};
use crate::image::{LARGEST_IMAGE, MadeImage};

/// How long the delivery host may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the image may take to arrive. There is time for several tries within the ten minutes.
const ARRIVAL: Duration = Duration::from_secs(90);

/// An image that was made and could not be fetched.
#[derive(Debug)]
pub enum SampleFailure {
    /// The delivery host did not answer, or broke off. The order can be asked about again.
    Again(CallFailure),
    /// What is there is not taken, however often it is tried.
    Final(CallFailure),
}

pub(crate) async fn fetch(
    http: &Client,
    base: &str,
    turns: &Arc<Semaphore>,
    sample: &Sample,
) -> Result<MadeImage, SampleFailure> {
    let billed = sample.cost.map_or(Billed::Unsaid, Billed::Amount);
    let refused = |failure| SampleFailure::Final(CallFailure { billed, ..failure });
    let again = |failure| SampleFailure::Again(CallFailure { billed, ..failure });
    let url = allowed(&sample.url, Purpose::Fetching, base).ok_or_else(|| refused(elsewhere()))?;
    let response = send_within(PATIENCE, http.get(url)).await.map_err(|_| again(not_fetched()))?;
    match response.status() {
        StatusCode::OK => {}
        status if status.is_redirection() => return Err(refused(elsewhere())),
        _ => return Err(again(not_fetched())),
    }
    let turn = turn(turns).await;
    let bytes = match timeout(ARRIVAL, read(response)).await {
        Ok(Some(Ok(bytes))) => bytes,
        Ok(Some(Err(TooLarge))) => return Err(refused(too_large())),
        Ok(None) | Err(_) => return Err(again(not_fetched())),
    };
    MadeImage::of(bytes, billed, None, turn).ok_or_else(|| refused(no_image()))
}

struct TooLarge;

/// The bytes as they arrive, none when they break off. What is too large is not read to its end.
async fn read(mut response: Response) -> Option<Result<Vec<u8>, TooLarge>> {
    let announced = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if announced > LARGEST_IMAGE {
        return Some(Err(TooLarge));
    }
    let mut bytes = Vec::with_capacity(announced);
    while let Some(chunk) = response.chunk().await.ok()? {
        if bytes.len() + chunk.len() > LARGEST_IMAGE {
            return Some(Err(TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Some(Ok(bytes))
}

fn elsewhere() -> CallFailure {
    unusable(
        "foreign_address",
        "The provider named an address outside its own domain to fetch the image from",
    )
}

fn too_large() -> CallFailure {
    unusable("too_large", "The image is larger than 64 MB")
}

fn no_image() -> CallFailure {
    unusable("no_image", "What the provider delivered is no PNG, JPEG or WebP image")
}

fn unusable(code: &'static str, what: &str) -> CallFailure {
    let message = format!("{what}. Ownkey did not take it. The provider has probably charged for it.");
    failure(FailureClass::UnusableAnswer, code, &message)
}

fn not_fetched() -> CallFailure {
    let message = "The image was made but could not be fetched. The provider has probably charged for it.";
    failure(FailureClass::UnusableAnswer, "not_fetched", message)
}
