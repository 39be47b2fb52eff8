//! From a prompt to a sitter: what the prompt wishes for first, dice for the rest.

mod hair;
mod outfit;
mod person;

use super::dice::Dice;
use super::ink::Ink;
use super::look::{Age, Look, Motif};
use super::wish::Wishes;

/// What is known about the sitter before the details.
struct Brief {
    dice: Dice,
    wishes: Wishes,
    woman: bool,
    age: Age,
    /// The place of the skin in the row from light to dark.
    shade: usize,
}

/// Decides everything about the sitter.
pub(super) fn cast(prompt: &str, variation: u32) -> Look {
    let brief = Brief::of(prompt, variation);
    let Brief { dice, woman, shade, .. } = &brief;
    let child = brief.age == Age::Child;
    let headwear = outfit::headwear(&brief);
    let style = hair::under(&brief, hair::style(&brief), headwear);
    let gold = Ink::hex(0xf2c14e);
    Look {
        scene: outfit::scene(&brief),
        motif: dice.pick("motif", &Motif::ALL, Motif::Halo),
        age: brief.age,
        mood: person::mood(&brief),
        skin: person::skin(&brief),
        tint: hair::tint(&brief),
        style,
        beard: hair::beard(&brief),
        glasses: outfit::glasses(&brief),
        headwear,
        earrings: outfit::earrings(&brief, style),
        cut: outfit::cut(&brief),
        iris: person::iris(&brief),
        lashes: *woman,
        freckles: person::freckles(&brief),
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
    fn dice_bring_variety() {
        let looks: Vec<Look> = (0..200).map(|variation| cast("a portrait", variation)).collect();
        let shares = |yes: &dyn Fn(&Look) -> bool| looks.iter().filter(|look| yes(look)).count();
        assert!((60..140).contains(&shares(&|look| look.lashes)));
        assert!((10..90).contains(&shares(&|look| look.glasses.is_some())));
        assert!((5..80).contains(&shares(&|look| look.headwear.is_some())));
        assert!(shares(&|look| look.beard.is_some() && look.lashes) == 0);
    }
}
