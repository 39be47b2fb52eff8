//! Hand-picked colours that go together.

use serde::{Deserialize, Serialize};

use super::ink::Ink;

/// A background, and clothes that stand out from it.
#[derive(Clone, Copy)]
pub(super) struct Scene {
    pub(super) above: Ink,
    pub(super) below: Ink,
    pub(super) light: Ink,
    pub(super) cloth: Ink,
    pub(super) accent: Ink,
}

/// Skin, and everything that takes its colour from it.
#[derive(Clone, Copy)]
pub(super) struct Skin {
    pub(super) base: Ink,
    pub(super) shade: Ink,
    pub(super) line: Ink,
    pub(super) blush: Ink,
    pub(super) lips: Ink,
}

/// Hair and brows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Tint {
    pub(super) base: Ink,
    pub(super) dark: Ink,
    pub(super) light: Ink,
}

const fn scene(above: u32, below: u32, light: u32, cloth: u32, accent: u32) -> Scene {
    Scene {
        above: Ink::hex(above),
        below: Ink::hex(below),
        light: Ink::hex(light),
        cloth: Ink::hex(cloth),
        accent: Ink::hex(accent),
    }
}

const fn skin(base: u32, shade: u32, line: u32, blush: u32, lips: u32) -> Skin {
    Skin {
        base: Ink::hex(base),
        shade: Ink::hex(shade),
        line: Ink::hex(line),
        blush: Ink::hex(blush),
        lips: Ink::hex(lips),
    }
}

const fn tint(base: u32, dark: u32, light: u32) -> Tint {
    Tint { base: Ink::hex(base), dark: Ink::hex(dark), light: Ink::hex(light) }
}

/// Backgrounds when the prompt asks for none.
pub(super) const SCENES: [Scene; 12] = [
    scene(0xffdfc8, 0xf9b294, 0xffeee2, 0x2f5d62, 0xf4c95d),
    scene(0xd3f0e4, 0x93d3bc, 0xeaf9f3, 0xe76f51, 0x264653),
    scene(0xe2daf7, 0xb3a5e6, 0xf1ecfc, 0xf2b84b, 0x5b4b8a),
    scene(0xd0e7fa, 0x90c0ee, 0xe8f4fd, 0xef8354, 0x2d3142),
    scene(0xfff1c9, 0xf8d580, 0xfff9e6, 0x3d5a80, 0xee6c4d),
    scene(0xfcdbe2, 0xf2a7b8, 0xfeeef2, 0x355070, 0xffd6a5),
    scene(0xe3ead6, 0xb3c79b, 0xf2f6e9, 0xbc4b51, 0xf4e1c1),
    scene(0xc7eaea, 0x6bbfc1, 0xe3f6f5, 0xf4a259, 0xfff3df),
    scene(0xffd2c2, 0xff9f8c, 0xffe7de, 0x3a506b, 0xffe3b0),
    scene(0xd3d9f0, 0x8f9dd4, 0xe7eaf8, 0xff8fa3, 0xfff6ec),
    scene(0xf4e8d8, 0xdfc6a3, 0xfbf4ea, 0x588157, 0xf2e8cf),
    scene(0xd9f2d6, 0x9ad3a0, 0xedf9eb, 0x7257a8, 0xf7d08a),
];

/// Background colours by name: from above, to below, its light.
pub(super) const NAMED_SKIES: [(&[&str], [u32; 3]); 15] = [
    (&["blue"], [0xbfdcfa, 0x6ea8e8, 0xdcecfd]),
    (&["navy", "midnight"], [0x5a70a8, 0x2f4378, 0x7187bd]),
    (&["teal", "turquoise", "cyan", "aqua"], [0xb5e8e8, 0x52b5b8, 0xd9f5f4]),
    (&["green", "emerald"], [0xc4ecc6, 0x74c283, 0xe2f7e2]),
    (&["mint"], [0xd3f0e4, 0x93d3bc, 0xeaf9f3]),
    (&["yellow", "gold", "golden"], [0xfff0b8, 0xfbd05c, 0xfff8dd]),
    (&["orange", "peach"], [0xffdcb8, 0xfdaa66, 0xffeedb]),
    (&["red", "crimson"], [0xf9b0a8, 0xe4685f, 0xfccfc9]),
    (&["pink", "rose"], [0xfcd5e2, 0xf294b8, 0xfeeaf1]),
    (&["purple", "violet", "lavender", "lilac"], [0xddd0f8, 0xa98ce6, 0xeee6fc]),
    (&["grey", "gray", "silver"], [0xe4e7ec, 0xb4bac6, 0xf1f3f6]),
    (&["white"], [0xffffff, 0xf1f1f4, 0xf6f6f9]),
    (&["black"], [0x4a4a55, 0x26262e, 0x5d5d69]),
    (&["beige", "cream", "sand"], [0xf4e8d8, 0xdfc6a3, 0xfbf4ea]),
    (&["brown"], [0xd9bfa3, 0xa97f5b, 0xe6d3be]),
];

/// Cloth colours by name.
pub(super) const NAMED_CLOTHS: [(&[&str], u32); 14] = [
    (&["blue"], 0x3f72b8),
    (&["navy"], 0x2b3a5c),
    (&["teal", "turquoise", "cyan"], 0x2a8c8c),
    (&["green", "emerald"], 0x4a8f5b),
    (&["yellow", "gold", "golden", "mustard"], 0xf0b93f),
    (&["orange"], 0xee8245),
    (&["red", "crimson"], 0xcf4440),
    (&["pink"], 0xf08fae),
    (&["purple", "violet"], 0x7c57b0),
    (&["grey", "gray"], 0x8a909e),
    (&["white"], 0xf6f3ee),
    (&["black"], 0x34313c),
    (&["beige", "cream"], 0xe8d8bf),
    (&["brown"], 0x8a5f43),
];

/// Light to dark.
pub(super) const SKINS: [Skin; 9] = [
    skin(0xfce4d4, 0xf2c7b0, 0xc38a72, 0xf29a8e, 0xd5706c),
    skin(0xfad7be, 0xecb799, 0xbb8063, 0xef8b7c, 0xcb6461),
    skin(0xf3c5a2, 0xe0a27b, 0xad7350, 0xe97f6b, 0xc25b55),
    skin(0xe7b288, 0xce9064, 0x965f3b, 0xdb6f57, 0xae4f47),
    skin(0xd59d70, 0xba7f53, 0x825031, 0xcb634a, 0x9c453d),
    skin(0xbc8056, 0x9d6442, 0x6b3e27, 0xb5533d, 0x8a3b35),
    skin(0x9a6442, 0x7d4c30, 0x512d1c, 0xa2483a, 0x7a2f2f),
    skin(0x7a4a2b, 0x60371f, 0x381d0e, 0x8f3b33, 0x6a2527),
    skin(0x5e3824, 0x472818, 0x28130a, 0x7e322d, 0x5b1f22),
];

/// Hair colours by name; the first ten grow on heads.
pub(super) const TINTS: [(&[&str], Tint); 15] = [
    (&["black", "raven"], tint(0x322a38, 0x1e1824, 0x564a5e)),
    (&["brown", "brunette", "dark"], tint(0x4b352c, 0x31211c, 0x775546)),
    (&["chestnut"], tint(0x724634, 0x4f2e20, 0x9d6b50)),
    (&["auburn"], tint(0x94482a, 0x69301b, 0xc27048)),
    (&["red", "ginger", "copper", "redhead", "orange"], tint(0xc9602c, 0x983f1b, 0xec9358)),
    (&["caramel", "sandy"], tint(0xb98a54, 0x8f6639, 0xdeb680)),
    (&["blond", "blonde", "golden", "gold", "yellow"], tint(0xe8c079, 0xc29451, 0xf8dfa6)),
    (&["platinum"], tint(0xf0e5cc, 0xcfbf9e, 0xfcf8ec)),
    (&["grey", "gray", "silver"], tint(0xafb0ba, 0x878894, 0xd6d7de)),
    (&["white"], tint(0xebeaee, 0xc3c3cd, 0xffffff)),
    (&["pink"], tint(0xf092b2, 0xca678b, 0xfbc3d5)),
    (&["blue"], tint(0x4f7ac6, 0x355899, 0x88abe5)),
    (&["green"], tint(0x57a773, 0x3a7b53, 0x8fcfa4)),
    (&["teal", "turquoise"], tint(0x3f9c95, 0x2b716c, 0x78c7c0)),
    (&["purple", "violet", "lavender", "lilac"], tint(0x805cb8, 0x5d408c, 0xb092df)),
];

/// Eye colours by name.
pub(super) const IRISES: [(&[&str], u32); 6] = [
    (&["brown", "dark"], 0x6b4127),
    (&["hazel", "amber"], 0x8f6a2f),
    (&["green"], 0x4f8f5c),
    (&["blue"], 0x4a86c5),
    (&["grey", "gray"], 0x6f8296),
    (&["black"], 0x3a2a26),
];
