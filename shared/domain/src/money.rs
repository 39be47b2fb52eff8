//! Money as integers: micro-dollars inside, decimal strings outside, never floats.

use std::fmt;
use std::ops::Add;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in US dollars, in millionths. Never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(u64);

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// What an image costs in a plan with credits, unless another price is given: that of the plans that people come from.
    pub const CREDITS_PRICE: Self = Self(300_000);

    /// From millionths of a dollar.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// What units cost, each kind at its price for a million of them. Rounded up once, to a millionth of a dollar.
    pub fn for_millions(units: &[(u64, Self)]) -> Self {
        let cost = |(count, price): &(u64, Self)| u128::from(*count).saturating_mul(u128::from(price.0));
        let sum = units.iter().map(cost).fold(0, u128::saturating_add);
        Self(u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }

    /// What is left when `other` is taken away, as a text, with a minus sign where it is less than nothing.
    pub fn minus(self, other: Self) -> String {
        let sign = if self < other { "-" } else { "" };
        format!("{sign}{}", Self(self.0.abs_diff(other.0)))
    }

    /// So many times as much.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// In millionths of a dollar.
    pub const fn micros(self) -> u64 {
        self.0
    }
}

impl Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// `0.0420`: at least four decimals, so that cents line up, and six when they are needed.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (dollars, micros) = (self.0 / 1_000_000, self.0 % 1_000_000);
        if micros % 100 == 0 {
            write!(f, "{dollars}.{:04}", micros / 100)
        } else {
            write!(f, "{dollars}.{micros:06}")
        }
    }
}

/// The text is not an amount like `12.50`.
#[derive(Debug, thiserror::Error)]
#[error("expected an amount in dollars like 12.50, with at most 6 decimals")]
pub struct InvalidAmount;

impl FromStr for Usd {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        let (dollars, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(dollars) || !digits(decimals) || decimals.len() > 6 {
            return Err(InvalidAmount);
        }
        let dollars: u64 = dollars.parse().map_err(|_| InvalidAmount)?;
        let micros: u64 = format!("{decimals:0<6}").parse().map_err(|_| InvalidAmount)?;
        dollars.checked_mul(1_000_000).and_then(|sum| sum.checked_add(micros)).map(Self).ok_or(InvalidAmount)
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Amount)
    }
}

/// Reads an amount from text. A JSON number may have been a float on its way, so it is refused.
struct Amount;

impl serde::de::Visitor<'_> for Amount {
    type Value = Usd;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("US dollars as a string, like \"0.25\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Usd, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_survive_text_to_the_micro_dollar() {
        for (micros, text) in
            [(0, "0.0000"), (42_000, "0.0420"), (42_001, "0.042001"), (12_500_000, "12.5000")]
        {
            assert_eq!(Usd(micros).to_string(), text);
            assert_eq!(text.parse::<Usd>().unwrap(), Usd(micros));
        }
        for bad in ["", "-1", "1.", ".5", "1e3", "1,50", "0.0000001", "99999999999999999999", " 1"] {
            assert!(bad.parse::<Usd>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn fractions_of_a_micro_dollar_round_up() {
        let (haiku, image): (Usd, Usd) = ("0.10".parse().unwrap(), "30".parse().unwrap());
        assert_eq!(Usd::for_millions(&[(11, haiku)]), Usd(2));
        assert_eq!(Usd::for_millions(&[(11, haiku), (9, haiku)]), Usd(2), "once, not for each");
        assert_eq!(Usd::for_millions(&[(1_400, image)]), Usd(42_000));
        assert_eq!(Usd::for_millions(&[(u64::MAX, Usd(u64::MAX)); 3]), Usd(u64::MAX));
        assert_eq!(Usd(5).minus(Usd(1_000_005)), "-1.0000");
        assert_eq!(Usd(1_000_005).minus(Usd(5)), "1.0000");
    }
}
