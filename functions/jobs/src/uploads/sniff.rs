//! What a file is, by its bytes; what somebody says about it is not believed.

use domain::upload::PhotoType;

use super::clean::Unusable;

/// Refuses a file that is something else than announced.
///
/// # Errors
/// [`Unusable`] says what it is, if that can be told.
pub(super) fn check_type(file: &[u8], announced: PhotoType) -> Result<(), Unusable> {
    match what_it_is(file) {
        Some(is) if is == format!("a {announced}") => Ok(()),
        Some(is) => Err(Unusable(format!("The file is {is}, not a {announced}."))),
        None => Err(Unusable(format!("The file is not a {announced}."))),
    }
}

/// What people upload, rightly or by mistake.
fn what_it_is(file: &[u8]) -> Option<&'static str> {
    // RIFF and ISO files have a name in front, and then say which of their kind they are.
    let at = |from: usize, text: &[u8]| file.get(from..).is_some_and(|rest| rest.starts_with(text));
    let iso = |brand: &[u8]| at(4, b"ftyp") && at(8, brand);
    let kinds = [
        (at(0, &[0xFF, 0xD8, 0xFF]), "a JPEG"),
        (at(0, b"\x89PNG\r\n\x1a\n"), "a PNG"),
        (at(0, b"RIFF") && at(8, b"WEBP"), "a WebP"),
        (at(0, b"%PDF-"), "a PDF"),
        (at(0, b"GIF8"), "a GIF"),
        (iso(b"avif"), "an AVIF"),
        // What iPhones make unless they are asked for the most compatible format.
        (iso(b"heic") || iso(b"heix") || iso(b"mif1"), "a HEIC photo"),
    ];
    kinds.into_iter().find_map(|(is, name)| is.then_some(name))
}

/// Whether a JPEG has its end: marker by marker, because a thumbnail inside has an end of its own, and because
/// some phones append a film after it. <https://www.w3.org/Graphics/JPEG/itu-t81.pdf>, annex B
pub(super) fn jpeg_is_whole(file: &[u8]) -> bool {
    let mut at = 2; // After the start of image.
    loop {
        // A marker is 0xFF and a byte. In compressed data 0xFF 0x00 stands for 0xFF, and restarts are part of it;
        // any number of 0xFF may stand before a marker.
        let Some(rest) = file.get(at..) else { return false };
        let is_marker =
            |pair: &[u8]| matches!(pair, [0xFF, marker] if !matches!(marker, 0 | 0xD0..=0xD7 | 0xFF));
        let Some(place) = rest.windows(2).position(is_marker) else { return false };
        let Some(&[_, marker, ref segment @ ..]) = rest.get(place..) else { return false };
        if marker == 0xD9 {
            return true;
        }
        let Some(&[high, low]) = segment.first_chunk() else { return false };
        at += place + 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}
