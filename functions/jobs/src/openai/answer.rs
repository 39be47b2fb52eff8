//! The answer with the images, in OpenAI's format.

use axum::response::{IntoResponse, Response};
use domain::job::{Job, State};
use domain::outcome::{Made, StoredImage, TokenUsage};
use domain::{Fault, Usd};
use futures_util::future::try_join_all;
use serde::Serialize;
use web::openai::{Ending, Refusal};
use web::{Problem, reply};

use super::ask::Format;
use super::outcome::ending;
use crate::JobsApi;

/// How many bytes the images of one answer may have together. A function answers with 6 MB at most, and base64 makes four
/// letters of three bytes.
const LARGEST: u64 = 4_400_000;

/// The images, as OpenAI answers with them.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "OpenaiImages"))]
#[derive(Serialize)]
pub(crate) struct Answer {
    created: i64,
    data: Vec<Datum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    /// What OpenAI's format has no place for.
    ownkey: Behind,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline))]
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Datum {
    B64Json(String),
    Url(String),
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline))]
#[derive(Serialize)]
struct Usage {
    input_tokens: u64,
    input_tokens_details: InputTokens,
    output_tokens: u64,
    total_tokens: u64,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline))]
#[derive(Serialize)]
struct InputTokens {
    text_tokens: u64,
    image_tokens: u64,
}

/// What is behind the images.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline))]
#[derive(Serialize)]
struct Behind {
    /// In the order of `data`.
    jobs: Vec<String>,
    /// What they have cost together, as far as it is known.
    cost: Usd,
    /// Those without an image, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    without: Vec<Without>,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline))]
#[derive(Serialize)]
struct Without {
    job: String,
    message: String,
}

impl JobsApi {
    /// Answers with the images of jobs, of which at least one has made one.
    pub(super) async fn images_of(&self, jobs: &[Job], format: Format) -> Result<Response, Problem> {
        let made: Vec<_> = jobs.iter().filter_map(|job| Some((job, image(job)?))).collect();
        let data = match format {
            Format::Url => {
                let links =
                    made.iter().map(|(_, image)| self.images.link(&image.object_key, &image.content_type));
                try_join_all(links).await?.into_iter().map(Datum::Url).collect()
            }
            Format::B64Json if made.iter().map(|(_, image)| image.bytes).sum::<u64>() > LARGEST => {
                return Ok(too_large(&made).into_response());
            }
            Format::B64Json => {
                let read = made.iter().map(|(_, image)| self.images.read(&image.object_key, image.bytes));
                let images = try_join_all(read).await.map_err(|fault| match fault {
                    // It is on record, so it is not the caller's mistake.
                    Fault::NotFound => Fault::Broken,
                    other => other,
                })?;
                let encode = |image: &bytes::Bytes| base64_simd::STANDARD.encode_to_string(image);
                images.iter().map(|image| Datum::B64Json(encode(image))).collect()
            }
        };
        let first = made.first().map(|(_, image)| *image);
        let finished = made.iter().filter_map(|(job, _)| job.finished_at).max();
        let cost = jobs.iter().filter_map(Job::total_cost).fold(Usd::ZERO, |sum, cost| sum + cost);
        let without = jobs
            .iter()
            .filter_map(|job| ending(job).map(|(_, message)| Without { job: job.id.to_string(), message }));
        Ok(reply::ok(&Answer {
            created: finished.map_or(0, |at| at.as_second()),
            data,
            output_format: first
                .and_then(|image| Some(image.content_type.strip_prefix("image/")?.to_owned())),
            size: first.map(|image| format!("{}x{}", image.width, image.height)),
            usage: usage(&made),
            ownkey: Behind {
                jobs: made.iter().map(|(job, _)| job.id.to_string()).collect(),
                cost,
                without: without.collect(),
            },
        }))
    }
}

fn image(job: &Job) -> Option<&StoredImage> {
    match &job.state {
        State::Succeeded { made: Made::Image(image) } => Some(image),
        _ => None,
    }
}

fn too_large(made: &[(&Job, &StoredImage)]) -> Refusal {
    let places: Vec<_> = made.iter().map(|(job, _)| format!("/v1/jobs/{}/image", job.id)).collect();
    let message = format!(
        "The images are made, and too large for one answer: fetch them from {}. Ask with `response_format`: `url` for \
         links, or with `output_format`: `jpeg` or `webp` for smaller ones.",
        places.join(", ")
    );
    let jobs = made.iter().map(|(job, _)| job.id.to_string()).collect();
    Refusal { ending: Ending::TooLarge, message, jobs, again: false }
}

/// What the provider has counted, if it has for each of them.
fn usage(made: &[(&Job, &StoredImage)]) -> Option<Usage> {
    let tokens: Option<Vec<TokenUsage>> = made.iter().map(|(job, _)| job.cost.as_ref()?.tokens).collect();
    let sum = |of: fn(&TokenUsage) -> u64| tokens.as_ref().map(|tokens| tokens.iter().map(of).sum::<u64>());
    let text_tokens = sum(|tokens| tokens.text_in)?;
    let image_tokens = sum(|tokens| tokens.image_in)?;
    let output_tokens = sum(|tokens| tokens.output)?;
    let input_tokens = text_tokens + image_tokens;
    Some(Usage {
        input_tokens,
        input_tokens_details: InputTokens { text_tokens, image_tokens },
        output_tokens,
        total_tokens: input_tokens + output_tokens,
    })
}
