//! Sealed records, as they lie in the vault.

use vault::SealedSecret;

use super::inputs;

#[test]
fn a_record_has_one_spelling_or_is_refused() {
    let (mut read, mut refused) = (0, 0);
    for input in inputs("record", 20_000) {
        // The corpus is in hexadecimal digits, and so is what is made of it, as far as it goes.
        let digits: Vec<u8> = input.bytes.iter().copied().filter(u8::is_ascii_hexdigit).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        let record: Vec<u8> = digits.chunks_exact(2).map(byte).collect();
        match SealedSecret::parse(&record) {
            Ok(sealed) => {
                assert!(record.len() <= SealedSecret::MAX_LEN);
                assert_eq!(sealed.to_bytes(), record);
                assert!(!format!("{sealed:?}").contains("ciphertext"));
                read += 1;
            }
            Err(error) => {
                assert!(error.to_string().len() < 100);
                refused += 1;
            }
        }
    }
    println!("record: {read} read, {refused} refused");
    assert!(read > 100 && refused > 100, "{read} {refused}");
}
