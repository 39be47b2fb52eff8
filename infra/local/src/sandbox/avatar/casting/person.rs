//! Who it is: sex, age, skin, eyes, mood.

use super::super::super::dice::Dice;
use super::super::super::wish::Wishes;
use super::super::ink::Ink;
use super::super::look::{Age, Mood};
use super::super::palette::{IRISES, SKINS, Skin};
use super::Brief;

const WOMEN: &[&str] = &[
    "woman",
    "women",
    "girl",
    "female",
    "lady",
    "she",
    "her",
    "mother",
    "mom",
    "grandmother",
    "grandma",
    "queen",
    "princess",
    "actress",
    "businesswoman",
    "sister",
    "aunt",
    "latina",
    "feminine",
    "hijab",
    "witch",
];
const MEN: &[&str] = &[
    "man",
    "men",
    "boy",
    "male",
    "gentleman",
    "he",
    "his",
    "father",
    "dad",
    "grandfather",
    "grandpa",
    "king",
    "prince",
    "businessman",
    "brother",
    "uncle",
    "guy",
    "latino",
    "masculine",
    "bearded",
    "beard",
    "moustache",
    "mustache",
    "wizard",
];
const OLD: &[&str] = &[
    "old",
    "elderly",
    "senior",
    "grandmother",
    "grandma",
    "grandfather",
    "grandpa",
    "aged",
    "wrinkled",
    "retired",
];
const CHILDREN: &[&str] = &["child", "kid", "boy", "girl", "toddler", "little"];
const GROWN_UP: &[&str] = &["young", "teen", "teenager", "student", "middle", "adult"];
/// "A black woman" says something about skin, "black hair" does not.
const PEOPLE: &[&str] = &["man", "woman", "girl", "boy", "person", "guy", "lady", "skin", "skinned"];

pub(super) fn woman(dice: &Dice, wishes: &Wishes) -> bool {
    match (wishes.says(WOMEN), wishes.says(MEN)) {
        (true, false) => true,
        (false, true) => false,
        _ => dice.chance("woman", 0.5),
    }
}

pub(super) fn age(dice: &Dice, wishes: &Wishes) -> Age {
    match years(wishes) {
        Some(..13) => Age::Child,
        Some(13..65) => Age::Adult,
        Some(65..) => Age::Elder,
        None if wishes.says(OLD) && !wishes.joins(&["middle"], &["aged"]) => Age::Elder,
        None if wishes.says(CHILDREN) => Age::Child,
        None if !wishes.says(GROWN_UP) && dice.chance("elder", 0.08) => Age::Elder,
        None => Age::Adult,
    }
}

/// "A 34-year-old" says a number, and does not say old.
fn years(wishes: &Wishes) -> Option<u32> {
    (1..=110).find(|years: &u32| wishes.joins(&[&years.to_string()], &["old"]))
}

pub(super) fn shade(dice: &Dice, wishes: &Wishes) -> usize {
    const SKIN: &[&str] = &["skin", "skinned", "complexion"];
    let (low, high) =
        if wishes.joins(&["pale", "fair", "light", "porcelain"], SKIN) || wishes.says(&["pale", "nordic"]) {
            (0, 1)
        } else if wishes.joins(&["dark", "ebony", "deep"], SKIN) || wishes.joins(&["black"], PEOPLE) {
            (7, 8)
        } else if wishes.says(&["african", "nigerian", "kenyan"]) {
            (6, 8)
        } else if wishes.joins(&["brown"], SKIN) || wishes.says(&["indian"]) {
            (4, 6)
        } else if wishes.joins(&["olive"], SKIN)
            || wishes.says(&["tan", "tanned", "latina", "latino", "hispanic"])
        {
            (3, 4)
        } else if wishes.says(&["asian", "japanese", "chinese", "korean"]) {
            (1, 2)
        } else {
            (0, SKINS.len() - 1)
        };
    low + (dice.roll("skin") * (high - low + 1) as f32) as usize
}

pub(super) fn skin(brief: &Brief) -> Skin {
    let [first, ..] = SKINS;
    SKINS.get(brief.shade).copied().unwrap_or(first)
}

pub(super) fn freckles(brief: &Brief) -> bool {
    const NAMES: &[&str] = &["freckles", "freckled"];
    let rolled = || brief.shade < 4 && brief.dice.chance("freckles", 0.14);
    brief.wishes.says(NAMES) || (!brief.wishes.refuses(NAMES) && rolled())
}

pub(super) fn iris(brief: &Brief) -> Ink {
    let weights: [u32; 6] = if brief.shade > 4 { [8, 2, 0, 0, 0, 3] } else { [6, 3, 4, 5, 3, 0] };
    let weighed: Vec<(u32, u32)> = weights.into_iter().zip(IRISES.map(|(_, iris)| iris)).collect();
    let named = brief.wishes.coloured(&["eyes", "eyed", "eye"], &IRISES);
    Ink::hex(named.unwrap_or_else(|| brief.dice.weighed("iris", &weighed, 0x6b4127)))
}

pub(super) fn wished_mood(brief: &Brief) -> Option<Mood> {
    const TABLE: [(&[&str], Mood); 5] = [
        (&["serious", "stern", "angry", "neutral", "determined", "confident"], Mood::Serious),
        (&["sad", "melancholic", "unhappy", "crying", "worried"], Mood::Sad),
        (&["laughing", "laugh", "grin", "grinning", "happy", "cheerful", "joyful", "excited"], Mood::Grin),
        (&["wink", "winking"], Mood::Wink),
        (&["smile", "smiling", "smiles", "friendly", "kind", "warm"], Mood::Smile),
    ];
    brief.wished(&TABLE)
}

pub(super) fn mood(brief: &Brief) -> Mood {
    let even = [(1, Mood::Smile), (1, Mood::Grin)];
    match wished_mood(brief) {
        // A smile with teeth is a smile too.
        Some(Mood::Smile) => brief.dice.weighed("smile", &even, Mood::Smile),
        Some(mood) => mood,
        None => {
            brief.dice.weighed("mood", &[(8, Mood::Smile), (6, Mood::Grin), (5, Mood::Calm)], Mood::Smile)
        }
    }
}
