//! The folder with everything that outlives a restart. One process at a time.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The folder, held as long as this lives.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// Another process has it.
    #[error("another Ownkey is running on {}: stop it, or choose another folder with --data", .0.display())]
    InUse(PathBuf),
    /// It is for other providers.
    #[error("{} holds API keys and jobs for --providers {holds}: choose another folder with --data", .path.display())]
    OtherProviders {
        /// Which folder.
        path: PathBuf,
        /// What it was made with.
        holds: String,
    },
    /// It cannot be made or written.
    #[error("the data folder {} cannot be used: {error}", .path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl DataFolder {
    /// `providers` is whom the jobs and API keys in it are for: real ones must not end up with the sandbox.
    pub(crate) fn open(path: &Path, providers: &'static str) -> Result<Self, DataFolderError> {
        let unusable = |error| DataFolderError::Unusable { path: path.to_owned(), error };
        make_private(path).map_err(unusable)?;
        let lock = File::create(path.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {
                keep_apart(path, providers)?;
                Ok(Self { path: path.to_owned(), _lock: lock })
            }
            Err(TryLockError::WouldBlock) => Err(DataFolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// The first start marks the folder with its providers; every later one must have the same.
fn keep_apart(path: &Path, providers: &str) -> Result<(), DataFolderError> {
    let (mark, unusable) =
        (path.join("providers"), |error| DataFolderError::Unusable { path: path.to_owned(), error });
    match std::fs::read_to_string(&mark) {
        Ok(holds) if holds.trim() != providers => {
            Err(DataFolderError::OtherProviders { path: path.to_owned(), holds: holds.trim().to_owned() })
        }
        Ok(_) => Ok(()),
        Err(_) => std::fs::write(&mark, providers).map_err(unusable),
    }
}

/// Only the user may look in: the KMS keys and the token signing key lie there.
fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
