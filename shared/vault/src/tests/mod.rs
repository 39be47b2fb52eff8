//! What the crate promises, without KMS: the async shells run against the KMS emulator in the workspace's
//! tests.

mod commitment;
mod context;
mod golden;
mod kms;
#[cfg(target_os = "linux")]
mod memory;
mod places;
mod record;
mod secrets;
mod wycheproof;

use domain::ApiKey;
use domain::credential::Scope;
use zeroize::Zeroizing;

use crate::aead::NONCE_LEN;
use crate::context::EncryptionContext;
use crate::derive::{DataKey, SALT_LEN};
use crate::error::{RecordError, SealError};
use crate::kms::{KmsKeyId, KmsKeys};
use crate::open::{Misfit, check_kms_key_id, open_with};
use crate::record::{MAX_SECRET_LEN, MAX_WRAPPED_DATA_KEY_LEN, SealedSecret};
use crate::seal::{Fresh, Plaintext, seal_with};

/// Everything that one record is made from.
struct Case {
    data_key: DataKey,
    wrapped_data_key: Vec<u8>,
    kms_key_id: KmsKeyId,
    salt: [u8; SALT_LEN],
    nonce: [u8; NONCE_LEN],
    context: EncryptionContext,
    secret: String,
}

/// Which step refused a record.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Record(RecordError),
    /// KMS does not know this wrapped data key.
    Kms,
    Misfit(Misfit),
}

impl Case {
    /// A record as it is every day.
    fn typical() -> Self {
        Self {
            data_key: data_key(0x00),
            wrapped_data_key: count_up(0x80, 184),
            kms_key_id: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
                .parse()
                .unwrap(),
            salt: count_up(0x20, SALT_LEN).try_into().unwrap(),
            nonce: count_up(0x40, NONCE_LEN).try_into().unwrap(),
            context: EncryptionContext {
                stage: "dev".to_owned(),
                tenant: "auth0|65f0c".parse().unwrap(),
                provider: domain::Provider::Openai,
                scope: Scope::Account,
                credential: "cred_0192d3f0c1a87b3e9f00112233445566".parse().unwrap(),
                version: 1,
            },
            secret: "sk-golden-0123456789abcdefghij_KLMNOPQRST-3f9A".to_owned(),
        }
    }

    /// A record with every field as long as it may be.
    fn maximal() -> Self {
        let arn = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-";
        Self {
            data_key: data_key(0x60),
            wrapped_data_key: count_up(0x00, MAX_WRAPPED_DATA_KEY_LEN),
            kms_key_id: format!("{arn}{}", "a".repeat(KmsKeyId::MAX_LEN - arn.len())).parse().unwrap(),
            salt: [0xff; SALT_LEN],
            nonce: [0xff; NONCE_LEN],
            context: EncryptionContext {
                stage: "s".repeat(64),
                tenant: "t".repeat(128).parse().unwrap(),
                provider: domain::Provider::Openai,
                scope: Scope::Project("p".repeat(64).parse().unwrap()),
                credential: "cred_ffffffffffff7fffbfffffffffffffff".parse().unwrap(),
                version: u32::MAX,
            },
            // Two bytes a letter: the bound counts bytes.
            secret: "é".repeat(MAX_SECRET_LEN / 2),
        }
    }

    fn seal(&self) -> SealedSecret {
        self.seal_this(&api_key(&self.secret)).unwrap()
    }

    /// Seals another API key than the case's own.
    fn seal_this(&self, api_key: &ApiKey) -> Result<SealedSecret, SealError> {
        let fresh = Fresh { salt: self.salt, nonce: self.nonce };
        let wrapped = self.wrapped_data_key.clone();
        let plaintext = Plaintext::of(api_key)?;
        seal_with(&self.data_key, wrapped, &self.kms_key_id, fresh, &self.context, plaintext)
    }

    /// The steps of `Opener::open` in their order, before a KMS that knows one wrapped data key. Shows the
    /// secret.
    fn open(&self, bytes: &[u8]) -> Result<String, Refusal> {
        let sealed = SealedSecret::parse(bytes).map_err(Refusal::Record)?;
        check_kms_key_id(&sealed, &KmsKeys::new(self.kms_key_id.clone(), Vec::new()))
            .map_err(Refusal::Misfit)?;
        if sealed.wrapped_data_key != self.wrapped_data_key {
            return Err(Refusal::Kms);
        }
        let opened = open_with(&self.data_key, &self.context, &sealed).map_err(Refusal::Misfit)?;
        Ok(opened.expose_secret().to_owned())
    }
}

fn api_key(text: &str) -> ApiKey {
    ApiKey::from_opened(Zeroizing::new(text.to_owned()))
}

fn data_key(first: u8) -> DataKey {
    DataKey::copy_from(&count_up(first, 32)).unwrap()
}

fn count_up(first: u8, length: usize) -> Vec<u8> {
    (0..length).map(|index| first.wrapping_add(index as u8)).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    assert!(digits.len().is_multiple_of(2));
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// Lines of 32 bytes.
fn to_hex(bytes: &[u8]) -> String {
    let line = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n";
    bytes.chunks(32).map(line).collect()
}

/// Pseudo-random numbers that are the same in every run (SplitMix64).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}
