//! Why a stack does not start, in sentences that say what to do.

use std::io;
use std::path::PathBuf;

use crate::data_folder::DataFolderError;

/// Why a stack did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder for the data.
    #[error(transparent)]
    Data(#[from] DataFolderError),
    /// The port.
    #[error("port {port} is taken: stop what uses it, or choose another with --port")]
    Port {
        /// Which.
        port: u16,
    },
    /// An address of a provider.
    #[error(transparent)]
    Provider(#[from] providers::Unusable),
    /// An emulator.
    #[error("the {what} emulator does not start: {error}")]
    Emulator {
        /// Which.
        what: &'static str,
        /// Why.
        error: String,
    },
    /// There are no data to do anything with.
    #[error("there are no API keys in {}: name the folder that holds them with --data", .0.display())]
    NoFolder(PathBuf),
    /// The move to a new KMS key.
    #[error(transparent)]
    Rewrap(#[from] rewrap::Stopped),
    /// The file system or the network.
    #[error("the stack does not start: {0}")]
    Io(#[from] io::Error),
    /// Jobs of the last run could not be looked at.
    #[error("the jobs of the last run cannot be taken up: {0}")]
    Recovery(domain::Fault),
}
