//! `EnableKey` and `DisableKey`. Doing either twice is fine.

use super::super::calls::KmsCall;
use super::super::store::Store;
use super::{Answer, OneKmsKey};

pub(super) fn run(store: &Store, request: OneKmsKey, call: &mut KmsCall, enabled: bool) -> Answer {
    store.change(|state| {
        let kms_key = state.find_mut(&request.key_id)?;
        call.kms_key = Some(kms_key.arn());
        kms_key.enabled = enabled;
        Ok(None)
    })
}
