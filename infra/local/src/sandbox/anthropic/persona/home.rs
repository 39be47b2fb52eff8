//! Where somebody comes from, and what people are called there.

use super::reading::Reading;
use super::said::Row;
use super::sitter::Gender;
use super::styles;

/// A part of the world, as far as names and looks go.
#[derive(Debug, PartialEq)]
pub(super) struct Origin {
    women: [&'static str; 6],
    men: [&'static str; 6],
    surnames: [&'static str; 6],
    /// Spelled alike in both languages.
    towns: [&'static str; 4],
    /// Rows of `bodies::SKINS`, light to dark, that are usual there.
    pub(super) skins: (usize, usize),
}

/// For those whom nobody called woman or man.
const ANYONE: [&str; 6] = ["Robin", "Sam", "Alex", "Kim", "Noa", "Jules"];

static BRITISH: Origin = Origin {
    women: ["Alice", "Hazel", "Nora", "Imogen", "Beth", "Maeve"],
    men: ["Arthur", "Finn", "Owen", "Callum", "Theo", "Rory"],
    surnames: ["Hartley", "Marsh", "Calloway", "Finch", "Brennan", "Ashdown"],
    towns: ["Galway", "Bristol", "Leeds", "Whitby"],
    skins: (0, 2),
};
static GERMAN: Origin = Origin {
    women: ["Johanna", "Mathilda", "Greta", "Annika", "Frieda", "Leonie"],
    men: ["Anton", "Jakob", "Moritz", "Henning", "Felix", "Konrad"],
    surnames: ["Lindner", "Brandt", "Seidel", "Hofmann", "Kessler", "Vogt"],
    towns: ["Hamburg", "Leipzig", "Bremen", "Freiburg"],
    skins: (0, 2),
};
static NORDIC: Origin = Origin {
    women: ["Astrid", "Ingrid", "Saga", "Liv", "Sigrid", "Freja"],
    men: ["Lars", "Nils", "Anders", "Bjarne", "Emil", "Soren"],
    surnames: ["Halvorsen", "Lindqvist", "Nygaard", "Berg", "Dahl", "Solberg"],
    towns: ["Bergen", "Uppsala", "Oslo", "Aarhus"],
    skins: (0, 1),
};
static LATIN: Origin = Origin {
    women: ["Camila", "Lucia", "Ines", "Marisol", "Elena", "Valeria"],
    men: ["Mateo", "Rafael", "Diego", "Tiago", "Joaquin", "Andres"],
    surnames: ["Moreno", "Castillo", "Ferreira", "Vega", "Rojas", "Salgado"],
    towns: ["Porto", "Valencia", "Guadalajara", "Salvador"],
    skins: (2, 3),
};
static AFRICAN: Origin = Origin {
    women: ["Amara", "Zuri", "Adaeze", "Wanjiru", "Folake", "Nia"],
    men: ["Kofi", "Emeka", "Jabari", "Tunde", "Kwame", "Otieno"],
    surnames: ["Okafor", "Mensah", "Mwangi", "Adeyemi", "Diallo", "Kamau"],
    towns: ["Lagos", "Nairobi", "Accra", "Kumasi"],
    skins: (5, 5),
};
static INDIAN: Origin = Origin {
    women: ["Priya", "Anjali", "Meera", "Kavya", "Leela", "Divya"],
    men: ["Arjun", "Rohan", "Vikram", "Kiran", "Dev", "Sanjay"],
    surnames: ["Sharma", "Iyer", "Kulkarni", "Mehta", "Rao", "Banerjee"],
    towns: ["Mumbai", "Pune", "Jaipur", "Chennai"],
    skins: (4, 4),
};
static EASTERN: Origin = Origin {
    women: ["Yuki", "Hana", "Aiko", "Mei", "Sora", "Naomi"],
    men: ["Haruto", "Kenji", "Daichi", "Ren", "Takeshi", "Jun"],
    surnames: ["Tanaka", "Mori", "Ishikawa", "Nakamura", "Fujita", "Hayashi"],
    towns: ["Kyoto", "Osaka", "Nagoya", "Sapporo"],
    skins: (1, 1),
};

const BY_WORD: [Row<&Origin>; 7] = [
    (&["german", "austrian", "hamburg", "berlin", "munich", "münchen", "köln", "vienna", "wien"], &GERMAN),
    (&["nordic", "swedish", "norwegian", "danish", "oslo", "stockholm", "copenhagen", "bergen"], &NORDIC),
    (
        &[
            "latina",
            "latino",
            "hispanic",
            "mexican",
            "spanish",
            "portuguese",
            "brazilian",
            "lisbon",
            "madrid",
        ],
        &LATIN,
    ),
    (&["african", "nigerian", "kenyan", "ghanaian", "lagos", "nairobi", "accra"], &AFRICAN),
    (&["indian", "mumbai", "delhi", "bangalore"], &INDIAN),
    (&["asian", "japanese", "korean", "chinese", "tokyo", "kyoto", "osaka", "seoul"], &EASTERN),
    (&["british", "english", "irish", "scottish", "american", "london", "dublin"], &BRITISH),
];

/// What follows "from" in German without being a place: "Bäckerin aus Leidenschaft".
const NOT_TOWNS: &[&str] = &["Leidenschaft", "Überzeugung", "Liebe"];

/// What "in" and a capital may lead to as well.
const NATIONS: &[&str] = &[
    "german", "japanese", "indian", "african", "british", "english", "spanish", "mexican", "nordic", "french",
];

impl Origin {
    /// As told by a nationality or a town, or any.
    pub(super) fn of(reading: &Reading) -> &'static Self {
        // "A black woman" and "dark skin" name no country, and no dice may contradict them.
        const PEOPLE: &[&str] = &["man", "woman", "girl", "boy", "person", "skin", "skinned"];
        if reading.wishes.joins(&["black", "ebony"], PEOPLE)
            || reading.wishes.joins(&["dark"], &["skin", "skinned"])
        {
            return &AFRICAN;
        }
        reading.told(&BY_WORD).unwrap_or_else(|| reading.rolled("origin", &BY_WORD, &BRITISH))
    }

    /// Whether hair and eyes are dark, as a rule.
    pub(super) fn is_dark(&self) -> bool {
        *self == EASTERN || self.skins.0 > 3
    }

    /// Whether an afro is a likely hair-do.
    pub(super) fn is_curly(&self) -> bool {
        *self == AFRICAN
    }

    /// A first name.
    pub(super) fn first_name(&self, reading: &Reading, gender: Gender) -> &'static str {
        let names = match gender {
            Gender::Woman => self.women,
            Gender::Man => self.men,
            Gender::Person => ANYONE,
        };
        let [first, ..] = names;
        reading.dice.pick("first name", &names, first)
    }

    /// A family name.
    pub(super) fn surname(&self, reading: &Reading) -> &'static str {
        let [first, ..] = self.surnames;
        reading.dice.pick("surname", &self.surnames, first)
    }

    /// Where somebody grew up.
    pub(super) fn town(&self, reading: &Reading) -> String {
        let [first, ..] = self.towns;
        told(reading).unwrap_or_else(|| reading.dice.pick("town", &self.towns, first).to_owned())
    }
}

/// Whom a first name suggests.
pub(super) fn gender_of(name: &str) -> Option<Gender> {
    let first = name.split(' ').next().unwrap_or_default();
    let called = |names: fn(&Origin) -> &[&'static str; 6]| {
        BY_WORD.iter().any(|(_, origin)| names(origin).contains(&first))
    };
    if called(|origin| &origin.women) || first.ends_with('a') {
        Some(Gender::Woman)
    } else {
        called(|origin| &origin.men).then_some(Gender::Man)
    }
}

/// "from Hamburg", "in New York". German capitals say less: there only "from" counts.
fn told(reading: &Reading) -> Option<String> {
    let words: Vec<&str> = reading.text.split_whitespace().collect();
    for (place, word) in words.iter().enumerate() {
        if *word != "from" && (*word != "in" || reading.german) {
            continue;
        }
        let mut town: Vec<&str> = Vec::new();
        for word in words.iter().skip(place + 1).take(3) {
            let plain = word.trim_matches(|sign: char| !sign.is_alphanumeric());
            if !plain.chars().next().is_some_and(char::is_uppercase) || NOT_TOWNS.contains(&plain) {
                break;
            }
            town.push(plain);
            if *word != plain {
                break;
            }
        }
        // "in Anime style", "in Japanese dress".
        let other = |word: &&str| {
            let small = word.to_lowercase();
            styles::names(&small) || NATIONS.contains(&small.as_str())
        };
        if !town.is_empty() && !town.iter().any(other) {
            return Some(town.join(" "));
        }
    }
    None
}
