//! The name that a brief gives.

/// What may stand between a name and where it is announced.
const ANNOUNCED: &[&str] = &["called", "named", "nicknamed", "meet"];
/// Words that begin a sentence and are no names.
const PRONOUNS: &[&str] = &[
    "she", "he", "it", "they", "this", "that", "there", "the", "a", "an", "my", "our", "i", "we", "who",
    "name",
];

/// "a vet called Mara Lind", "Her name is Mara", "Mara, a vet", "Mara is a vet".
pub(super) fn told(text: &str) -> Option<String> {
    text.lines().find_map(told_in)
}

fn told_in(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    for (place, word) in words.iter().enumerate() {
        let small = bare(word).to_lowercase();
        let rest = words.get(place + 1..).unwrap_or_default();
        let after = match rest {
            [next, rest @ ..] if small == "name" && bare(next) == "is" => rest,
            rest if small == "name" && word.ends_with(':') => rest,
            rest if ANNOUNCED.contains(&small.as_str()) => rest,
            _ => continue,
        };
        if let Some(name) = leading(after) {
            return Some(name);
        }
    }
    let name = leading(&words)?;
    let count = name.split(' ').count();
    let last = words.get(count - 1)?;
    let next = bare(words.get(count)?).to_lowercase();
    let article = ["a", "an", "the", "ein", "eine"].contains(&next.as_str());
    let introduced = last.ends_with(',') && (article || next.starts_with(|sign: char| sign.is_ascii_digit()));
    let told_of = !last.ends_with(',') && ["is", "works", "ist"].contains(&next.as_str());
    (introduced || told_of).then_some(name)
}

/// One or two words with capitals.
fn leading(words: &[&str]) -> Option<String> {
    let mut name: Vec<&str> = Vec::new();
    for word in words.iter().take(2) {
        let plain = bare(word);
        let capital = plain.chars().next().is_some_and(char::is_uppercase);
        if !capital || PRONOUNS.contains(&plain.to_lowercase().as_str()) {
            break;
        }
        name.push(plain);
        if word.ends_with([',', '.', ';', ':', '!', '?', ')']) {
            break;
        }
    }
    (!name.is_empty()).then(|| name.join(" "))
}

fn bare(word: &str) -> &str {
    let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_are_given() {
        for (text, name) in [
            ("a vet called Mara", Some("Mara")),
            ("A vet named “Mara Lind”, tall", Some("Mara Lind")),
            ("Her name is Mara. She is a vet", Some("Mara")),
            ("Name: Mara\nAge: 34", Some("Mara")),
            ("Mara, a 34-year-old vet", Some("Mara")),
            ("Mara Lind, 34, vet", Some("Mara Lind")),
            ("Mara Lind is a vet", Some("Mara Lind")),
            ("Jean-Luc works as a vet", Some("Jean-Luc")),
            ("a so called expert", None),
            ("She is a vet", None),
            ("A vet, a mother", None),
            ("Vet", None),
            ("", None),
        ] {
            assert_eq!(told(text).as_deref(), name, "{text}");
        }
    }
}
