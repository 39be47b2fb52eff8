//! How the portrait is to be made. Without words that the avatar's caster would take for the sitter's.

use super::reading::Reading;
use super::said::{Row, Said, said};

const STYLES: [Row<Said>; 16] = [
    (
        &["watercolour", "watercolor", "watercolours", "aquarelle"],
        said(
            "Watercolour: loose washes, soft edges and visible paper grain.",
            "Aquarell: lockere Lasuren, weiche Ränder und sichtbares Papierkorn.",
        ),
    ),
    (
        &["oil", "renaissance", "baroque"],
        said(
            "Oil painting: rich brushwork and light from one side.",
            "Ölgemälde: satter Pinselstrich und Licht von einer Seite.",
        ),
    ),
    (
        &["pencil", "sketch", "charcoal"],
        said(
            "Pencil sketch: fine hatching on rough paper.",
            "Bleistiftzeichnung: feine Schraffur auf rauem Papier.",
        ),
    ),
    (
        &["anime", "manga", "ghibli"],
        said(
            "Anime: clean lines, large eyes and flat shadows.",
            "Anime: klare Linien, große Augen und flache Schatten.",
        ),
    ),
    (
        &["pixel", "8bit"],
        said("Pixel art: few colours on a coarse grid.", "Pixel-Art: wenige Farben auf grobem Raster."),
    ),
    (
        &["cyberpunk", "neon"],
        said(
            "Cyberpunk: neon light, rain and a city at night.",
            "Cyberpunk: Neonlicht, Regen und eine Stadt bei Nacht.",
        ),
    ),
    (
        &["steampunk", "victorian"],
        said("Steampunk: brass, gears and gaslight.", "Steampunk: Messing, Zahnräder und Gaslicht."),
    ),
    (
        &["noir"],
        said(
            "Film noir: hard shadows and the light of a blind.",
            "Film noir: harte Schatten und Licht durch eine Jalousie.",
        ),
    ),
    (
        &["comic", "cartoon"],
        said("Comic: bold outlines and halftone dots.", "Comic: kräftige Konturen und Rasterpunkte."),
    ),
    (
        &["3d", "pixar", "render", "claymation"],
        said("3D render: rounded shapes and studio light.", "3D-Rendering: runde Formen und Studiolicht."),
    ),
    (
        &["fantasy", "medieval"],
        said(
            "Fantasy illustration: golden light and fine detail.",
            "Fantasy-Illustration: goldenes Licht und feine Details.",
        ),
    ),
    (
        &["vintage", "retro", "polaroid", "analogue", "analog"],
        said(
            "Vintage photograph: film grain and faded colours.",
            "Vintage-Foto: Filmkorn und ausgeblichene Farben.",
        ),
    ),
    (
        &["minimalist", "minimal", "flat", "vector"],
        said(
            "Flat vector art: few shapes and calm colours.",
            "Flache Vektorgrafik: wenige Formen und ruhige Farben.",
        ),
    ),
    (
        &["gothic", "goth"],
        said("Gothic: candlelight and deep shadows.", "Gotisch: Kerzenlicht und tiefe Schatten."),
    ),
    (
        &["corporate", "headshot", "professional", "business", "linkedin", "cv"],
        said(
            "Corporate headshot: even studio light, a plain background and a sharp focus on the eyes.",
            "Corporate Headshot: gleichmäßiges Studiolicht, schlichter Hintergrund und Schärfe auf den Augen.",
        ),
    ),
    (
        &["photo", "photograph", "photorealistic", "realistic"],
        said(
            "Natural portrait photograph: daylight from a window and a blurred room.",
            "Natürliches Porträtfoto: Tageslicht vom Fenster und ein unscharfer Raum.",
        ),
    ),
];

/// As told, or one that goes with anybody.
pub(super) fn of(reading: &Reading) -> Said {
    let [water, oil, pencil, .., flat, _, _, photo] = STYLES.map(|(_, style)| style);
    reading
        .told(&STYLES)
        .unwrap_or_else(|| reading.dice.pick("style", &[water, oil, pencil, flat, photo], photo))
}

/// Whether a word names one: "in Anime" is no town.
pub(super) fn names(word: &str) -> bool {
    STYLES.iter().any(|(names, _)| names.contains(&word)) || ["style", "stil"].contains(&word)
}
