//! Personas keep what the brief says.

use super::*;

#[tokio::test]
async fn a_persona_keeps_what_the_brief_says() {
    let scene = Scene::new();
    for (brief, age, field, told) in [
        ("a 34-year-old vet called Mara", 34..=34, "name", "Mara "),
        ("a 34-year-old vet called Mara", 34..=34, "occupation", "Vet"),
        ("Mara Lind, 51, pastry chef", 51..=51, "name", "Mara Lind"),
        ("Mara Lind, 51, pastry chef", 51..=51, "occupation", "Pastry chef"),
        ("a marine biologist from Lisbon", 18..=80, "occupation", "Marine biologist"),
        ("a marine biologist from Lisbon", 18..=80, "backstory", "Lisbon"),
        ("someone in New York in their late forties", 47..=49, "backstory", "New York"),
        ("a woman in her fifties", 51..=58, "appearance", "woman in her"),
        ("a man in his early sixties", 61..=63, "appearance", "man in his early sixties"),
        ("a forty-two-year-old man", 42..=42, "appearance", "man in his early forties"),
        ("a middle-aged lady", 42..=56, "appearance", "A middle-aged woman"),
        ("an old man, retired", 64..=84, "appearance", "man"),
        ("a little girl", 7..=11, "appearance", "A girl of"),
        ("a man, early 40s", 41..=43, "appearance", "early forties"),
        ("ein Mann, Anfang 40", 41..=43, "appearance", "early forties"),
        ("a teenager", 14..=18, "appearance", "young"),
        ("aged 29, 5 years of experience", 29..=29, "appearance", "twenties"),
        ("a non-binary poet", 18..=80, "appearance", "person in their"),
        ("a redhead with green eyes", 18..=80, "appearance", "red "),
        ("a redhead with green eyes", 18..=80, "appearance", "green eyes"),
        ("long black hair, freckles and a scar", 18..=80, "appearance", "long wavy black hair"),
        ("long black hair, freckles and a scar", 18..=80, "appearance", "freckles"),
        ("long black hair, freckles and a scar", 18..=80, "appearance", "scar"),
        ("her hair is a blonde bob, square glasses", 18..=80, "appearance", "blonde bob"),
        ("her hair is a blonde bob, square glasses", 18..=80, "appearance", "square glasses"),
        ("a bald man with a beard", 18..=80, "appearance", "a bald head"),
        ("a bald man with a beard", 18..=80, "appearance", "a full beard"),
        ("a woman with dark skin", 18..=80, "appearance", "dark skin"),
        ("a Nigerian engineer", 18..=80, "appearance", "dark skin"),
        ("an athletic woman in a red hoodie", 18..=80, "appearance", "an athletic build"),
        ("an athletic woman in a red hoodie", 18..=80, "appearance", "a red hoodie"),
        ("purple hair, nose ring", 18..=80, "appearance", "nose ring"),
        ("an elderly fisherman", 68..=84, "appearance", "An elderly man"),
        ("a baker with a hat", 18..=80, "appearance", "and a hat"),
        ("a shy and curious student who loves the sea", 18..=28, "personality", "shy"),
        ("a shy and curious student who loves the sea", 18..=28, "personality", "curious"),
        ("a shy and curious student who loves the sea", 18..=28, "personality", "someone who loves the sea"),
        ("a lighthouse keeper", 18..=90, "occupation", "Lighthouse keeper"),
        ("in watercolour", 5..=90, "style", "Watercolour"),
        ("a cyberpunk hacker", 18..=70, "style", "Cyberpunk"),
        ("corporate headshot of a founder", 18..=70, "style", "Corporate headshot"),
        ("a baker called Bob", 18..=80, "name", "Bob "),
    ] {
        let persona = persona(&scene, brief, "English").await;
        let text = persona[field].as_str().unwrap();
        assert!(text.contains(told), "{brief}: {field}: {text}");
        assert!(age.contains(&persona["age"].as_u64().unwrap()), "{brief}: {}", persona["age"]);
    }
}

#[tokio::test]
async fn german_personas_are_german_throughout() {
    let scene = Scene::new();
    for (brief, language, field, told) in [
        ("a 34-year-old vet called Mara", "de", "occupation", "Tierärztin"),
        ("a 34-year-old vet called Mara", "German", "appearance", "Eine junge Frau Mitte dreißig mit "),
        ("a man with red hair and blue eyes", "Deutsch", "appearance", "roten"),
        ("a man with red hair and blue eyes", "de-CH", "appearance", "blauen Augen"),
        ("a cyberpunk hacker", "de", "style", "Neonlicht"),
        ("eine 34-jährige Meeresbiologin namens Mara aus Hamburg", "de", "occupation", "Meeresbiologin"),
        (
            "eine 34-jährige Meeresbiologin namens Mara aus Hamburg",
            "de",
            "backstory",
            "in Hamburg aufgewachsen",
        ),
        ("eine 34-jährige Meeresbiologin namens Mara aus Hamburg", "de", "name", "Mara "),
        ("eine rothaarige Bäckerin mit grünen Augen, die das Meer liebt", "de", "appearance", "roten"),
        ("eine rothaarige Bäckerin mit grünen Augen, die das Meer liebt", "de", "appearance", "grünen Augen"),
        (
            "eine rothaarige Bäckerin mit grünen Augen, die das Meer liebt",
            "de",
            "personality",
            "der das Meer liebt",
        ),
        ("ein schüchterner Mann Mitte fünfzig mit Brille", "de", "personality", "schüchtern"),
        ("ein schüchterner Mann Mitte fünfzig mit Brille", "de", "appearance", "Ein Mann Mitte fünfzig"),
        ("ein schüchterner Mann Mitte fünfzig mit Brille", "de", "appearance", "Brille"),
        ("eine rothaarige Bäckerin", "English", "appearance", "red"),
        ("eine rothaarige Bäckerin", "English", "occupation", "Baker"),
        ("eine rothaarige Bäckerin", "French", "appearance", "woman"),
    ] {
        let persona = persona(&scene, brief, language).await;
        let text = persona[field].as_str().unwrap();
        assert!(text.contains(told), "{brief}: {language}: {field}: {text}");
    }
    for number in 0..60 {
        let persona = persona(&scene, &format!("number {number}"), "German").await;
        for field in ["occupation", "personality", "backstory", "appearance", "style"] {
            let text = persona[field].as_str().unwrap();
            let english =
                [" the ", " and ", " with ", " of ", " is ", " a "].iter().find(|word| text.contains(**word));
            assert!(english.is_none() && !text.contains('{'), "{text}");
        }
    }
}

#[tokio::test]
async fn the_same_brief_gives_the_same_persona_and_others_do_not() {
    let scene = Scene::new();
    let first = persona(&scene, "a curious engineer", "English").await;
    assert_eq!(persona(&scene, "a curious engineer", "English").await, first);
    assert_ne!(persona(&scene, "a curious doctor", "English").await, first);
    let mut fields: HashMap<String, std::collections::BTreeSet<String>> = HashMap::new();
    for number in 0..60 {
        let persona = persona(&scene, &format!("number {number}"), "English").await;
        for (name, value) in persona.as_object().unwrap() {
            fields.entry(name.clone()).or_default().insert(value.to_string());
        }
    }
    for (name, least) in
        [("name", 40), ("age", 15), ("occupation", 15), ("appearance", 59), ("backstory", 59)]
    {
        assert!(fields[name].len() >= least, "{name}: {}", fields[name].len());
    }
}

/// The caster reads the appearance, so the portrait shows what the persona says.
#[tokio::test]
async fn a_portrait_of_a_persona_has_the_hair_of_the_brief() {
    let scene = Scene::new();
    for (hair, colour) in [
        ("red", [0xc9, 0x60, 0x2c]),
        ("black", [0x32, 0x2a, 0x38]),
        ("blonde", [0xe8, 0xc0, 0x79]),
        ("grey", [0xaf, 0xb0, 0xba]),
        ("purple", [0x80, 0x5c, 0xb8]),
    ] {
        for number in 0..12 {
            let persona =
                persona(&scene, &format!("a woman with {hair} hair, number {number}"), "English").await;
            let prompt = persona["appearance"].as_str().unwrap().to_owned();
            let sitting = avatar::Sitting {
                prompt,
                likeness: None,
                variation: 0,
                width: 192,
                height: 192,
                transparent: false,
                format: avatar::Format::Png,
            };
            let picture = tiny_skia::Pixmap::decode_png(&avatar::paint(&sitting).unwrap()).unwrap();
            // Strokes and light mix a little of something else in.
            let painted = picture.pixels().iter().any(|pixel| {
                let channels = [pixel.red(), pixel.green(), pixel.blue()];
                channels.iter().zip(colour).all(|(is, wanted)| is.abs_diff(wanted) < 12)
            });
            assert!(painted, "{}", sitting.prompt);
        }
    }
}

#[tokio::test]
async fn a_message_without_a_frame_is_a_brief() {
    let scene = Scene::new();
    let mut body = brief("", "");
    body["messages"] = json!([
        { "role": "user", "content": "a pilot" },
        { "role": "assistant", "content": "{}" },
        { "role": "user", "content": [{ "type": "text", "text": "a 40-year-old florist" }] },
    ]);
    let persona: Value = serde_json::from_str(text(&ask(&scene, OK, &body).await)).unwrap();
    assert_eq!((&persona["age"], &persona["occupation"]), (&json!(40), &json!("Florist")));
}

#[tokio::test]
async fn odd_briefs_get_personas_too() {
    let scene = Scene::new();
    let long = "very long ".repeat(3_000);
    for brief in [
        "",
        "🥐",
        "who ",
        "ein, die ",
        "a 999-year-old",
        "Name:",
        "from",
        "in A",
        "ß, ǅ is İ",
        "called .",
        &long,
    ] {
        for language in ["English", "German", ""] {
            let persona = persona(&scene, brief, language).await;
            assert!((5..=110).contains(&persona["age"].as_u64().unwrap()), "{brief}");
            assert!(persona["name"].as_str().unwrap().len() > 4, "{brief}");
        }
    }
}
