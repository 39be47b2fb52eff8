//! How old somebody is.

use super::reading::Reading;

const DECADES: [(&str, &str, u64); 8] = [
    ("twenties", "twenty", 20),
    ("thirties", "thirty", 30),
    ("forties", "forty", 40),
    ("fifties", "fifty", 50),
    ("sixties", "sixty", 60),
    ("seventies", "seventy", 70),
    ("eighties", "eighty", 80),
    ("nineties", "ninety", 90),
];
const DIGITS: [&str; 9] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const PEOPLE: &[&str] = &["man", "woman", "lady", "gentleman", "person"];

/// As told, or plausible.
pub(super) fn of(reading: &Reading) -> u64 {
    told(reading).unwrap_or_else(|| {
        let (low, high) = span(reading);
        low + (reading.dice.roll("age") * (high - low + 1) as f32) as u64
    })
}

fn told(reading: &Reading) -> Option<u64> {
    let text = reading.text.to_lowercase();
    let words: Vec<&str> =
        text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let at = |place: usize| words.get(place).copied().unwrap_or_default();
    for place in 0..words.len() {
        let Some((number, behind)) = number(at(place), at(place + 1)) else {
            continue;
        };
        let (next, last) = (at(place + behind), at(place + behind + 1));
        // "5 years of experience" is no age.
        let old = ["year", "years"].contains(&next) && last == "old" || next == "yo";
        let aged =
            |back: usize| place.checked_sub(back).is_some_and(|before| ["aged", "age"].contains(&at(before)));
        if old || aged(1) || (aged(2) && at(place - 1) == "of") {
            return Some(number);
        }
    }
    for (place, word) in words.iter().enumerate() {
        let part = match place.checked_sub(1).map(at) {
            Some("early") => Some((1, 3)),
            Some("mid" | "middle") => Some((4, 6)),
            Some("late") => Some((7, 9)),
            _ => None,
        };
        // "in her forties", "early forties", "early 40s" and, in German, "early 40".
        let is = |(name, _, decade): &&(&str, &str, u64)| {
            name == word || *word == format!("{decade}s") || part.is_some() && *word == decade.to_string()
        };
        if let Some((_, _, decade)) = DECADES.iter().find(is) {
            let (low, high) = part.unwrap_or((1, 8));
            return Some(decade + low + (reading.dice.roll("year") * (high - low + 1) as f32) as u64);
        }
    }
    // "Mara, 34, from Hamburg".
    let mut alone =
        text.split([',', '.', ';', '(', ')', '\n']).filter_map(|clause| clause.trim().parse().ok());
    alone.find(|age| (3..=110).contains(age))
}

/// A number in digits or words, and how many words it takes.
fn number(word: &str, next: &str) -> Option<(u64, usize)> {
    if let Ok(number) = word.parse() {
        return (1..=110).contains(&number).then_some((number, 1));
    }
    let (_, _, tens) = DECADES.iter().find(|(_, name, _)| *name == word)?;
    match DIGITS.iter().position(|digit| *digit == next) {
        Some(digit) => Some((tens + 1 + digit as u64, 2)),
        None => Some((*tens, 1)),
    }
}

fn span(reading: &Reading) -> (u64, u64) {
    let wishes = &reading.wishes;
    if wishes.joins(&["middle"], &["aged"]) {
        (42, 56)
    } else if wishes.says(&["grandmother", "grandma", "grandfather", "grandpa", "elderly", "wrinkled"])
        || wishes.joins(&["old", "older", "aged"], PEOPLE)
    {
        (68, 84)
    } else if wishes.says(&["retired", "pensioner", "senior"]) {
        (64, 76)
    } else if wishes.says(&["teen", "teenager", "teenage"]) {
        (14, 18)
    } else if wishes.says(&["child", "kid", "girl", "boy", "toddler", "schoolgirl", "schoolboy", "pupil"]) {
        (7, 11)
    } else if wishes.says(&["student", "apprentice", "trainee", "young"]) {
        (20, 28)
    } else {
        (25, 57)
    }
}
