//! Clothes, things worn, and the scene they have to go with.

use super::super::ink::Ink;
use super::super::look::{Age, Cut, Glasses, Headwear, Style};
use super::super::palette::{NAMED_CLOTHS, NAMED_SKIES, SCENES, Scene};
use super::{Brief, hair};

const CLOTHES: &[&str] = &[
    "shirt",
    "tshirt",
    "sweater",
    "hoodie",
    "jacket",
    "suit",
    "blazer",
    "dress",
    "turtleneck",
    "top",
    "coat",
    "jumper",
    "overalls",
    "clothes",
    "pullover",
    "tee",
    "dungarees",
    "rollneck",
    "blouse",
];
const GLASSES: &[&str] = &["glasses", "spectacles", "eyeglasses"];
const SUNGLASSES: &[&str] = &["sunglasses", "shades"];
const HATS: &[&str] = &["hat", "fedora", "cowboy", "cap", "baseball", "beanie", "toque"];

pub(super) fn scene(brief: &Brief) -> Scene {
    let [first, ..] = SCENES;
    let mut scene = brief.dice.pick("scene", &SCENES, first);
    let named = brief.wishes.coloured(&["background", "backdrop", "wall", "sky"], &NAMED_SKIES);
    if let Some([above, below, light]) = named {
        scene = Scene { above: Ink::hex(above), below: Ink::hex(below), light: Ink::hex(light), ..scene };
    }
    if let Some(cloth) = brief.wishes.coloured(CLOTHES, &NAMED_CLOTHS) {
        scene.cloth = Ink::hex(cloth);
    }
    if let Some(accent) = brief.wishes.coloured(HATS, &NAMED_CLOTHS) {
        scene.accent = Ink::hex(accent);
    }
    // Clothes must not melt into what is behind them.
    if scene.cloth.far_from(scene.below) { scene } else { Scene { cloth: scene.cloth.darker(0.35), ..scene } }
}

/// Whether the prompt talks about glasses at all, for or against.
pub(super) fn names_glasses(brief: &Brief) -> bool {
    let talks = |names: &[&str]| brief.wishes.says(names) || brief.wishes.refuses(names);
    talks(GLASSES) || talks(SUNGLASSES)
}

pub(super) fn glasses(brief: &Brief) -> Option<Glasses> {
    let wishes = &brief.wishes;
    if wishes.says(SUNGLASSES) {
        return Some(Glasses::Sun);
    }
    let share = match brief.age {
        Age::Child => 0.1,
        Age::Adult => 0.2,
        Age::Elder => 0.5,
    };
    let worn = !wishes.refuses(GLASSES) && (wishes.says(GLASSES) || brief.dice.chance("glasses", share));
    let (square, round) = (wishes.joins(&["square"], GLASSES), wishes.joins(&["round"], GLASSES));
    let square = square || (!round && brief.dice.chance("frame", 0.5));
    worn.then_some(if square { Glasses::Square } else { Glasses::Round })
}

pub(super) fn earrings(brief: &Brief, style: Style) -> bool {
    const NAMES: &[&str] = &["earrings", "earring", "jewelry", "jewellery"];
    // Worn over hair only when asked for: nobody else would see them there.
    let hidden = matches!(style, Style::Long | Style::Wavy | Style::Bob);
    let share = if brief.woman && brief.age != Age::Child { 0.6 } else { 0.04 };
    let rolled = || !hidden && brief.dice.chance("earrings", share);
    brief.wishes.says(NAMES) || (!brief.wishes.refuses(NAMES) && rolled())
}

pub(super) fn headwear(brief: &Brief) -> Option<Headwear> {
    const TABLE: [(&[&str], Headwear); 5] = [
        (&["beanie", "toque"], Headwear::Beanie),
        (&["cap", "baseball"], Headwear::Cap),
        (&["hijab", "headscarf", "veil"], Headwear::Headscarf),
        (&["headphones", "headset", "dj"], Headwear::Headphones),
        (&["hat", "fedora", "cowboy"], Headwear::Hat),
    ];
    let some = [
        (4, Some(Headwear::Beanie)),
        (3, Some(Headwear::Cap)),
        (2, Some(Headwear::Hat)),
        (3, Some(Headwear::Headphones)),
        (60, None),
    ];
    let bare = hair::described(brief) || brief.wishes.refuses(HATS) || brief.wishes.refuses(&["headphones"]);
    brief.wished(&TABLE).or_else(|| if bare { None } else { brief.dice.weighed("headwear", &some, None) })
}

pub(super) fn cut(brief: &Brief) -> Cut {
    const TABLE: [(&[&str], Cut); 9] = [
        (&["hoodie"], Cut::Hoodie),
        (&["suit", "blazer", "jacket", "businessman", "businesswoman", "tie", "formal"], Cut::Blazer),
        (&["turtleneck", "rollneck"], Cut::Turtleneck),
        (&["overalls", "dungarees"], Cut::Overalls),
        (&["striped", "stripes", "sailor"], Cut::Stripes),
        (&["tshirt", "tee"], Cut::Tee),
        (&["collar", "collared", "polo", "doctor", "shirt"], Cut::Shirt),
        (&["dress", "blouse"], Cut::VNeck),
        (&["sweater", "jumper", "pullover"], Cut::Turtleneck),
    ];
    // "A t-shirt" comes apart into two words.
    if brief.wishes.joins(&["t"], &["shirt"]) {
        return Cut::Tee;
    }
    let grown_up = if brief.age == Age::Child { 0 } else { 4 };
    let weights = [
        (5, Cut::Tee),
        (4, Cut::Stripes),
        (4, Cut::VNeck),
        (4, Cut::Turtleneck),
        (5, Cut::Hoodie),
        (grown_up, Cut::Shirt),
        (grown_up, Cut::Blazer),
        (2, Cut::Overalls),
    ];
    brief.wished(&TABLE).unwrap_or_else(|| brief.dice.weighed("cut", &weights, Cut::Tee))
}
