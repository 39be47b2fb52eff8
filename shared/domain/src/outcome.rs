//! What a provider's answer means, in the product's words. Filled in by `providers`, read by `settle`.

use std::time::Duration;

use jiff::Timestamp;

use crate::{PersonaId, Usd};

/// How a failed call is to be treated. Status and body together decide it, never the status alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureClass {
    /// The provider does not know the API key.
    BadApiKey,
    /// The API key is known but may not do this (organisation not verified, country, restricted key).
    NoPermission,
    /// There is no money behind the API key, or a spending limit is reached.
    OutOfCredit,
    /// Too many calls at once; later is fine.
    RateLimited,
    /// The provider's safety system refused the prompt or withheld the image.
    Moderated,
    /// The provider does not accept the request as it is.
    BadRequest,
    /// The provider does not have the model (any more).
    ModelRetired,
    /// Known not to have been accepted: overloaded, or never reached. Safe to send again.
    NotAccepted,
    /// The answer was lost, or says nothing: the provider may have done and billed it.
    UnknownOutcome,
    /// The provider took the work on and says that it failed. Whether it was billed is documented nowhere.
    ProviderFailed,
    /// An answer came and was billed, but what it holds cannot be used.
    UnusableAnswer,
}

/// A call that brought no result. Every text in it is ours: provider texts can echo an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFailure {
    /// How to treat it.
    pub class: FailureClass,
    /// The provider's error code, if it is one that we know; else our own.
    pub code: &'static str,
    /// What happened, for people.
    pub message: String,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
    /// The provider's id for the call.
    pub request_id: Option<String>,
    /// Whether it was billed all the same.
    pub billed: Billed,
}

/// What a provider bills for a call, as far as its answer tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Billed {
    /// Nothing: the call was refused.
    Nothing,
    /// It does not say. After a success that is the price list's figure; after a failure it may be nothing.
    Unsaid,
    /// So many tokens.
    Tokens(TokenUsage),
    /// So much.
    Amount(Usd),
}

/// Tokens that the provider counted for one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenUsage {
    /// Text tokens of the prompt.
    pub text_in: u64,
    /// Image tokens of reference images.
    pub image_in: u64,
    /// Tokens of what was drawn or written.
    pub output: u64,
}

/// Where the figure of a cost comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostSource {
    /// The provider's own figure for this call.
    Provider,
    /// The provider's token counts, times its price per token.
    Usage,
    /// The provider reported nothing; the price list says so much.
    PriceTable,
}

impl CostSource {
    /// The name in the API and in the tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Usage => "usage",
            Self::PriceTable => "price_table",
        }
    }
}

/// What a call cost at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// How much.
    pub amount: Usd,
    /// How we know.
    pub source: CostSource,
    /// Which price list it was computed with.
    pub price_version: String,
    /// What the provider counted, where it charges for tokens.
    pub tokens: Option<TokenUsage>,
}

/// A stored image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredImage {
    /// Where it is in the images bucket.
    pub object_key: String,
    /// `image/png`, `image/jpeg` or `image/webp`: read from the bytes, not believed.
    pub content_type: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
}

/// How long the archive of a batch is kept: as long as the bucket's rule says. It can be made again at any time.
pub const EXPORT_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// A stored archive of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredExport {
    /// Where it is in the images bucket.
    pub object_key: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// What a job has brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// An image, stored.
    Image(StoredImage),
    /// A persona, stored.
    Persona(PersonaId),
    /// An archive, stored.
    Export(StoredExport),
    /// The answer to a question: the API key works.
    Nothing,
}

impl Made {
    /// The image, if it is one.
    pub const fn image(&self) -> Option<&StoredImage> {
        match self {
            Self::Image(image) => Some(image),
            Self::Persona(_) | Self::Export(_) | Self::Nothing => None,
        }
    }
}

/// An order that an asynchronous provider has taken. From here on it is asked how far it is, and never sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The provider's id for it.
    pub id: String,
    /// Where the provider wants to be asked. Checked against the allowed hosts each time.
    pub polling_url: String,
    /// What the provider says it costs.
    pub cost: Option<Usd>,
    /// When it was taken.
    pub at: Timestamp,
    /// How often it was asked about.
    pub polls: u32,
}
