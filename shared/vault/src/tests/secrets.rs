//! Secret types can be neither copied nor shown.

use domain::ApiKey;

use super::{Case, to_hex};
use crate::derive::{DataKey, EncryptionKey};

/// Does not compile if the type has the trait: then there are two `ambiguous` to choose from.
macro_rules! assert_lacks {
    ($type:ty: $($lacked:path),+) => {$({
        trait Choice<Marker> {
            fn ambiguous() {}
        }
        impl<T: ?Sized> Choice<()> for T {}
        impl<T: ?Sized + $lacked> Choice<u8> for T {}
        <$type as Choice<_>>::ambiguous();
    })+};
}

#[test]
fn secret_types_cannot_be_copied_or_shown() {
    assert_lacks!(DataKey: Clone, Copy, std::fmt::Debug, std::fmt::Display);
    assert_lacks!(ApiKey: Clone, Copy, std::fmt::Debug, std::fmt::Display, serde::Serialize);
    assert_lacks!(EncryptionKey: Clone, Copy, std::fmt::Debug, std::fmt::Display);
}

#[test]
fn debug_of_a_record_shows_no_material() {
    let sealed = Case::typical().seal();
    let shown = format!("{sealed:?}");
    assert!(shown.contains(sealed.kms_key_id().as_str()));
    let rest = shown.replace(sealed.kms_key_id().as_str(), "");
    assert_eq!(rest, "SealedSecret { kms_key_id: KmsKeyId(\"\"), .. }");
    assert!(!to_hex(&sealed.to_bytes()).is_empty());
}
