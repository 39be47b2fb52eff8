#![doc = include_str!("../README.md")]

mod aead;
mod context;
mod derive;
mod error;
mod kms;
mod open;
mod record;
mod rewrap;
mod seal;
mod wipe;

#[cfg(test)]
mod tests;

pub use context::{APP, EncryptionContext};
pub use error::{OpenError, RecordError, RewrapError, SealError};
pub use kms::{KmsKeyId, KmsKeys, NotAKmsKeyId};
pub use open::Opener;
pub use record::SealedSecret;
pub use rewrap::{Rewrapped, Rewrapper};
pub use seal::Sealer;
