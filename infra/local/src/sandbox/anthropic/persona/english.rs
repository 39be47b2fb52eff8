//! A sitter in English.

use super::Persona;
use super::said::Said;
use super::sitter::{Gender, Sitter};

/// Writes it all down.
pub(super) fn describe(sitter: &Sitter) -> Persona {
    let Sitter { first_name, surname, age, .. } = sitter;
    Persona {
        name: format!("{first_name} {surname}"),
        age: *age,
        occupation: sentence_case(&sitter.trade.en),
        personality: personality(sitter),
        backstory: backstory(sitter),
        appearance: appearance(sitter),
        style: sitter.style.en.to_owned(),
    }
}

fn personality(sitter: &Sitter) -> String {
    let name = &sitter.first_name;
    let traits: Vec<&str> = sitter.traits.iter().map(|one| one.en).collect();
    let known_for = match &sitter.known_for {
        Some(clause) if !sitter.german_brief => format!(" {name} is someone who {clause}."),
        _ => String::new(),
    };
    format!("{name} is {}.{known_for} {}", list(&traits), sitter.habit.en.replace("{}", name))
}

fn backstory(sitter: &Sitter) -> String {
    let Sitter { first_name: name, town, trade, childhood, turn, .. } = sitter;
    let place = format!("{name} grew up in {town}, {}.", childhood.en);
    format!("{place} {} Today {name} is {} and {}.", turn.en, with_article(&trade.en), trade.deed.en)
}

/// The caster of the avatars takes "old" for elderly wherever it stands, so nobody is "34 years old" here.
fn appearance(sitter: &Sitter) -> String {
    let (form, colour) = sitter.hair;
    let mut parts = vec![form.en.replace("{}", colour.en), format!("{} eyes", sitter.eyes.en)];
    parts.extend(
        [sitter.skin, sitter.build].iter().chain(&sitter.marks).map(|part: &Said| part.en.to_owned()),
    );
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let (clothes, _) = &sitter.clothes;
    format!("{} with {}. {}. Usually seen in {clothes}.", who(sitter), list(&parts), sitter.mood.en)
}

fn who(sitter: &Sitter) -> String {
    let (noun, child, whose) = match sitter.gender {
        Gender::Woman => ("woman", "girl", "her"),
        Gender::Man => ("man", "boy", "his"),
        Gender::Person => ("person", "child", "their"),
    };
    let age = sitter.age;
    let part = match age % 10 {
        0..=3 => "early ",
        4..=6 => "mid-",
        _ => "late ",
    };
    let decade = match age / 10 {
        2 => "twenties",
        3 => "thirties",
        4 => "forties",
        5 => "fifties",
        6 => "sixties",
        7 => "seventies",
        8 => "eighties",
        _ => "nineties",
    };
    match age {
        0..13 => format!("A {child} of {age}"),
        13..20 => format!("A young {noun} of {age}"),
        20..36 => format!("A young {noun} in {whose} {part}{decade}"),
        36..42 => format!("An adult {noun} in {whose} {part}{decade}"),
        42..65 => format!("A middle-aged {noun} in {whose} {part}{decade}"),
        65..100 => format!("An elderly {noun} in {whose} {part}{decade}"),
        _ => format!("An elderly {noun} of {age}"),
    }
}

fn list(parts: &[&str]) -> String {
    match parts {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        all => all.join(", "),
    }
}

fn with_article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
