#![doc = include_str!("../README.md")]

mod aead;
mod context;
mod derive;
mod error;
mod kms;
mod open;
mod record;
mod seal;
mod wipe;

#[cfg(test)]
mod tests;

pub use context::{APP, EncryptionContext};
pub use error::{OpenError, RecordError, SealError};
pub use kms::{KmsKeyId, NotAKmsKeyId};
pub use open::Opener;
pub use record::SealedSecret;
pub use seal::Sealer;
