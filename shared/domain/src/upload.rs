//! A photo that somebody uploads, to be used as a reference for new images.
//!
//! There is no upload without consent: it is made only from somebody's word that the person shown has agreed.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::{Action, AuditEvent};
use crate::outcome::StoredImage;
use crate::{AuditId, TenantId, UploadId};

/// The largest file, in bytes. Phones make photos of 2 to 8 MB.
pub const MOST_BYTES: u64 = 10 * 1024 * 1024;

/// The most pixels of a photo. Checked by what the file announces, before anything is decoded.
pub const MOST_PIXELS: u64 = 40_000_000;

/// The longest side of a photo, in pixels.
pub const LONGEST_SIDE: u32 = 12_000;

/// The longest side of the reference that is made of a photo, in pixels. Providers bill references by the megapixel
/// and look at no more than this; every photo above would be paid for each time it is used.
pub const REFERENCE_SIDE: u32 = 2_048;

/// How long the form for uploading works. Whoever has it can upload.
pub const FORM_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// How long an upload is kept that is not ready: as long as the bucket keeps what was uploaded.
pub const WAITING_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a reference is kept once it is ready. Faces are personal data, so not for ever.
pub const READY_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What a photo may be.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PhotoType {
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// WebP.
    #[serde(rename = "image/webp")]
    Webp,
}

impl PhotoType {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// The name, for people.
impl fmt::Display for PhotoType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
        })
    }
}

/// An upload as it is on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Sorts by the time of its making.
    pub id: UploadId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What was announced. What was uploaded may differ, and is then refused.
    pub content_type: PhotoType,
    /// Who announced it, and said that the person shown has agreed.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// From when on it is gone, the reference with it.
    pub expires_at: Timestamp,
    /// Counts the changes: each is written on condition that nobody else was first.
    pub revision: u64,
    /// What has become of it.
    pub state: UploadState,
}

/// What has become of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// Nobody has looked yet at what was uploaded, if anything was.
    Waiting,
    /// There is a reference that was made of the photo.
    Ready(StoredImage),
    /// What was uploaded cannot be used. It is deleted.
    Refused {
        /// Why, for people.
        reason: String,
    },
}

impl UploadState {
    /// The name in the API and in the tables.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ready(_) => "ready",
            Self::Refused { .. } => "refused",
        }
    }
}

impl Upload {
    /// An upload that waits for its photo. The caller has heard that the person shown has agreed.
    pub fn waiting(
        id: UploadId,
        tenant: TenantId,
        content_type: PhotoType,
        created_by: String,
        at: Timestamp,
    ) -> Self {
        let expires_at = after(at, WAITING_LIFETIME);
        let (revision, state) = (0, UploadState::Waiting);
        Self { id, tenant, content_type, created_by, created_at: at, expires_at, revision, state }
    }

    /// The upload once a reference was made of its photo.
    #[must_use]
    pub fn ready(&self, image: StoredImage, at: Timestamp) -> Self {
        let expires_at = after(at, READY_LIFETIME);
        Self { expires_at, revision: self.revision + 1, state: UploadState::Ready(image), ..self.clone() }
    }

    /// The upload once its photo turned out to be unusable. It is kept for as long as it would have waited, so that
    /// whoever asks learns why.
    #[must_use]
    pub fn refused(&self, reason: String) -> Self {
        Self { revision: self.revision + 1, state: UploadState::Refused { reason }, ..self.clone() }
    }

    /// Whether it is past its time. Tables remove what has expired within days, not at once.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// Where the photo arrives in the images bucket.
    pub fn arrival_object_key(&self) -> String {
        format!("uploads/{}/{}", self.tenant, self.id)
    }

    /// Where a reference with these bytes is kept in the images bucket. The digest is part of it, so that a second
    /// photo, uploaded while the first is looked at, cannot take the place of the first.
    pub fn reference_object_key(&self, sha256: &str) -> String {
        format!("references/{}/{}/{sha256}", self.tenant, self.id)
    }

    /// What happened to it, for the audit trail. `actor` is who made it happen.
    pub fn event(
        &self,
        made: (AuditId, Timestamp),
        actor: &str,
        action: Action,
        outcome: &str,
    ) -> AuditEvent {
        AuditEvent::of_subject(made, &self.tenant, actor, action, outcome, self.id.to_string())
    }
}

fn after(at: Timestamp, lifetime: Duration) -> Timestamp {
    at.saturating_add(lifetime).unwrap_or(Timestamp::MAX)
}
