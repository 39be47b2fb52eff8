//! What an item of a job is made of.

use domain::job::Earlier;
use domain::outcome::{Cost, CostSource, StoredImage, Submission, TokenUsage};
use domain::{Fault, Timestamp, Usd};
use serde::{Deserialize, Serialize};

use crate::audit_item::unreadable;

#[derive(Serialize, Deserialize)]
pub(crate) struct ImageItem {
    object_key: String,
    content_type: String,
    width: u32,
    height: u32,
    bytes: u64,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SubmissionItem {
    id: String,
    polling_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cost: Option<Usd>,
    at: Timestamp,
    polls: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct CostItem {
    amount: Usd,
    source: String,
    price_version: String,
    /// Text in, image in, out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tokens: Option<(u64, u64, u64)>,
}

pub(crate) fn image_to_item(image: &StoredImage) -> ImageItem {
    let StoredImage { object_key, content_type, width, height, bytes, sha256 } = image.clone();
    ImageItem { object_key, content_type, width, height, bytes, sha256 }
}

pub(crate) fn image_from_item(item: ImageItem) -> StoredImage {
    let ImageItem { object_key, content_type, width, height, bytes, sha256 } = item;
    StoredImage { object_key, content_type, width, height, bytes, sha256 }
}

pub(crate) fn submission_to_item(submission: &Submission) -> SubmissionItem {
    let Submission { id, polling_url, cost, at, polls } = submission.clone();
    SubmissionItem { id, polling_url, cost, at, polls }
}

pub(crate) fn submission_from_item(item: SubmissionItem) -> Submission {
    let SubmissionItem { id, polling_url, cost, at, polls } = item;
    Submission { id, polling_url, cost, at, polls }
}

pub(crate) fn cost_to_item(cost: &Cost) -> CostItem {
    CostItem {
        amount: cost.amount,
        source: cost.source.name().to_owned(),
        price_version: cost.price_version.clone(),
        tokens: cost.tokens.map(|tokens| (tokens.text_in, tokens.image_in, tokens.output)),
    }
}

pub(crate) fn cost_from_item(item: CostItem) -> Result<Cost, Fault> {
    let source = match item.source.as_str() {
        "provider" => CostSource::Provider,
        "usage" => CostSource::Usage,
        "price_table" => CostSource::PriceTable,
        other => return Err(unreadable("main", &format!("cost source {other}"))),
    };
    let tokens = item.tokens.map(|(text_in, image_in, output)| TokenUsage { text_in, image_in, output });
    Ok(Cost { amount: item.amount, source, price_version: item.price_version, tokens })
}

/// Nothing for the many jobs that were never retried.
pub(super) fn earlier_to_item(earlier: Earlier) -> Option<(u32, Usd, Usd)> {
    let Earlier { attempts, cost, at_most } = earlier;
    (earlier != Earlier::default()).then_some((attempts, cost, at_most))
}

pub(super) fn earlier_from_item(item: Option<(u32, Usd, Usd)>) -> Earlier {
    item.map(|(attempts, cost, at_most)| Earlier { attempts, cost, at_most }).unwrap_or_default()
}
