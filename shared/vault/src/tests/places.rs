//! A record opens in the place it was sealed for and in no other, even if KMS hands out the data key to
//! anyone.

use domain::Provider;
use domain::credential::Scope;

use super::{Case, Refusal};
use crate::context::EncryptionContext;
use crate::open::{Misfit, open_with};

/// Opens a record sealed at one place as if it lay in another.
fn refused_at(change: impl FnOnce(&mut EncryptionContext)) {
    let case = Case::typical();
    let sealed = case.seal();
    let mut elsewhere = case.context.clone();
    change(&mut elsewhere);
    assert_ne!(elsewhere, case.context);
    // Permissive: the same data key, whatever the context.
    assert_eq!(
        open_with(&case.data_key, &elsewhere, &sealed).err(),
        Some(Misfit::Ciphertext),
        "{elsewhere:?}"
    );
    assert!(open_with(&case.data_key, &case.context, &sealed).is_ok());
}

#[test]
fn another_row_is_refused() {
    refused_at(|place| place.stage = "prod".to_owned());
    refused_at(|place| place.tenant = "auth0|65f0d".parse().unwrap());
    refused_at(|place| place.scope = Scope::Project("dev".parse().unwrap()));
    refused_at(|place| place.credential = "cred_0192d3f0c1a87b3e9f00112233445567".parse().unwrap());
    refused_at(|place| place.version = 2);
    for other in Provider::ALL.into_iter().filter(|provider| *provider != Provider::Openai) {
        refused_at(|place| place.provider = other);
    }
}

#[test]
fn two_rows_with_their_ciphertexts_swapped_are_refused() {
    let here = Case::typical();
    let there = Case { context: EncryptionContext { version: 2, ..here.context.clone() }, ..Case::typical() };
    // The whole row, and then the ciphertext alone.
    let refused = Err(Refusal::Misfit(Misfit::Ciphertext));
    assert_eq!(here.open(&there.seal().to_bytes()), refused);
    let mut mixed = here.seal();
    mixed.ciphertext = there.seal().ciphertext;
    assert_eq!(here.open(&mixed.to_bytes()), refused);
}

#[test]
fn a_record_of_another_kms_key_is_refused_before_kms_is_asked() {
    let case = Case::typical();
    let mut sealed = case.seal();
    sealed.kms_key_id =
        "arn:aws:kms:eu-central-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab".parse().unwrap();
    // KMS would be asked next and would say `Refusal::Kms`.
    sealed.wrapped_data_key = vec![0];
    assert_eq!(case.open(&sealed.to_bytes()), Err(Refusal::Misfit(Misfit::KmsKeyId)));
}
