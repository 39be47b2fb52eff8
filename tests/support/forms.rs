//! What a secret looks like in the places where it might turn up.

/// The secret in every form it may take, by name. Long enough parts are there too: a part gives it away as well.
pub fn forms(secret: &[u8]) -> Vec<(String, Vec<u8>)> {
    let each = |say: fn(u8) -> String| secret.iter().map(|byte| say(*byte)).collect::<String>().into_bytes();
    let mut forms = vec![
        ("plain".to_owned(), secret.to_vec()),
        ("hex".to_owned(), each(|byte| format!("{byte:02x}"))),
        ("upper-case hex".to_owned(), each(|byte| format!("{byte:02X}"))),
    ];
    // Base64 depends on where the secret begins; the first and last characters depend on its neighbours.
    for offset in 0..3 {
        let padded = [&vec![b'x'; offset][..], secret].concat();
        let text = base64_simd::STANDARD_NO_PAD.encode_to_string(padded);
        forms.push((format!("base64 at offset {offset}"), text.as_bytes()[4..text.len() - 3].to_vec()));
    }
    forms.push(("first half".to_owned(), secret[..secret.len() / 2].to_vec()));
    forms
}

/// The forms that only a text has.
pub fn forms_of_text(secret: &str) -> Vec<(String, Vec<u8>)> {
    let mut forms = forms(secret.as_bytes());
    forms.push(("UTF-16".to_owned(), secret.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    let escaped = serde_json::to_string(secret).unwrap();
    forms.push(("JSON-escaped".to_owned(), escaped.trim_matches('"').as_bytes().to_vec()));
    let escape = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    forms.push(("URL-escaped".to_owned(), secret.bytes().map(escape).collect::<String>().into_bytes()));
    for (header, before) in [("alone", ""), ("after Bearer", "Bearer ")] {
        // The first and last bytes depend on the neighbours.
        let coded = huffman(format!("{before}{secret}").as_bytes());
        let whole = huffman(before.as_bytes()).len() + 1..coded.len() - 1;
        forms.push((format!("HPACK, {header}"), coded[whole].to_vec()));
    }
    forms
}

/// The Huffman code of HPACK, by the number of bits (RFC 7541, appendix B): those characters whose codes have eight at
/// most. In each group the codes count up, in the order of the characters.
const CODE: [(u32, u32, &[u8]); 4] = [
    (5, 0x0, b"012aceiost"),
    (6, 0x14, b" %-./3456789=A_bdfghlmnpru"),
    (7, 0x5c, b":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz"),
    (8, 0xf8, b"&*,;XZ"),
];

/// Some that a visible secret may have besides: bits, code, character.
const LONGER: [(u32, u32, u8); 3] = [(10, 0x3fa, b'"'), (11, 0x7fb, b'+'), (19, 0x7fff0, b'\\')];

/// As HTTP/2 packs a header's value.
fn huffman(text: &[u8]) -> Vec<u8> {
    let mut bits = String::new();
    for byte in text {
        let short = CODE.iter().find_map(|(length, first, characters)| {
            let at = characters.iter().position(|character| character == byte)?;
            Some((*length, first + u32::try_from(at).unwrap()))
        });
        let longer = || LONGER.iter().find(|(_, _, character)| character == byte).map(|of| (of.0, of.1));
        let (length, code) = short.or_else(longer).unwrap_or_else(|| panic!("no code for {byte}"));
        bits += &format!("{code:0length$b}", length = length as usize);
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    let byte = |bits: &[u8]| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap();
    bits.as_bytes().chunks(8).map(byte).collect()
}

/// RFC 7541, appendix C.4.
#[test]
fn hpack_codes_as_the_standard_does() {
    let code =
        |text: &str| huffman(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(code("www.example.com"), "f1e3c2e5f23a6ba0ab90f4ff");
    assert_eq!(code("no-cache"), "a8eb10649cbf");
    assert_eq!(code("custom-value"), "25a849e95bb8e8b4bf");
}
