//! The place a secret belongs to, in the one form that KMS and AES-GCM both check.

use std::collections::HashMap;

use domain::credential::{CredentialMeta, Scope, Slot};
use domain::{CredentialId, Provider, TenantId};

/// The product's name in every encryption context. Key policies ask for it.
pub const APP: &str = "ownkey";

/// The place a secret belongs to. A secret opens in the context it was sealed in and in no other.
///
/// Holds ids only: KMS writes the context into CloudTrail in clear text, so nothing a user typed freely (a
/// label, a prompt) may ever become a field. KMS takes at most 8,192 bytes for all names and values together
/// (<https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>); with a stage of ordinary
/// length ours has about 350.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionContext {
    /// The deployed stack, as `dev` or `prod`: a record copied from one stack into another stays shut.
    pub stage: String,
    /// Whose secret it is.
    pub tenant: TenantId,
    /// Which provider's API key it is. A worker's role may open its own provider's only.
    pub provider: Provider,
    /// For the account or for one project.
    pub scope: Scope,
    /// The stored credential.
    pub credential: CredentialId,
    /// Which API key of that credential, counted from 1: an old record cannot be put back as the present one.
    pub version: u32,
}

impl EncryptionContext {
    /// The place of a credential's present version in the stack `stage`.
    pub fn of(stage: &str, credential: &CredentialMeta) -> Self {
        let Slot { tenant, provider, scope } = credential.slot.clone();
        let (credential, version) = (credential.id, credential.version);
        Self { stage: stage.to_owned(), tenant, provider, scope, credential, version }
    }

    /// The seven names and values in their fixed order: `app`, `stage`, `tenant`, `provider`, `scope`,
    /// `credential`, `version`. Both forms below are made from this list, so they cannot come apart.
    pub fn pairs(&self) -> [(&'static str, String); 7] {
        [
            ("app", APP.to_owned()),
            ("stage", self.stage.clone()),
            ("tenant", self.tenant.to_string()),
            ("provider", self.provider.to_string()),
            ("scope", self.scope.to_string()),
            ("credential", self.credential.to_string()),
            ("version", self.version.to_string()),
        ]
    }

    /// What KMS gets.
    pub(crate) fn to_kms(&self) -> HashMap<String, String> {
        self.pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// What AES-GCM gets: each name and value with its length before it.
    ///
    /// Without the lengths two contexts could give the same bytes (tenant `ab` with an empty next field,
    /// tenant `a` with `b` moved into it), and a record of one would open in the other.
    pub(crate) fn to_associated_data(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, value) in self.pairs() {
            for text in [name, &value] {
                bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        }
        bytes
    }
}
