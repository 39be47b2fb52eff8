//! An image that came with a request, to make another one from.

use imagesize::ImageType;

use super::avatar::Likeness;

/// What is kept of it: never the image itself.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) width: u64,
    pub(super) height: u64,
    /// Of whom it shows; `None` if it was not looked at.
    pub(super) likeness: Option<Likeness>,
}

impl Reference {
    /// Looks at a PNG, JPEG or WebP file; anything else is `None`.
    pub(super) fn read(file: &[u8]) -> Option<Self> {
        if !matches!(imagesize::image_type(file), Ok(ImageType::Png | ImageType::Jpeg | ImageType::Webp)) {
            return None;
        }
        let size = imagesize::blob_size(file).ok()?;
        let (width, height) = (u64::try_from(size.width).ok()?, u64::try_from(size.height).ok()?);
        (width > 0 && height > 0).then(|| Self { width, height, likeness: Some(Likeness::seen_in(file)) })
    }

    /// How many.
    pub(super) fn pixels(&self) -> u64 {
        self.width.saturating_mul(self.height)
    }
}

/// Who is to be seen in an image made from these: whom the first one shows.
pub(super) fn sitter(references: &[Reference]) -> Option<Likeness> {
    references.iter().find_map(|reference| reference.likeness.clone())
}
