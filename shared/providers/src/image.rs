//! An image as it came from a provider: looked at, not believed.

use bytes::Bytes;
use domain::outcome::Billed;
use imagesize::ImageType;
use ring::digest::{SHA256, digest};
use tokio::sync::OwnedSemaphorePermit;

/// A larger image is not taken.
pub(crate) const LARGEST_IMAGE: usize = 64 * 1024 * 1024;

/// An image that was just made and paid for.
#[derive(Debug)]
pub struct MadeImage {
    /// The image file.
    pub bytes: Bytes,
    /// Read from the bytes: `image/png`, `image/jpeg` or `image/webp`.
    pub content_type: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
    /// What the provider bills for it.
    pub billed: Billed,
    /// The provider's id for the call.
    pub request_id: Option<String>,
    /// Until the image is let go of, its turn among the few in memory lasts.
    pub(crate) _turn: Option<OwnedSemaphorePermit>,
}

/// What the bytes are, if they are an image of a kind that is shown to people.
struct Looked {
    content_type: &'static str,
    width: u32,
    height: u32,
    sha256: String,
}

/// A picture that goes along with a request.
#[derive(Debug)]
pub struct ReferenceImage {
    /// The image file.
    pub bytes: Bytes,
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub content_type: String,
}

impl MadeImage {
    /// Takes the bytes for an image if they are one. `turn` lasts as long as the image is held.
    pub(crate) fn of(
        bytes: Vec<u8>,
        billed: Billed,
        request_id: Option<String>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Option<Self> {
        let Looked { content_type, width, height, sha256 } = look_at(&bytes)?;
        let bytes = bytes.into();
        Some(Self { bytes, content_type, width, height, sha256, billed, request_id, _turn: turn })
    }
}

fn look_at(bytes: &[u8]) -> Option<Looked> {
    let content_type = match imagesize::image_type(bytes).ok()? {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Webp => "image/webp",
        _ => return None,
    };
    let size = imagesize::blob_size(bytes).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    let sha256 = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    (width > 0 && height > 0).then_some(Looked { content_type, width, height, sha256 })
}
