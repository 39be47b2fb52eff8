//! An occupation that the sandbox has never heard of, by where it stands: "a 34-year-old boat builder from Kiel".

use super::super::sitter::{MEN, WOMEN};

/// Where the phrase ends.
const ENDS: &[&str] = &[
    "from", "with", "who", "whose", "in", "at", "on", "of", "and", "that", "wearing", "called", "named",
    "living", "for",
];

/// What says nothing about the work.
const ABOUT_THE_PERSON: &[&str] = &[
    "year", "years", "old", "young", "elderly", "tall", "short", "small", "friendly", "happy", "serious",
    "shy", "female", "male", "retired", "cheerful", "quiet", "calm", "bearded", "portrait",
];

/// Who is no occupation.
const NOBODY: &[&str] = &[
    "person",
    "someone",
    "somebody",
    "character",
    "human",
    "adult",
    "teenager",
    "child",
    "kid",
    "avatar",
    "persona",
    "face",
    "cat",
    "dog",
    "fox",
];

/// The last two words of the first "a ...", if they name work.
pub(super) fn occupation(brief: &str) -> Option<String> {
    let brief = brief.to_lowercase();
    let clause = brief.split([',', '.', ';', '!', '?', '\n', '(']).find_map(|clause| {
        let words: Vec<_> = clause.split_whitespace().collect();
        let article = words.iter().position(|word| matches!(*word, "a" | "an"))?;
        Some(words.into_iter().skip(article + 1).map(str::to_owned).collect::<Vec<_>>())
    })?;
    let about_work = |word: &&String| {
        let first = word.split('-').next().unwrap_or_default();
        !first.contains(|sign: char| sign.is_ascii_digit()) && !ABOUT_THE_PERSON.contains(&first)
    };
    let words: Vec<_> =
        clause.iter().take_while(|word| !ENDS.contains(&word.as_str())).filter(about_work).collect();
    let last = words.last()?.as_str();
    let names_work = last.len() > 3
        && last.chars().all(|sign| sign.is_alphabetic() || sign == '-')
        && ![WOMEN, MEN, NOBODY].iter().any(|known| known.contains(&last));
    let kind = words.len().checked_sub(2).and_then(|at| words.get(at));
    names_work.then(|| kind.map_or_else(|| last.to_owned(), |kind| format!("{kind} {last}")))
}

#[cfg(test)]
mod tests {
    use super::occupation;

    #[test]
    fn work_is_told_from_who_does_it() {
        for (brief, work) in [
            ("Mara, a 34-year-old boat builder from Kiel with red hair", Some("boat builder")),
            ("an elderly beekeeper", Some("beekeeper")),
            ("a young stunt double who loves cats", Some("stunt double")),
            ("a woman with red hair", None),
            ("a 34 year old man", None),
            ("somebody nice", None),
        ] {
            assert_eq!(occupation(brief).as_deref(), work, "{brief}");
        }
    }
}
