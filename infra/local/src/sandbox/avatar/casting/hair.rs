//! Hair and beard.

use super::super::look::{Age, Beard, Headwear, Style};
use super::super::palette::{TINTS, Tint};
use super::Brief;

const HAIR: &[&str] = &[
    "hair",
    "haired",
    "bob",
    "braids",
    "curls",
    "ponytail",
    "bun",
    "afro",
    "bangs",
    "pixie",
    "quiff",
    "waves",
    "beard",
    "bearded",
    "moustache",
    "mustache",
];
const BALD: &[&str] = &["bald", "hairless"];
/// Colours that name a person by the hair alone: "a blonde", "a redhead".
const WORN: &[&str] = &["blond", "blonde", "redhead", "ginger", "brunette"];

/// How the hair is worn by each name for it. What men and women wear by the same name comes from [`style`].
const STYLES: [(&[&str], Style); 11] = [
    (BALD, Style::Bald),
    (&["buzz", "buzzcut", "shaved"], Style::Buzz),
    (&["afro"], Style::Afro),
    (&["braid", "braids", "braided", "pigtails"], Style::Braids),
    (&["ponytail"], Style::Ponytail),
    (&["bun", "topknot", "updo"], Style::Bun),
    (&["bob", "bangs", "fringe"], Style::Bob),
    (&["pixie"], Style::Pixie),
    (&["quiff", "pompadour", "undercut"], Style::Quiff),
    (&["wavy", "waves"], Style::Wavy),
    (&["sideparting", "parted"], Style::SidePart),
];

/// Whether the prompt talks about the hair. Whoever does wants to see it, not a hat.
pub(super) fn described(brief: &Brief) -> bool {
    let plain: &[&str] = &["hair", "haired", "curly", "curls", "frizzy"];
    brief.wishes.says(plain) || brief.wishes.says(WORN) || brief.wished(&STYLES).is_some()
}

pub(super) fn style(brief: &Brief) -> Style {
    let Brief { dice, wishes, woman, age, .. } = brief;
    let (long, short) = (wishes.joins(&["long"], HAIR), wishes.joins(&["short"], HAIR));
    if let Some(style) = brief.wished(&STYLES) {
        return style;
    }
    if wishes.says(&["curly", "curls", "frizzy"]) {
        return if long { Style::Wavy } else { Style::Curls };
    }
    if wishes.says(&["straight"]) {
        return if long || *woman { Style::Long } else { Style::SidePart };
    }
    if long {
        return dice.pick("long", &[Style::Long, Style::Wavy], Style::Long);
    }
    let weights: &[(u32, Style)] = match (woman, age) {
        (true, _) if short => &[(1, Style::Pixie), (1, Style::Bob)],
        (false, _) if short => &[(2, Style::Crop), (1, Style::SidePart), (1, Style::Buzz)],
        (true, Age::Elder) => &[(3, Style::Bob), (3, Style::Bun), (3, Style::Pixie), (2, Style::Wavy)],
        (false, Age::Elder) if wishes.refuses(BALD) => &[(1, Style::SidePart), (1, Style::Crop)],
        (false, Age::Elder) => &[(4, Style::SidePart), (3, Style::Crop), (3, Style::Bald)],
        (true, Age::Child) => &[(3, Style::Braids), (3, Style::Bob), (2, Style::Ponytail), (2, Style::Long)],
        (false, Age::Child) => &[(3, Style::Crop), (3, Style::SidePart), (3, Style::Curls)],
        (true, Age::Adult) => &[
            (7, Style::Pixie),
            (9, Style::Bob),
            (10, Style::Wavy),
            (9, Style::Long),
            (8, Style::Ponytail),
            (9, Style::Bun),
            (5, Style::Braids),
            (6, Style::Afro),
            (6, Style::Curls),
        ],
        // The last row is the bald one: it is left out for those who name a hair colour.
        (false, Age::Adult) => &[
            (5, Style::Buzz),
            (9, Style::Crop),
            (11, Style::SidePart),
            (11, Style::Quiff),
            (9, Style::Curls),
            (4, Style::Afro),
            (3, Style::Long),
            (3, Style::Bun),
            (4, Style::Bald),
        ],
    };
    match dice.weighed("style", weights, Style::Crop) {
        Style::Bald if described(brief) => Style::Crop,
        style => style,
    }
}

/// High hair does not fit under a hat.
pub(super) fn under(brief: &Brief, style: Style, headwear: Option<Headwear>) -> Style {
    let hat = !matches!(headwear, None | Some(Headwear::Headphones));
    match style {
        Style::Quiff | Style::Curls | Style::SidePart if hat => Style::Crop,
        Style::Bun | Style::Afro | Style::Ponytail if hat && brief.woman => Style::Bob,
        Style::Bun | Style::Afro | Style::Ponytail if hat => Style::Crop,
        style => style,
    }
}

pub(super) fn tint(brief: &Brief) -> Tint {
    let wishes = &brief.wishes;
    let worn = || {
        let names = |names: &[&str]| names.iter().any(|name| WORN.contains(name) && wishes.says(&[name]));
        TINTS.iter().find(|(all, _)| names(all)).map(|(_, tint)| *tint)
    };
    if let Some(tint) = wishes.coloured(HAIR, &TINTS).or_else(worn) {
        return tint;
    }
    let mut weights: [u32; 15] = match (brief.age, brief.shade) {
        (Age::Elder, _) => [0, 0, 0, 0, 0, 0, 0, 1, 6, 5, 0, 0, 0, 0, 0],
        (Age::Child, 0..=4) => [4, 7, 7, 3, 5, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0],
        (_, 0..=2) => [5, 8, 9, 6, 7, 7, 8, 3, 0, 0, 3, 1, 1, 2, 2],
        (_, 3..=4) => [10, 12, 10, 5, 2, 4, 2, 0, 0, 0, 2, 1, 0, 2, 2],
        _ => [20, 14, 6, 3, 0, 1, 1, 0, 0, 0, 2, 1, 0, 1, 1],
    };
    // Dyed hair would dye the beard as well.
    if !brief.woman {
        weights.iter_mut().skip(10).for_each(|weight| *weight = 0);
    }
    let weighed: Vec<(u32, Tint)> = weights.into_iter().zip(TINTS.map(|(_, tint)| tint)).collect();
    let [(_, first), ..] = TINTS;
    brief.dice.weighed("tint", &weighed, first)
}

pub(super) fn beard(brief: &Brief) -> Option<Beard> {
    const TABLE: [(&[&str], Beard); 4] = [
        (&["beard", "bearded"], Beard::Full),
        (&["stubble", "unshaven"], Beard::Stubble),
        (&["goatee"], Beard::Goatee),
        (&["moustache", "mustache"], Beard::Moustache),
    ];
    let none = brief.wishes.refuses(&["beard", "moustache", "mustache"])
        || brief.wishes.says(&["shaven", "beardless"]);
    if none || brief.woman || brief.age == Age::Child {
        return None;
    }
    let some = [
        (5, Some(Beard::Full)),
        (6, Some(Beard::Stubble)),
        (3, Some(Beard::Goatee)),
        (3, Some(Beard::Moustache)),
        (17, None),
    ];
    brief.wished(&TABLE).or_else(|| brief.dice.weighed("beard", &some, None))
}
