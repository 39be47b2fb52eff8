//! A sitter in German.

use super::Persona;
use super::said::Said;
use super::sitter::{Gender, Sitter};

/// Writes it all down.
pub(super) fn describe(sitter: &Sitter) -> Persona {
    let Sitter { first_name, surname, age, .. } = sitter;
    Persona {
        name: format!("{first_name} {surname}"),
        age: *age,
        occupation: sitter.trade.de(sitter.gender).to_owned(),
        personality: personality(sitter),
        backstory: backstory(sitter),
        appearance: appearance(sitter),
        style: sitter.style.de.to_owned(),
    }
}

fn personality(sitter: &Sitter) -> String {
    let name = &sitter.first_name;
    let traits: Vec<&str> = sitter.traits.iter().map(|one| one.de).collect();
    let known_for = match &sitter.known_for {
        Some(clause) if sitter.german_brief => format!(" {name} ist jemand, der {clause}."),
        _ => String::new(),
    };
    format!("{name} ist {}.{known_for} {}", list(&traits), sitter.habit.de.replace("{}", name))
}

fn backstory(sitter: &Sitter) -> String {
    let Sitter { first_name: name, town, trade, childhood, turn, .. } = sitter;
    let place = format!("{name} ist in {town} aufgewachsen, {}.", childhood.de);
    let title = trade.de(sitter.gender);
    format!("{place} {} Heute ist {name} {title} und {}.", turn.de, trade.deed.de)
}

fn appearance(sitter: &Sitter) -> String {
    let (form, colour) = sitter.hair;
    let mut parts = vec![form.de.replace("{}", colour.de), format!("{} Augen", sitter.eyes.de)];
    parts.extend(
        [sitter.skin, sitter.build].iter().chain(&sitter.marks).map(|part: &Said| part.de.to_owned()),
    );
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let (_, clothes) = &sitter.clothes;
    format!("{} mit {}. {}. Meist in {clothes} zu sehen.", who(sitter), list(&parts), sitter.mood.de)
}

fn who(sitter: &Sitter) -> String {
    let (article, noun, child, young, elderly) = match sitter.gender {
        Gender::Woman => ("Eine", "Frau", "Ein Mädchen", "junge", "ältere"),
        Gender::Man => ("Ein", "Mann", "Ein Junge", "junger", "älterer"),
        Gender::Person => ("Eine", "Person", "Ein Kind", "junge", "ältere"),
    };
    let age = sitter.age;
    let part = match age % 10 {
        0..=3 => "Anfang",
        4..=6 => "Mitte",
        _ => "Ende",
    };
    let decade = match age / 10 {
        2 => "zwanzig",
        3 => "dreißig",
        4 => "vierzig",
        5 => "fünfzig",
        6 => "sechzig",
        7 => "siebzig",
        8 => "achtzig",
        _ => "neunzig",
    };
    match age {
        0..13 => format!("{child} von {age} Jahren"),
        13..20 => format!("{article} {young} {noun} von {age} Jahren"),
        20..36 => format!("{article} {young} {noun} {part} {decade}"),
        36..65 => format!("{article} {noun} {part} {decade}"),
        65..100 => format!("{article} {elderly} {noun} {part} {decade}"),
        _ => format!("{article} {elderly} {noun} von {age} Jahren"),
    }
}

fn list(parts: &[&str]) -> String {
    match parts {
        [most @ .., last] if !most.is_empty() => format!("{} und {last}", most.join(", ")),
        all => all.join(", "),
    }
}
