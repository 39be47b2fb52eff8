//! Reads the obvious out of a prompt: "red hair", "no glasses", "on a blue background".

/// The words of a prompt in small letters; `None` where the clause ends.
pub(super) struct Wishes {
    words: Vec<Option<String>>,
}

/// A thing wished for under several names.
type Names = &'static [&'static str];

const NEGATIONS: &[&str] = &["no", "not", "without", "never", "nor"];
/// What starts a new thought without a comma.
const TURNS: &[&str] = &["with", "but", "wearing", "and", "on", "in", "has", "having"];
/// What may stand between a thing and its colour behind it: "hair is bright red".
const LINKS: &[&str] = &["is", "are", "in", "of", "a", "the", "bright", "dark", "light", "pastel", "soft"];

impl Wishes {
    /// Takes the prompt apart.
    pub(super) fn read(prompt: &str) -> Self {
        let mut words = Vec::new();
        for piece in prompt.split_inclusive(|sign: char| !sign.is_alphanumeric()) {
            let word: String = piece.chars().filter(|sign| sign.is_alphanumeric()).collect();
            if !word.is_empty() {
                words.push(Some(word.to_lowercase()));
            }
            if piece.ends_with([',', '.', ';', '!', '?', '\n', '(', ')']) {
                words.push(None);
            }
        }
        Self { words }
    }

    /// Whether any of these is wished for.
    pub(super) fn says(&self, names: &[&str]) -> bool {
        self.places(names).any(|place| !self.negated(place))
    }

    /// Whether any of these is expressly not wished for.
    pub(super) fn refuses(&self, names: &[&str]) -> bool {
        self.places(names).any(|place| self.negated(place))
    }

    /// Whether one of the first directly precedes one of the second: "long" and "hair", also "long red hair".
    pub(super) fn joins(&self, first: &[&str], second: &[&str]) -> bool {
        self.places(second).any(|place| self.before(place, 3).any(|word| first.contains(&word)))
    }

    /// The colour given to a thing: "curly red hair", "the background is light blue".
    pub(super) fn coloured<T: Copy>(&self, things: &[&str], named: &[(Names, T)]) -> Option<T> {
        let called =
            |word: &str| named.iter().find(|(names, _)| names.contains(&word)).map(|(_, what)| *what);
        let places: Vec<usize> = self.places(things).collect();
        let before = places.iter().find_map(|place| self.before(*place, 3).find_map(called));
        let behind = || places.iter().find_map(|place| self.behind(*place).find_map(called));
        before.or_else(behind)
    }

    fn places<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = usize> + 'a {
        self.words.iter().enumerate().filter_map(|(place, word)| {
            word.as_deref().is_some_and(|word| names.contains(&word)).then_some(place)
        })
    }

    /// The words before a place, nearest first, as far as the same thought goes.
    fn before(&self, place: usize, most: usize) -> impl Iterator<Item = &str> {
        let earlier = self.words.get(..place).unwrap_or_default();
        let same_thought = earlier.iter().rev().map_while(Option::as_deref);
        same_thought.take(most).take_while(|word| !TURNS.contains(word))
    }

    /// The words behind a place, as long as they only lead to a colour.
    fn behind(&self, place: usize) -> impl Iterator<Item = &str> {
        let later = self.words.get(place + 1..).unwrap_or_default();
        let linked = later.iter().map_while(Option::as_deref);
        let mut leads_on = true;
        linked.take(4).take_while(move |word| std::mem::replace(&mut leads_on, LINKS.contains(word)))
    }

    fn negated(&self, place: usize) -> bool {
        self.before(place, 3).any(|word| NEGATIONS.contains(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOURS: &[(Names, u8)] = &[(&["red", "ginger"], 1), (&["blue"], 2)];

    #[test]
    fn colours_belong_to_the_thing_they_stand_at() {
        for (prompt, hair, background) in [
            ("a woman with long red hair on a blue background", Some(1), Some(2)),
            ("Blue hair, red background!", Some(2), Some(1)),
            ("her hair is bright red", Some(1), None),
            ("red jacket, short hair", None, None),
            ("red scarf and hair", None, None),
            ("background in blue", None, Some(2)),
        ] {
            let wishes = Wishes::read(prompt);
            assert_eq!(wishes.coloured(&["hair"], COLOURS), hair, "{prompt}");
            assert_eq!(wishes.coloured(&["background"], COLOURS), background, "{prompt}");
        }
    }

    #[test]
    fn what_is_refused_is_not_wished_for() {
        let wishes = Wishes::read("A man without a beard, glasses. No hat");
        assert!(wishes.refuses(&["beard"]) && !wishes.says(&["beard"]));
        assert!(wishes.says(&["glasses"]) && !wishes.refuses(&["glasses"]));
        assert!(wishes.refuses(&["hat"]));
        assert!(!wishes.says(&["man's", "at"]), "only whole words count");
    }
}
