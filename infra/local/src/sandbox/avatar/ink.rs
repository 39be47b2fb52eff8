//! Colours, and the few ways an illustrator changes one.

use serde::{Deserialize, Serialize};

/// A colour with its opacity. Written down as `#rrggbb`, without the opacity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) struct Ink {
    red: f32,
    green: f32,
    blue: f32,
    opacity: f32,
}

impl From<Ink> for String {
    fn from(ink: Ink) -> Self {
        let part = |part: f32| (part * 255.0).round() as u8;
        format!("#{:02x}{:02x}{:02x}", part(ink.red), part(ink.green), part(ink.blue))
    }
}

impl TryFrom<String> for Ink {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let rgb = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        rgb.map(Self::hex).ok_or("a colour looks like #2f5d62")
    }
}

impl Ink {
    /// From `0xRRGGBB`.
    pub(super) const fn hex(rgb: u32) -> Self {
        Self {
            red: ((rgb >> 16) & 0xff) as f32 / 255.0,
            green: ((rgb >> 8) & 0xff) as f32 / 255.0,
            blue: (rgb & 0xff) as f32 / 255.0,
            opacity: 1.0,
        }
    }

    /// The way to `other`: 0 is this colour, 1 is the other.
    pub(super) fn mix(self, other: Self, share: f32) -> Self {
        let between = |a: f32, b: f32| a + (b - a) * share;
        Self {
            red: between(self.red, other.red),
            green: between(self.green, other.green),
            blue: between(self.blue, other.blue),
            opacity: between(self.opacity, other.opacity),
        }
    }

    /// Towards a warm plum: shadows in pure black look dirty on skin and cloth.
    pub(super) fn darker(self, share: f32) -> Self {
        self.mix(Self::hex(0x2a1530).fade(self.opacity), share)
    }

    /// Towards a warm white.
    pub(super) fn lighter(self, share: f32) -> Self {
        self.mix(Self::hex(0xfffaf0).fade(self.opacity), share)
    }

    /// The same colour, less opaque.
    pub(super) fn fade(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }

    /// 0 is invisible, 1 hides what is below.
    pub(super) fn opacity(self) -> f32 {
        self.opacity
    }

    /// How light it looks, 0 to 1.
    pub(super) fn lightness(self) -> f32 {
        0.299 * self.red + 0.587 * self.green + 0.114 * self.blue
    }

    /// Whether people can tell the two apart at a glance.
    pub(super) fn far_from(self, other: Self) -> bool {
        let apart =
            (self.red - other.red).abs() + (self.green - other.green).abs() + (self.blue - other.blue).abs();
        apart > 0.4
    }

    /// For tiny-skia.
    pub(super) fn colour(self) -> tiny_skia::Color {
        tiny_skia::Color::from_rgba(self.red, self.green, self.blue, self.opacity)
            .unwrap_or(tiny_skia::Color::TRANSPARENT)
    }
}
