//! A KMS key: its name, its states, and the material behind it.

use std::fmt;

use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use ring::hmac;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::error::KmsError;

/// There is one region and one account here, and nobody checks them but the ARN.
const ARN_PREFIX: &str = "arn:aws:kms:us-east-1:000000000000:key/";
pub(super) const ACCOUNT: &str = "000000000000";

/// Which KMS key: the UUID at the end of its ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct KmsKeyId(Uuid);

impl KmsKeyId {
    fn make() -> Self {
        Self(uuid::Builder::from_random_bytes(runtime::random()).into_uuid())
    }

    pub(super) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// A `KeyId` as AWS takes it: the id alone, or the ARN. There are no aliases here, so one is not found.
    pub(super) fn parse(text: &str) -> Result<Self, KmsError> {
        if text.is_empty() || text.len() > 2048 {
            return Err(KmsError::Validation("KeyId must have 1 to 2048 characters".to_owned()));
        }
        let id = text.strip_prefix(ARN_PREFIX).unwrap_or(text);
        // Only the usual spelling: `Uuid` would also take braces, capitals and no hyphens.
        match Uuid::try_parse(id) {
            Ok(uuid) if uuid.to_string() == id => Ok(Self(uuid)),
            _ => Err(KmsError::NotFound(text.to_owned())),
        }
    }
}

impl fmt::Display for KmsKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<KmsKeyId> for String {
    fn from(id: KmsKeyId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for KmsKeyId {
    type Error = KmsError;

    fn try_from(text: String) -> Result<Self, KmsError> {
        Self::parse(&text)
    }
}

/// A KMS key. It has no `Debug`: it holds its material.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KmsKey {
    pub(super) id: KmsKeyId,
    pub(super) description: String,
    pub(super) created_at_millis: i64,
    pub(super) enabled: bool,
    /// Whether it makes message authentication codes, and nothing else.
    #[serde(default)]
    pub(super) for_macs: bool,
    /// The first is version 0; the last is the one that new blobs are made with. None is ever dropped, so that
    /// every blob can be opened for ever.
    pub(super) materials: Vec<Material>,
}

impl KmsKey {
    /// A fresh one.
    pub(super) fn make(description: &str) -> Self {
        Self {
            id: KmsKeyId::make(),
            description: description.to_owned(),
            created_at_millis: runtime::now().as_millisecond(),
            enabled: true,
            for_macs: false,
            materials: vec![Material::make()],
        }
    }

    pub(super) fn arn(&self) -> String {
        format!("{ARN_PREFIX}{}", self.id)
    }

    /// The version and the material of new blobs.
    pub(super) fn current(&self) -> Result<(u32, &Material), KmsError> {
        let version = u32::try_from(self.materials.len().saturating_sub(1)).ok();
        let newest = version.zip(self.materials.last());
        newest.ok_or_else(|| KmsError::Internal("a KMS key without material".to_owned()))
    }

    pub(super) fn material(&self, version: u32) -> Option<&Material> {
        self.materials.get(usize::try_from(version).ok()?)
    }

    /// Only an enabled KMS key may be used, and one for another use is not.
    pub(super) fn usable(&self) -> Result<&Self, KmsError> {
        self.usable_if(!self.for_macs)
    }

    /// The same for message authentication codes.
    pub(super) fn usable_for_macs(&self) -> Result<&Self, KmsError> {
        self.usable_if(self.for_macs)
    }

    fn usable_if(&self, is_for_this: bool) -> Result<&Self, KmsError> {
        match (self.enabled, is_for_this) {
            (true, true) => Ok(self),
            (false, _) => Err(KmsError::Disabled(self.arn())),
            (true, false) => Err(KmsError::InvalidUsage(self.arn())),
        }
    }
}

/// The secret behind one version of a KMS key.
#[derive(Clone)]
pub(super) struct Material([u8; 32]);

impl Material {
    pub(super) fn make() -> Self {
        Self(runtime::random())
    }

    #[cfg(test)]
    pub(super) fn of(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Ready for AES-256-GCM.
    pub(super) fn cipher(&self) -> Result<LessSafeKey, KmsError> {
        let unbound = UnboundKey::new(&AES_256_GCM, &self.0);
        unbound.map(LessSafeKey::new).map_err(|error| KmsError::Internal(error.to_string()))
    }
}

impl Material {
    /// Ready for HMAC-SHA-256.
    pub(super) fn mac_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.0)
    }
}

impl Serialize for Material {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64_simd::STANDARD.encode_to_string(self.0))
    }
}

impl<'de> Deserialize<'de> for Material {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = base64_simd::STANDARD.decode_to_vec(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("expected 32 bytes in base64"))
    }
}
