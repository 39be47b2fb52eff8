//! JSON numbers as whole millionths, without floats. Amounts come from Python, which prints the sum of 1.4 and 0.3 as
//! 1.7000000000000002: digits beyond the sixth are rounded.

/// A JSON number (RFC 8259, section 6) in millionths. None for a negative one, or one beyond all measure.
pub(super) fn millionths(number: &str) -> Option<u64> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|exponent| (-40..=20).contains(exponent))?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.len() > 60 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // Where the millionths end among the digits.
    let end = i32::try_from(whole.len()).ok()? + exponent + 6;
    let Ok(end) = usize::try_from(end) else { return Some(0) };
    let kept: String = digits.chars().chain(std::iter::repeat('0')).take(end).collect();
    let kept: u64 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    let up = digits.as_bytes().get(end).is_some_and(|next| *next >= b'5');
    kept.checked_add(u64::from(up))
}

#[cfg(test)]
mod tests {
    use super::millionths;

    #[test]
    fn numbers_are_read_to_the_millionth_however_they_are_written() {
        for (number, expected) in [
            ("0", Some(0)),
            ("7", Some(7_000_000)),
            ("4.5", Some(4_500_000)),
            ("1.7000000000000002", Some(1_700_000)),
            ("0.0000005", Some(1)),
            ("0.0000004", Some(0)),
            ("1e2", Some(100_000_000)),
            ("1.5E-5", Some(15)),
            ("1e-40", Some(0)),
            ("1e20", None),
            ("1e99", None),
            ("-1", None),
            ("null", None),
            ("\"7\"", None),
        ] {
            assert_eq!(millionths(number), expected, "{number}");
        }
    }
}
