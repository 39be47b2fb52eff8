//! What is worn. The German words stand behind "in".

use super::reading::Reading;
use super::said::{Row, Said, said};

const COLOURS: [Row<Said>; 12] = [
    (&["navy"], said("navy", "dunkelblauen")),
    (&["blue"], said("blue", "blauen")),
    (&["teal", "turquoise"], said("teal", "türkisfarbenen")),
    (&["green", "emerald"], said("green", "grünen")),
    (&["yellow", "mustard", "gold"], said("mustard", "senfgelben")),
    (&["orange"], said("orange", "orangefarbenen")),
    (&["red", "crimson"], said("red", "roten")),
    (&["pink"], said("pink", "rosafarbenen")),
    (&["purple", "violet"], said("purple", "violetten")),
    (&["grey", "gray"], said("grey", "grauen")),
    (&["white"], said("white", "weißen")),
    (&["black"], said("black", "schwarzen")),
];

/// `{}` is the colour.
const GARMENTS: [Row<Said>; 11] = [
    (&["hoodie"], said("a {} hoodie", "einem {} Hoodie")),
    (&["blazer"], said("a {} blazer", "einem {} Blazer")),
    (&["suit", "tie", "formal"], said("a {} suit", "einem {} Anzug")),
    (&["turtleneck", "rollneck"], said("a {} turtleneck", "einem {} Rollkragenpullover")),
    (&["overalls", "dungarees"], said("{} overalls", "einer {} Latzhose")),
    (&["dress", "gown"], said("a {} dress", "einem {} Kleid")),
    (&["coat"], said("a {} coat", "einem {} Mantel")),
    (&["jacket"], said("a {} jacket", "einer {} Jacke")),
    (&["sweater", "jumper", "pullover", "cardigan"], said("a {} sweater", "einem {} Pullover")),
    (&["tshirt", "tee"], said("a {} tee", "einem {} T-Shirt")),
    (&["shirt", "blouse"], said("a {} shirt", "einem {} Hemd")),
];

const HEADWEAR: [Row<Said>; 5] = [
    (&["beanie", "toque"], said("a beanie", "einer Strickmütze")),
    (&["cap"], said("a cap", "einer Kappe")),
    (&["hijab", "headscarf"], said("a headscarf", "einem Kopftuch")),
    (&["headphones", "headset"], said("headphones", "Kopfhörern")),
    (&["hat", "fedora"], said("a hat", "einem Hut")),
];

/// In one language after the other: what the brief says, or what goes with the work, or anything.
pub(super) fn of(reading: &Reading, work: Option<Said>) -> (String, String) {
    let ((_, hoodie), (_, navy)) = (
        {
            let [first, ..] = GARMENTS;
            first
        },
        {
            let [first, ..] = COLOURS;
            first
        },
    );
    let told = GARMENTS.iter().find(|(names, _)| reading.wishes.says(names));
    let (mut en, mut de) = match (told, work) {
        (None, Some(work)) => (work.en.to_owned(), work.de.to_owned()),
        (told, _) => {
            let garment =
                told.map_or_else(|| reading.rolled("garment", &GARMENTS, hoodie), |(_, garment)| *garment);
            let colour = told.and_then(|(names, _)| reading.wishes.coloured(names, &COLOURS));
            let colour = colour.unwrap_or_else(|| reading.rolled("cloth", &COLOURS, navy));
            (garment.en.replace("{}", colour.en), garment.de.replace("{}", colour.de))
        }
    };
    if let Some(worn) = reading.told(&HEADWEAR) {
        en.extend([" and ", worn.en]);
        de.extend([" und ", worn.de]);
    }
    (en, de)
}
