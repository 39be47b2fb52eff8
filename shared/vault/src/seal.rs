//! The door in: API key to sealed secret.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::DataKeySpec;
use aws_types::SdkConfig;
use domain::ApiKey;
use ring::error::Unspecified;
use ring::rand::{SecureRandom, SystemRandom};

use crate::aead::{self, NONCE_LEN};
use crate::context::EncryptionContext;
use crate::derive::{DataKey, SALT_LEN, derive};
use crate::error::SealError;
use crate::kms::{KmsFailure, KmsKeyId, OTHER_KMS_KEY, UNREADABLE};
use crate::record::{MAX_SECRET_LEN, MAX_WRAPPED_DATA_KEY_LEN, SealedSecret, Suite};
use crate::wipe::with_clean_stack;

/// Seals API keys. Needs `kms:GenerateDataKey` on one KMS key, and can open nothing.
pub struct Sealer {
    kms: Client,
    kms_key_id: KmsKeyId,
    stage: String,
    random: SystemRandom,
}

impl Sealer {
    /// A sealer for the stack `stage`, whose data keys `kms_key_id` wraps. Makes no call.
    ///
    /// Takes the configuration and not a KMS client, so that no other crate has to link one.
    pub fn new(config: &SdkConfig, kms_key_id: KmsKeyId, stage: String) -> Self {
        Self { kms: Client::new(config), kms_key_id, stage, random: SystemRandom::new() }
    }

    /// The stack, for [`EncryptionContext::of`].
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// Seals an API key of 1 to 512 bytes into its place, under a data key made for it alone. One KMS call.
    ///
    /// # Errors
    /// [`SealError`] says whether to try again (`KmsUnavailable`, `NoRandomness`), to call an operator
    /// (`KmsDenied`) or to refuse the API key (`Length`).
    pub async fn seal(
        &self,
        context: &EncryptionContext,
        api_key: &ApiKey,
    ) -> Result<SealedSecret, SealError> {
        // First what costs nothing: KMS is not asked for a data key that nobody will use.
        let plaintext = Plaintext::of(api_key)?;
        let fresh = Fresh { salt: self.make_random()?, nonce: self.make_random()? };
        let (data_key, wrapped_data_key) = self.make_data_key(context).await?;
        seal_with(&data_key, wrapped_data_key, &self.kms_key_id, fresh, context, plaintext)
    }

    /// A new data key, plain and wrapped.
    async fn make_data_key(&self, context: &EncryptionContext) -> Result<(DataKey, Vec<u8>), SealError> {
        let answer = self
            .kms
            .generate_data_key()
            .key_id(self.kms_key_id.as_str())
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(context.to_kms()))
            .send()
            .await
            .map_err(|error| SealError::from(KmsFailure::of(&error)))?;
        if answer.key_id() != Some(self.kms_key_id.as_str()) {
            // The record would name a KMS key that did not wrap it, and never open again.
            return Err(SealError::KmsDenied { reason: OTHER_KMS_KEY });
        }
        let data_key = answer.plaintext().and_then(|plaintext| DataKey::copy_from(plaintext.as_ref()));
        let wrapped_data_key = answer
            .ciphertext_blob()
            .map(|blob| blob.as_ref().to_vec())
            .filter(|wrapped| (1..=MAX_WRAPPED_DATA_KEY_LEN).contains(&wrapped.len()));
        data_key.zip(wrapped_data_key).ok_or(SealError::KmsUnavailable { reason: UNREADABLE })
    }

    fn make_random<const N: usize>(&self) -> Result<[u8; N], SealError> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
        Ok(bytes)
    }
}

/// The random parts of one record.
///
/// GCM breaks if one encryption key meets the same nonce twice. Ours meets one nonce only: the encryption key
/// comes from a data key that KMS makes for this record and that is dropped after it. So a random nonce is
/// safe here, and NIST's bound of 2^32 random nonces per key (SP 800-38D, section 8.3) is out of reach. The
/// random salt makes even a data key that KMS wrongly gave out twice derive two encryption keys.
pub(crate) struct Fresh {
    pub(crate) salt: [u8; SALT_LEN],
    pub(crate) nonce: [u8; NONCE_LEN],
}

/// The bytes to seal: 1 to 512 of them, so that they fit a record.
pub(crate) struct Plaintext<'a>(&'a [u8]);

impl<'a> Plaintext<'a> {
    pub(crate) fn of(api_key: &'a ApiKey) -> Result<Self, SealError> {
        let bytes = api_key.expose_secret().as_bytes();
        if (1..=MAX_SECRET_LEN).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(SealError::Length) }
    }
}

/// The part of sealing that is pure: the same input gives the same record, which is what the golden files
/// rest on.
pub(crate) fn seal_with(
    data_key: &DataKey,
    wrapped_data_key: Vec<u8>,
    kms_key_id: &KmsKeyId,
    fresh: Fresh,
    context: &EncryptionContext,
    Plaintext(plaintext): Plaintext<'_>,
) -> Result<SealedSecret, SealError> {
    let suite = Suite::HkdfSha512Aes256Gcm;
    let Fresh { salt, nonce } = fresh;
    let (ciphertext, commitment) = with_clean_stack(|| {
        let (encryption_key, commitment) = derive(data_key, &salt, suite)?;
        Ok((aead::seal(&encryption_key, &nonce, &context.to_associated_data(), plaintext)?, commitment))
    })
    // HKDF and AES-GCM refuse nothing but lengths, and these fit both.
    .map_err(|_: Unspecified| SealError::Length)?;
    Ok(SealedSecret {
        suite,
        kms_key_id: kms_key_id.clone(),
        wrapped_data_key,
        salt,
        nonce,
        commitment,
        ciphertext,
    })
}

impl From<KmsFailure> for SealError {
    fn from(failure: KmsFailure) -> Self {
        match failure {
            KmsFailure::Unavailable(reason) => Self::KmsUnavailable { reason },
            KmsFailure::Denied(reason) => Self::KmsDenied { reason },
            // GenerateDataKey takes no ciphertext that could misfit.
            KmsFailure::Misfit => Self::KmsDenied { reason: "unexpected answer" },
        }
    }
}
