//! The parts of a form: images to start from, and everything else as text.

use axum::body::Bytes;
use axum::extract::multipart::Multipart;
use serde_json::{Map, Value};

use super::super::reference::Reference;
use super::error::OpenAiError;
use super::fields::Fields;

const MOST_IMAGES: usize = 16;
const LARGEST_IMAGE: usize = 50 * 1000 * 1000;
const LARGEST_OVERLAY: usize = 4 * 1000 * 1000;

/// A form that was read to its end.
pub(super) struct Form {
    pub(super) fields: Fields,
    /// 1 to 16.
    pub(super) references: Vec<Reference>,
}

impl Form {
    /// Reads the parts.
    pub(super) async fn read(mut multipart: Multipart) -> Result<Self, OpenAiError> {
        let (mut texts, mut images, mut overlays) = (Map::new(), Images::default(), Vec::new());
        while let Some(part) = multipart.next_field().await.map_err(|_| OpenAiError::unreadable_body())? {
            let name = part.name().unwrap_or_default().to_owned();
            let content = part.bytes().await.map_err(|_| OpenAiError::unreadable_body())?;
            match name.as_str() {
                "image" => images.alone.push(content),
                "image[]" => images.listed.push(content),
                "mask" | "markup" => overlays.push((name, content)),
                _ => {
                    let text = String::from_utf8(content.into());
                    let text = text.map_err(|_| OpenAiError::invalid_type(&name, "a string"))?;
                    if texts.insert(name.clone(), Value::String(text)).is_some() {
                        return Err(OpenAiError::invalid_value(&name, "it was sent twice."));
                    }
                }
            }
        }
        let references = images.references()?;
        check_overlays(&overlays, &references)?;
        Ok(Self { fields: Fields::of_form(texts), references })
    }
}

/// One image is called `image`, several are called `image[]` each.
#[derive(Default)]
struct Images {
    alone: Vec<Bytes>,
    listed: Vec<Bytes>,
}

impl Images {
    fn references(self) -> Result<Vec<Reference>, OpenAiError> {
        let refused = |problem: &str| OpenAiError::invalid_value("image", problem);
        let images = match (self.alone.len(), self.listed.len()) {
            (0, 0) => return Err(OpenAiError::missing("image")),
            (1, 0) => self.alone,
            (0, 1..=MOST_IMAGES) => self.listed,
            (0, _) => return Err(refused("at most 16 images can be provided.")),
            _ => return Err(refused("send one `image`, or several parts named `image[]`.")),
        };
        let read = |image: &Bytes| {
            if image.len() >= LARGEST_IMAGE {
                return Err(refused("each image must be smaller than 50 MB."));
            }
            Reference::read(image).ok_or_else(|| refused("supported formats are png, webp and jpg."))
        };
        images.iter().map(read).collect()
    }
}

/// A mask or a markup lies over the first image and has its size. The sandbox draws anew and heeds neither.
fn check_overlays(overlays: &[(String, Bytes)], references: &[Reference]) -> Result<(), OpenAiError> {
    let [(name, file), others @ ..] = overlays else { return Ok(()) };
    let refused = |problem: &str| Err(OpenAiError::invalid_value(name, problem));
    if !others.is_empty() {
        return refused("send one mask or one markup.");
    }
    if file.len() >= LARGEST_OVERLAY || !matches!(imagesize::image_type(file), Ok(imagesize::ImageType::Png))
    {
        return refused("expected a PNG smaller than 4 MB.");
    }
    let size = Reference::read(file).map(|overlay| (overlay.width, overlay.height));
    if size != references.first().map(|image| (image.width, image.height)) {
        return refused("it must have the dimensions of the first image.");
    }
    Ok(())
}
