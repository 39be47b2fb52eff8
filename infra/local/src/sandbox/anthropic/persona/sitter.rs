//! Who it is: everything that is decided before the first sentence.

use super::age;
use super::bodies;
use super::clothes;
use super::home::{self, Origin};
use super::life;
use super::reading::Reading;
use super::said::Said;
use super::styles;
use super::trades::Trade;

/// What somebody is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gender {
    Woman,
    Man,
    /// For the dice neither, because the brief says so.
    Person,
}

/// The sitter.
pub(super) struct Sitter {
    pub(super) first_name: String,
    pub(super) surname: String,
    pub(super) gender: Gender,
    pub(super) age: u64,
    pub(super) town: String,
    pub(super) trade: Trade,
    /// The form, with `{}` for the colour, and the colour.
    pub(super) hair: (Said, Said),
    pub(super) eyes: Said,
    pub(super) skin: Said,
    pub(super) build: Said,
    pub(super) marks: Vec<Said>,
    pub(super) mood: Said,
    /// In English and in German.
    pub(super) clothes: (String, String),
    pub(super) traits: Vec<Said>,
    pub(super) habit: Said,
    pub(super) childhood: Said,
    pub(super) turn: Said,
    pub(super) style: Said,
    /// What the brief adds in a clause of its own: "loves the sea". In the brief's language.
    pub(super) known_for: Option<String>,
    pub(super) german_brief: bool,
}

pub(super) const WOMEN: &[&str] = &[
    "woman",
    "women",
    "girl",
    "female",
    "lady",
    "she",
    "her",
    "mother",
    "mom",
    "mum",
    "grandmother",
    "grandma",
    "queen",
    "princess",
    "actress",
    "waitress",
    "businesswoman",
    "policewoman",
    "ballerina",
    "schoolgirl",
    "sister",
    "aunt",
    "latina",
    "witch",
    "wife",
];
pub(super) const MEN: &[&str] = &[
    "man",
    "men",
    "boy",
    "male",
    "gentleman",
    "he",
    "his",
    "him",
    "father",
    "dad",
    "grandfather",
    "grandpa",
    "king",
    "prince",
    "actor",
    "waiter",
    "businessman",
    "schoolboy",
    "brother",
    "uncle",
    "latino",
    "wizard",
    "husband",
    "guy",
    "fisherman",
    "policeman",
    "fireman",
    "bearded",
    "beard",
    "moustache",
];
const NEITHER: &[&str] = &["nonbinary", "enby", "androgynous", "agender", "genderfluid"];

impl Sitter {
    /// Decides everything.
    pub(super) fn of(brief: &str) -> Self {
        let reading = Reading::of(brief);
        let origin = Origin::of(&reading);
        let (gender, age) = (gender(&reading), age::of(&reading));
        let skin = bodies::skin(&reading, origin.skins);
        let (first_name, surname) = name(&reading, origin, gender);
        let trade = Trade::of(&reading, age);
        let rolled = |question: &str, rows: &[Said], first: Said| reading.dice.pick(question, rows, first);
        let (([habit, ..], [childhood, ..]), ([turn, ..], [young, ..])) =
            ((life::HABITS, life::CHILDHOODS), (life::TURNS, life::YOUNG_TURNS));
        Self {
            first_name,
            surname,
            gender,
            age,
            town: origin.town(&reading),
            hair: bodies::hair(&reading, gender, age, origin),
            eyes: bodies::eyes(&reading, origin),
            skin,
            build: bodies::build(&reading, gender),
            marks: bodies::marks(&reading, gender, age),
            mood: bodies::mood(&reading),
            clothes: clothes::of(&reading, trade.wear),
            traits: reading.several("trait", &life::TRAITS, 3),
            habit: rolled("habit", &life::HABITS, habit),
            childhood: rolled("childhood", &life::CHILDHOODS, childhood),
            turn: if age < 16 {
                rolled("turn", &life::YOUNG_TURNS, young)
            } else {
                rolled("turn", &life::TURNS, turn)
            },
            style: styles::of(&reading),
            known_for: known_for(&reading),
            german_brief: reading.german,
            trade,
        }
    }
}

fn gender(reading: &Reading) -> Gender {
    let wishes = &reading.wishes;
    if wishes.says(NEITHER) || wishes.joins(&["non"], &["binary"]) {
        return Gender::Person;
    }
    let named = || reading.name.as_deref().and_then(home::gender_of);
    let rolled = || if reading.dice.chance("woman", 0.5) { Gender::Woman } else { Gender::Man };
    match (wishes.says(WOMEN), wishes.says(MEN)) {
        (true, false) => Gender::Woman,
        (false, true) => Gender::Man,
        _ => named().unwrap_or_else(rolled),
    }
}

/// As told; a family name comes along where only the first one is told.
fn name(reading: &Reading, origin: &Origin, gender: Gender) -> (String, String) {
    let surname = || origin.surname(reading).to_owned();
    match reading.name.as_deref().map(|name| name.split_once(' ').unwrap_or((name, ""))) {
        Some((first, "")) => (first.to_owned(), surname()),
        Some((first, last)) => (first.to_owned(), last.to_owned()),
        None => (origin.first_name(reading, gender).to_owned(), surname()),
    }
}

/// "who loves the sea", as far as the clause goes.
fn known_for(reading: &Reading) -> Option<String> {
    let opening = if reading.german { [", die ", ", der "] } else { [" who ", " Who "] };
    let start = opening.iter().find_map(|opening| reading.text.find(opening).map(|at| at + opening.len()))?;
    let clause = reading.text.get(start..)?.split(['.', ',', ';', '!', '?', '\n']).next()?.trim();
    // "who is 34" says something that stands elsewhere; a long one is a story of its own.
    let plain =
        !["is ", "has ", "works ", "wears ", "ist ", "hat "].iter().any(|verb| clause.starts_with(verb));
    (plain && (3..120).contains(&clause.len())).then(|| clause.to_owned())
}
