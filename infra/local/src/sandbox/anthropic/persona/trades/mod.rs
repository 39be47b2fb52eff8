//! What somebody does for a living.
//! What is worn for it stands in words that the avatar's caster reads, in German behind "in".

mod hands;
mod heads;
mod phrase;

use std::ops::Range;

use super::reading::Reading;
use super::said::{Said, said};
use super::sitter::Gender;

use self::hands::HANDS;
use self::heads::HEADS;

/// An occupation that the sandbox knows well.
struct Known {
    /// In a brief; the first one is the usual.
    names: &'static [&'static str],
    /// For a man and for a woman.
    de: (&'static str, &'static str),
    /// Who may be rolled it.
    ages: Range<u64>,
    deed: Said,
    wear: Said,
}

/// An occupation.
pub(super) struct Trade {
    /// Without an article: "marine biologist".
    pub(super) en: String,
    /// For a man and for a woman.
    de: (String, String),
    /// What it means, behind "Today Mara is a baker and".
    pub(super) deed: Said,
    /// What is worn for it, if it is known.
    pub(super) wear: Option<Said>,
}

/// What may stand before an occupation and belongs to it.
const KINDS: &[&str] = &[
    "marine",
    "software",
    "data",
    "graphic",
    "fashion",
    "interior",
    "history",
    "math",
    "maths",
    "music",
    "yoga",
    "fitness",
    "police",
    "tattoo",
    "wedding",
    "street",
    "jazz",
    "opera",
    "primary",
    "school",
    "kindergarten",
    "pastry",
    "head",
    "forest",
    "mountain",
    "game",
    "web",
    "product",
    "project",
    "art",
    "science",
    "chemistry",
    "physics",
    "biology",
    "english",
    "space",
    "nuclear",
    "civil",
    "mechanical",
    "electrical",
    "war",
    "wildlife",
    "jewellery",
    "bicycle",
    "watch",
    "lighthouse",
    "tram",
    "bus",
    "taxi",
    "train",
    "truck",
    "emergency",
    "private",
    "ship",
    "startup",
    "tech",
    "craft",
    "portrait",
    "landscape",
];
/// Endings that only occupations have.
const ENDINGS: &[&str] = &[
    "ologist", "keeper", "maker", "smith", "ician", "grapher", "worker", "owner", "monger", "wright",
    "tender", "driver", "manager", "ranger", "seller", "binder", "mancer", "herder", "hunter", "fighter",
    "dealer",
];

const OWN_WAY: Said = said(
    "does that with more care than anyone asks for",
    "macht das mit mehr Sorgfalt, als irgendwer verlangt",
);

impl Trade {
    /// As told, or any that fits the age.
    pub(super) fn of(reading: &Reading, age: u64) -> Self {
        let told = known().find(|known| reading.wishes.says(known.names));
        if let Some(known) = told {
            let en = title(reading, |word| known.names.contains(&word));
            return Self::known(known, en.unwrap_or_default(), reading.german_title.clone());
        }
        let ending = |word: &str| ENDINGS.iter().any(|ending| word.ends_with(ending));
        if let Some(en) = title(reading, ending).or_else(|| phrase::occupation(&reading.text)) {
            let de = (en.clone(), en.clone());
            return Self { en, de, deed: OWN_WAY, wear: None };
        }
        let open: Vec<&Known> = known().filter(|known| known.ages.contains(&age)).collect();
        let [first, ..] = &HANDS;
        Self::known(reading.dice.pick("trade", &open, first), String::new(), None)
    }

    /// The German word.
    pub(super) fn de(&self, gender: Gender) -> &str {
        if gender == Gender::Woman { &self.de.1 } else { &self.de.0 }
    }

    fn known(known: &Known, told: String, german: Option<String>) -> Self {
        let usual = || known.names.first().copied().unwrap_or_default().to_owned();
        let en = if told.is_empty() { usual() } else { told };
        let (man, woman) = known.de;
        let de = german.map_or_else(|| (man.to_owned(), woman.to_owned()), |told| (told.clone(), told));
        Self { en, de, deed: known.deed, wear: Some(known.wear) }
    }
}

fn known() -> impl Iterator<Item = &'static Known> {
    HANDS.iter().chain(&HEADS)
}

/// A German occupation in English, with the sex that it tells: "Meeresbiologin" is a "female biologist".
pub(super) fn german(word: &str) -> Option<String> {
    let small = word.to_lowercase();
    let is = |title: &str| small == title.to_lowercase();
    // A noun's last part says what it is.
    let ends = |title: &str| {
        word.chars().next().is_some_and(char::is_uppercase) && small.ends_with(&title.to_lowercase())
    };
    let find = |named: &dyn Fn(&str) -> bool| {
        known().find_map(|known| {
            let sex = match known.de {
                (man, woman) if man == woman && named(man) => "",
                (_, woman) if named(woman) => "female ",
                (man, _) if named(man) => "male ",
                _ => return None,
            };
            known.names.first().map(|name| format!("{sex}{name}"))
        })
    };
    find(&is).or_else(|| find(&ends))
}

/// The word as it is told, with what kind of it: "marine biologist".
fn title(reading: &Reading, named: impl Fn(&str) -> bool) -> Option<String> {
    let text = reading.text.to_lowercase();
    let words: Vec<&str> = text.split(|sign: char| !sign.is_alphanumeric()).collect();
    let place = words.iter().position(|word| named(word))?;
    let word = words.get(place)?;
    let before =
        place.checked_sub(1).and_then(|before| words.get(before)).filter(|kind| KINDS.contains(kind));
    Some(before.map_or_else(|| (*word).to_owned(), |kind| format!("{kind} {word}")))
}
