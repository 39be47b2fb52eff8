//! From a prompt to a sitter: what the prompt wishes for first, dice for the rest. First who it is, then what is
//! worn and where; somebody who is known already keeps the first.

mod hair;
mod outfit;
mod person;

use super::super::dice::Dice;
use super::super::wish::Wishes;
use super::ink::Ink;
use super::likeness::Likeness;
use super::look::{Age, Look, Motif};

/// What is known about the sitter before the details.
struct Brief {
    dice: Dice,
    wishes: Wishes,
    woman: bool,
    age: Age,
    /// The place of the skin in the row from light to dark.
    shade: usize,
}

/// Decides who it is.
pub(super) fn somebody(prompt: &str, variation: u32) -> Likeness {
    let brief = Brief::of(prompt, variation);
    Likeness {
        woman: brief.woman,
        age: brief.age,
        shade: brief.shade,
        tint: hair::tint(&brief),
        style: hair::style(&brief),
        beard: hair::beard(&brief),
        iris: person::iris(&brief),
        freckles: person::freckles(&brief),
        mood: person::mood(&brief),
        glasses: outfit::glasses(&brief),
        seed: brief.dice,
    }
}

/// Decides how the prompt shows this person.
pub(super) fn cast(who: &Likeness, prompt: &str, variation: u32) -> Look {
    let Likeness { woman, age, shade, .. } = who;
    let brief = Brief { woman: *woman, age: *age, shade: *shade, ..Brief::of(prompt, variation) };
    let child = brief.age == Age::Child;
    let headwear = outfit::headwear(&brief);
    let style = hair::under(&brief, who.style, headwear);
    let gold = Ink::hex(0xf2c14e);
    // What belongs to the face is rolled with the person's own dice.
    let dice = &who.seed;
    Look {
        scene: outfit::scene(&brief),
        motif: brief.dice.pick("motif", &Motif::ALL, Motif::Halo),
        age: brief.age,
        mood: if person::wished_mood(&brief).is_some() { person::mood(&brief) } else { who.mood },
        skin: person::skin(&brief),
        tint: who.tint,
        style,
        beard: who.beard,
        glasses: if outfit::names_glasses(&brief) { outfit::glasses(&brief) } else { who.glasses },
        headwear,
        earrings: outfit::earrings(&brief, style),
        cut: outfit::cut(&brief),
        iris: who.iris,
        lashes: *woman,
        freckles: who.freckles,
        jaw: match (child, woman) {
            (true, _) => dice.between("jaw", 2.0, 7.0),
            (false, true) => dice.between("jaw", -8.0, 3.0),
            (false, false) => dice.between("jaw", 4.0, 14.0),
        },
        nose: dice.between("nose", 17.0, 23.0) + if *shade > 4 { 4.0 } else { 0.0 }
            - if child { 5.0 } else { 0.0 },
        brow: if *woman || child {
            dice.between("brow", 8.0, 11.0)
        } else {
            dice.between("brow", 11.0, 15.0)
        },
        lips: if *woman && !child {
            dice.between("lips", 11.0, 14.0)
        } else {
            dice.between("lips", 6.0, 9.0)
        },
        eye_size: dice.between("eyes", 0.95, 1.05) + if child { 0.18 } else { 0.0 },
        blush: if *shade > 5 { 0.3 } else { 0.42 } + if child { 0.1 } else { 0.0 },
        metal: dice.pick("metal", &[gold, Ink::hex(0xe8e6ea)], gold),
    }
}

impl Brief {
    fn of(prompt: &str, variation: u32) -> Self {
        let (dice, wishes) = (Dice::of(prompt, variation), Wishes::read(prompt));
        let woman = person::woman(&dice, &wishes);
        let age = person::age(&dice, &wishes);
        let shade = person::shade(&dice, &wishes);
        Self { dice, wishes, woman, age, shade }
    }

    /// The first row of a table whose names the prompt wishes for.
    fn wished<T: Copy>(&self, table: &[(&'static [&'static str], T)]) -> Option<T> {
        table.iter().find(|(names, _)| self.wishes.says(names)).map(|(_, what)| *what)
    }
}

#[cfg(test)]
mod tests {
    use super::super::look::{Beard, Cut, Glasses, Headwear, Mood, Style};
    use super::super::palette::{NAMED_SKIES, SKINS, TINTS};
    use super::*;

    fn cast(prompt: &str, variation: u32) -> Look {
        super::cast(&somebody(prompt, variation), prompt, variation)
    }

    fn tint_named(name: &str) -> Ink {
        TINTS.iter().find(|(names, _)| names.contains(&name)).unwrap().1.base
    }

    #[test]
    fn the_obvious_is_honoured_whatever_the_dice_say() {
        for variation in 0..40 {
            let look = cast("smiling woman with red hair, round glasses and a blue background", variation);
            assert!(look.lashes && matches!(look.mood, Mood::Smile | Mood::Grin));
            assert_eq!(look.tint.base, tint_named("red"));
            assert_eq!(look.glasses, Some(Glasses::Round));
            assert_eq!(look.headwear, None, "whoever names the hair wants to see it");
            let blue = NAMED_SKIES.iter().find(|(names, _)| names.contains(&"blue")).unwrap().1;
            assert_eq!(look.scene.above, Ink::hex(blue[0]));

            let look = cast("a bald man with a beard, no glasses, in a green hoodie", variation);
            assert!(!look.lashes);
            assert_eq!((look.style, look.beard, look.glasses), (Style::Bald, Some(Beard::Full), None));
            assert_eq!(look.cut, Cut::Hoodie);

            let look = cast("grandmother in a hijab, dark skin, serious", variation);
            assert_eq!(
                (look.age, look.headwear, look.mood),
                (Age::Elder, Some(Headwear::Headscarf), Mood::Serious)
            );
            assert!(SKINS[7..].iter().any(|skin| skin.base == look.skin.base));

            let look = cast("a boy with a hat", variation);
            assert_eq!((look.age, look.headwear, look.beard), (Age::Child, Some(Headwear::Hat), None));
        }
    }

    #[test]
    fn somebody_known_keeps_the_face_and_wears_what_is_asked_for() {
        for variation in 0..40 {
            let who = somebody("an old man with a red beard and round glasses", variation);
            let was = super::cast(&who, "an old man", variation);
            let prompt = "a young woman with black hair, sad, in a hoodie and a beanie, blue background";
            let now = super::cast(&who, prompt, variation + 1);
            let face = |look: &Look| {
                let Look { age, lashes, beard, iris, freckles, .. } = *look;
                let shape = [look.jaw, look.nose, look.brow, look.lips, look.eye_size, look.blush];
                (age, lashes, beard, iris, freckles, shape, look.tint, look.skin.base, look.glasses)
            };
            assert_eq!(face(&was), face(&now));
            assert_eq!(was.mood, who.mood, "nobody asked for another");
            assert_eq!((now.mood, now.cut, now.headwear), (Mood::Sad, Cut::Hoodie, Some(Headwear::Beanie)));
            assert_eq!(super::cast(&who, "without glasses", 0).glasses, None);
            assert_eq!(super::cast(&who, "with sunglasses", 0).glasses, Some(Glasses::Sun));
        }
    }

    #[test]
    fn years_are_told_from_old_age() {
        for (prompt, age) in [
            ("a 34-year-old woman", Age::Adult),
            ("a man, 64 years old", Age::Adult),
            ("a 9 year old girl", Age::Child),
            ("a 71-year-old man", Age::Elder),
            ("an old man", Age::Elder),
        ] {
            assert!((0..20).all(|variation| cast(prompt, variation).age == age), "{prompt}");
        }
    }

    #[test]
    fn dice_bring_variety() {
        let looks: Vec<Look> = (0..200).map(|variation| cast("a portrait", variation)).collect();
        let shares = |yes: &dyn Fn(&Look) -> bool| looks.iter().filter(|look| yes(look)).count();
        assert!((60..140).contains(&shares(&|look| look.lashes)));
        assert!((10..90).contains(&shares(&|look| look.glasses.is_some())));
        assert!((5..80).contains(&shares(&|look| look.headwear.is_some())));
        assert!(shares(&|look| look.beard.is_some() && look.lashes) == 0);
    }
}
