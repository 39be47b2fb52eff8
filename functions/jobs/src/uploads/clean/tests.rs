//! Photos as people and attackers upload them.

use domain::upload::PhotoType::{Jpeg, Png, Webp};
use image::{ImageBuffer, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

/// Left half red, right half blue.
fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(
        width,
        height,
        |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) },
    )
}

fn encoded(image: impl Into<DynamicImage>, as_type: PhotoType) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format_of(as_type)).unwrap();
    bytes.into_inner()
}

/// Puts an EXIF block with orientation 6 (lies on its left side) and a place in London into a JPEG.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let tiff = [
        &b"MM\0*\0\0\0\x08"[..],
        // The first directory: orientation 6, and where the directory with the place is.
        &2_u16.to_be_bytes(),
        &entry(0x0112, 3, 1, [0, 6, 0, 0]),
        &entry(0x8825, 4, 1, 38_u32.to_be_bytes()),
        &[0; 4],
        // The place: north, and three fractions.
        &2_u16.to_be_bytes(),
        &entry(0x0001, 2, 2, *b"N\0\0\0"),
        &entry(0x0002, 5, 3, 68_u32.to_be_bytes()),
        &[0; 4],
        &[51_u32, 1, 30, 1, 26, 1].map(u32::to_be_bytes).concat(),
        b"GPS-LONDON",
    ]
    .concat();
    let segment = [&b"Exif\0\0"[..], &tiff].concat();
    let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &segment, &jpeg[2..]].concat()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

fn reason(uploaded: &[u8], announced: PhotoType) -> String {
    clean(uploaded, announced).unwrap_err().0
}

/// A PNG that announces a size and has next to no data.
fn announcing(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(two_halves(1, 1), Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&checksum);
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 },
        )
    })
}

#[test]
fn a_photo_is_turned_upright_and_says_nothing_of_where_it_was_taken() {
    let photo = with_exif(&encoded(two_halves(60, 40), Jpeg));
    assert!(holds(&photo, b"Exif") && holds(&photo, b"GPS-LONDON"));
    let cleaned = clean(&photo, Jpeg).unwrap();
    assert_eq!((cleaned.content_type, cleaned.width, cleaned.height), (Jpeg, 40, 60));
    for trace in [&b"Exif"[..], b"GPS", b"MM\0*", b"II*\0", b"http://ns.adobe.com", b"ICC_PROFILE"] {
        assert!(!holds(&cleaned.bytes, trace));
    }
    let upright = image::load_from_memory(&cleaned.bytes).unwrap().into_rgb8();
    assert_eq!(upright.dimensions(), (40, 60));
    let is_red = |y| upright.get_pixel(20, y).0[0] > 150;
    assert!(is_red(10) && !is_red(50), "what was on the left is on top");
}

#[test]
fn a_large_photo_becomes_a_reference_of_2048_pixels() {
    let sizes = [((3000, 2000), (2048, 1365)), ((300, 5000), (123, 2048)), ((2048, 10), (2048, 10))];
    for ((width, height), expected) in sizes {
        let cleaned = clean(&encoded(two_halves(width, height), Jpeg), Jpeg).unwrap();
        assert_eq!((cleaned.width, cleaned.height), expected);
    }
}

#[test]
fn transparency_is_kept_and_whatever_else_becomes_jpeg() {
    let glass = RgbaImage::from_pixel(9, 7, Rgba([10, 200, 10, 128]));
    for as_type in [Png, Webp] {
        let cleaned = clean(&encoded(glass.clone(), as_type), as_type).unwrap();
        assert_eq!(cleaned.content_type, Png);
        let pixels = image::load_from_memory(&cleaned.bytes).unwrap().into_rgba8();
        assert_eq!(pixels, glass, "{as_type}");
    }
    let opaque = RgbaImage::from_pixel(9, 7, Rgba([10, 200, 10, 255]));
    let deep = ImageBuffer::<Rgb<u16>, _>::from_pixel(9, 7, Rgb([0x8000, 0x4000, 0]));
    let grey = image::GrayImage::new(9, 7);
    for photo in [DynamicImage::from(opaque), deep.into(), grey.into()] {
        let cleaned = clean(&encoded(photo, Png), Png).unwrap();
        assert_eq!((cleaned.content_type, cleaned.width, cleaned.height), (Jpeg, 9, 7));
    }
}

#[test]
fn text_in_a_png_is_gone() {
    let png = encoded(RgbaImage::from_pixel(3, 3, Rgba([1, 2, 3, 4])), Png);
    let text = b"tEXtComment\0taken at home";
    let length = u32::try_from(text.len() - 4).unwrap().to_be_bytes();
    let png = [&png[..33], &length, text, &crc32(text).to_be_bytes(), &png[33..]].concat();
    let cleaned = clean(&png, Png).unwrap();
    assert!(holds(&png, b"at home") && !holds(&cleaned.bytes, b"at home"));
}

#[test]
fn what_is_something_else_is_told_what_it_is() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    for (file, announced, expected) in [
        (&b"%PDF-1.7 ..."[..], Png, "The file is a PDF, not a PNG."),
        (&encoded(two_halves(4, 4), Png), Jpeg, "The file is a PNG, not a JPEG."),
        (&encoded(two_halves(4, 4), Jpeg), Webp, "The file is a JPEG, not a WebP."),
        (b"GIF89a", Png, "The file is a GIF, not a PNG."),
        (heic, Jpeg, "The file is a HEIC photo, not a JPEG."),
        (b"\0\0\0\x18ftypavif", Jpeg, "The file is an AVIF, not a JPEG."),
        (b"<svg onload='alert(1)'>", Png, "The file is not a PNG."),
        (b"", Jpeg, "The file is not a JPEG."),
    ] {
        assert_eq!(reason(file, announced), expected);
    }
}

#[test]
fn a_decompression_bomb_is_known_by_what_it_announces() {
    for (width, height) in [(50_000, 50_000), (12_001, 10), (1, 12_001), (8_000, 5_001)] {
        let expected = format!("It announces {width} x {height} pixels. ");
        assert!(reason(&announcing(width, height), Png).starts_with(&expected));
    }
    // Within the limits it is looked at, and found to be broken.
    assert!(reason(&announcing(8_000, 5_000), Png).starts_with("The PNG is damaged"));
}

#[test]
fn what_breaks_off_is_refused_wherever_it_breaks_off() {
    let noise = RgbImage::from_fn(90, 90, |x, y| {
        Rgb([(x * 7 % 251) as u8, (y * 13 % 241) as u8, (x * y % 239) as u8])
    });
    for as_type in [Jpeg, Png, Webp] {
        let whole = encoded(noise.clone(), as_type);
        clean(&whole, as_type).unwrap();
        for part in [0, 3, 12, 40, whole.len() / 3, whole.len() / 2, whole.len() - whole.len() / 8] {
            let reason = reason(&whole[..part], as_type);
            assert!(reason.contains("damaged") || reason.contains("not a"), "{as_type} {part}: {reason}");
        }
    }
    // A film after the end is no harm; some phones append one.
    let jpeg = encoded(noise, Jpeg);
    clean(&[&jpeg[..], b"ftypmp42 ..."].concat(), Jpeg).unwrap();
    // The end of a thumbnail inside is not the end of the photo.
    let thumbnail = [0xFF, 0xEC, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9];
    let with_thumbnail = [&jpeg[..2], &thumbnail, &jpeg[2..jpeg.len() * 2 / 3]].concat();
    assert_eq!(reason(&with_thumbnail, Jpeg), "The JPEG is damaged: it breaks off.");
}

#[test]
fn print_colours_become_screen_colours_and_an_animation_its_first_picture() {
    let red = |photo: &[u8], as_type| {
        let cleaned = clean(photo, as_type).unwrap();
        let Rgb([red, green, blue]) =
            *image::load_from_memory(&cleaned.bytes).unwrap().into_rgb8().get_pixel(4, 4);
        red > 240 && green < 70 && blue < 70
    };
    assert!(red(include_bytes!("tests/cmyk.jpg"), Jpeg));
    assert!(red(include_bytes!("tests/animated.webp"), Webp));
}
