//! German briefs, word by word in English where a word matters, so that one reader is enough.

use super::trades;

/// A brief that can be read in English.
pub(super) struct Glossed {
    pub(super) text: String,
    /// Whether it was in German.
    pub(super) german: bool,
    /// The occupation as the brief calls it: "Meeresbiologin".
    pub(super) title: Option<String>,
}

/// Words that no English brief has.
const SIGNS: &[&str] =
    &["ein", "eine", "einen", "einem", "einer", "mit", "und", "ist", "aus", "namens", "der"];
/// Endings of adjectives, longest first.
const ENDINGS: &[&str] = &["en", "er", "es", "em", "e", ""];

/// Adjectives, and other words without a capital.
const SMALL: &[(&str, &str)] = &[
    ("namens", "named"),
    ("heißt", "named"),
    ("genannt", "called"),
    ("aus", "from"),
    ("mit", "with"),
    ("und", "and"),
    ("trägt", "wearing"),
    ("ohne", "without"),
    ("kein", "no"),
    ("sie", "she"),
    ("ihr", "her"),
    ("sein", "his"),
    ("jährig", "year old"),
    ("jahre", "year"),
    ("alt", "old"),
    ("jung", "young"),
    ("mittleren", "middle"),
    ("anfang", "early"),
    ("mitte", "mid"),
    ("ende", "late"),
    ("zwanzig", "twenties"),
    ("dreißig", "thirties"),
    ("vierzig", "forties"),
    ("fünfzig", "fifties"),
    ("sechzig", "sixties"),
    ("siebzig", "seventies"),
    ("achtzig", "eighties"),
    ("zwanziger", "twenties"),
    ("dreißiger", "thirties"),
    ("vierziger", "forties"),
    ("fünfziger", "fifties"),
    ("sechziger", "sixties"),
    ("rot", "red"),
    ("blond", "blonde"),
    ("braun", "brown"),
    ("dunkelbraun", "dark brown"),
    ("hellbraun", "light brown"),
    ("kastanienbraun", "chestnut"),
    ("schwarz", "black"),
    ("grau", "grey"),
    ("weiß", "white"),
    ("blau", "blue"),
    ("grün", "green"),
    ("gelb", "yellow"),
    ("rosa", "pink"),
    ("lila", "purple"),
    ("violett", "purple"),
    ("dunkl", "dark"),
    ("dunkel", "dark"),
    ("hell", "fair"),
    ("blass", "pale"),
    ("lang", "long"),
    ("kurz", "short"),
    ("lockig", "curly"),
    ("wellig", "wavy"),
    ("gewellt", "wavy"),
    ("glatt", "straight"),
    ("kahl", "bald"),
    ("rund", "round"),
    ("eckig", "square"),
    ("groß", "tall"),
    ("schlank", "slim"),
    ("sportlich", "athletic"),
    ("kräftig", "stocky"),
    ("schüchtern", "shy"),
    ("fröhlich", "cheerful"),
    ("freundlich", "friendly"),
    ("neugierig", "curious"),
    ("mürrisch", "grumpy"),
    ("ernst", "serious"),
    ("ruhig", "calm"),
    ("mutig", "brave"),
    ("witzig", "witty"),
    ("ehrgeizig", "ambitious"),
    ("stur", "stubborn"),
    ("geduldig", "patient"),
    ("gotisch", "gothic"),
    ("minimalistisch", "minimalist"),
];

/// Nouns.
const NOUNS: &[(&str, &str)] = &[
    ("Frau", "woman"),
    ("Dame", "lady"),
    ("Mann", "man"),
    ("Herr", "gentleman"),
    ("Mädchen", "girl"),
    ("Junge", "boy"),
    ("Kind", "child"),
    ("Mutter", "mother"),
    ("Vater", "father"),
    ("Großmutter", "grandmother"),
    ("Großvater", "grandfather"),
    ("Oma", "grandmother"),
    ("Opa", "grandfather"),
    ("Alters", "aged"),
    ("Jahre", "year"),
    ("Name", "name"),
    ("Haar", "hair"),
    ("Haare", "hair"),
    ("Haaren", "hair"),
    ("Locken", "curls"),
    ("Zöpfen", "braids"),
    ("Pferdeschwanz", "ponytail"),
    ("Dutt", "bun"),
    ("Glatze", "bald"),
    ("Augen", "eyes"),
    ("Haut", "skin"),
    ("Bart", "beard"),
    ("Vollbart", "beard"),
    ("Schnurrbart", "moustache"),
    ("Dreitagebart", "stubble"),
    ("Brille", "glasses"),
    ("Sommersprossen", "freckles"),
    ("Narbe", "scar"),
    ("Tattoo", "tattoo"),
    ("Ohrringe", "earrings"),
    ("Ohrringen", "earrings"),
    ("Hut", "hat"),
    ("Mütze", "beanie"),
    ("Kopfhörer", "headphones"),
    ("Kopftuch", "headscarf"),
    ("Anzug", "suit"),
    ("Jacke", "jacket"),
    ("Hemd", "shirt"),
    ("Pullover", "sweater"),
    ("Kleid", "dress"),
    ("Mantel", "coat"),
    ("Aquarell", "watercolour"),
    ("Ölgemälde", "oil painting"),
    ("Bleistiftzeichnung", "pencil"),
    ("Comic", "comic"),
    ("Bewerbungsfoto", "corporate headshot"),
];

/// Reads a brief. One that is in English comes back as it is.
pub(super) fn read(brief: &str) -> Glossed {
    let signs = |word: &str| SIGNS.contains(&word.to_lowercase().as_str());
    let german = brief.split(|sign: char| !sign.is_alphanumeric()).any(signs);
    if !german {
        return Glossed { text: brief.to_owned(), german, title: None };
    }
    let mut title = None;
    let mut text = String::new();
    for piece in brief.split_inclusive(|sign: char| !sign.is_alphanumeric()) {
        let (word, sign) = piece.split_at(piece.trim_end_matches(|sign: char| !sign.is_alphanumeric()).len());
        if title.is_none() && trades::german(word).is_some() {
            title = Some(word.to_owned());
        }
        text.push_str(&gloss(word));
        text.push_str(sign);
    }
    Glossed { text, german, title }
}

fn gloss(word: &str) -> String {
    if let Some((_, english)) = NOUNS.iter().find(|(german, _)| *german == word) {
        return (*english).to_owned();
    }
    if let Some(title) = trades::german(word) {
        return title;
    }
    let small = word.to_lowercase();
    if let Some(hair) = ["haarige", "haariger", "haarig"].iter().find_map(|end| small.strip_suffix(end)) {
        return format!("{} haired", gloss(hair));
    }
    if let Some(eyes) = ["äugige", "äugiger", "äugig"].iter().find_map(|end| small.strip_suffix(end)) {
        return format!("{} eyed", gloss(eyes));
    }
    // "Mitte Dreißig": numbers of years are spelled either way.
    let known = |stem: &str| SMALL.iter().find(|(german, _)| *german == stem).map(|(_, english)| *english);
    let stem = ENDINGS.iter().rev().find_map(|end| small.strip_suffix(end).and_then(known));
    stem.map_or_else(|| word.to_owned(), str::to_owned)
}
