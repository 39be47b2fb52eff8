//! Who sits for the portrait: everything that is decided before the first stroke.

use serde::{Deserialize, Serialize};

use super::ink::Ink;
use super::palette::{Scene, Skin, Tint};

/// How old the face looks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Age {
    Child,
    Adult,
    Elder,
}

/// What the face says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mood {
    Calm,
    Smile,
    Grin,
    Serious,
    Sad,
    Wink,
}

/// How the hair is worn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Style {
    Bald,
    Buzz,
    Crop,
    SidePart,
    Quiff,
    Curls,
    Afro,
    Pixie,
    Bob,
    Wavy,
    Long,
    Ponytail,
    Bun,
    Braids,
}

/// Hair on the chin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Beard {
    Full,
    Stubble,
    Goatee,
    Moustache,
}

/// Before the eyes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Glasses {
    Round,
    Square,
    Sun,
}

/// On the head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Headwear {
    Beanie,
    Cap,
    Hat,
    Headscarf,
    Headphones,
}

/// What is worn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cut {
    Tee,
    Stripes,
    VNeck,
    Turtleneck,
    Hoodie,
    Shirt,
    Blazer,
    Overalls,
}

/// What moves behind the head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Motif {
    Halo,
    Hills,
    Rays,
    Bubbles,
    Leaves,
}

impl Motif {
    pub(super) const ALL: [Self; 5] = [Self::Halo, Self::Hills, Self::Rays, Self::Bubbles, Self::Leaves];
}

/// The sitter.
pub(super) struct Look {
    pub(super) scene: Scene,
    pub(super) motif: Motif,
    pub(super) age: Age,
    pub(super) mood: Mood,
    pub(super) skin: Skin,
    pub(super) tint: Tint,
    pub(super) style: Style,
    pub(super) beard: Option<Beard>,
    pub(super) glasses: Option<Glasses>,
    pub(super) headwear: Option<Headwear>,
    pub(super) earrings: bool,
    pub(super) cut: Cut,
    pub(super) iris: Ink,
    pub(super) lashes: bool,
    pub(super) freckles: bool,
    /// Added to half the jaw's width.
    pub(super) jaw: f32,
    /// Half the nose's width.
    pub(super) nose: f32,
    /// The brows' thickness.
    pub(super) brow: f32,
    /// How full the lips are.
    pub(super) lips: f32,
    /// 1 is usual.
    pub(super) eye_size: f32,
    /// How red the cheeks are.
    pub(super) blush: f32,
    /// Metal of earrings and glasses.
    pub(super) metal: Ink,
}

impl Look {
    /// The line of the upper lid: the hair's own dark, deepened until even blond lashes can be seen.
    pub(super) fn lash(&self) -> Ink {
        self.tint.dark.mix(Ink::hex(0x2a1b20), 0.75)
    }

    /// Upper and lower lip. Painted lips are a step away from the skin, others are the skin's own red.
    pub(super) fn lip_colours(&self) -> (Ink, Ink) {
        let own = if self.lashes { 0.95 } else { 0.5 };
        let lower = self.skin.base.mix(self.skin.lips, own);
        (lower.darker(0.12), lower)
    }

    /// How broad the shoulders are; 1 is usual.
    pub(super) fn breadth(&self) -> f32 {
        match (self.age, self.lashes) {
            (Age::Child, _) => 0.84,
            (_, true) => 0.95,
            (_, false) => 1.07,
        }
    }
}
