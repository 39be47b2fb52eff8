//! Bytes as text.

/// Two small digits a byte.
pub(super) fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Exactly so many bytes, or `None`.
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_bytes_come_back() {
        assert_eq!(decode(&encode(&[0, 0x0f, 0xff])), Some([0, 0x0f, 0xff]));
        for text in ["", "0", "000", "00000", "0g", "+1", "é"] {
            assert_eq!(decode::<2>(text), None, "{text}");
        }
    }
}
