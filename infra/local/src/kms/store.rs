//! The one file that the KMS keys live in.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::error::KmsError;
use super::kms_key::{KmsKey, KmsKeyId};

const FORMAT: u32 = 1;

/// Everything there is to know.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    format: u32,
    pub(super) kms_keys: BTreeMap<KmsKeyId, KmsKey>,
}

impl State {
    /// The KMS key of a `KeyId`.
    pub(super) fn find(&self, key_id: &str) -> Result<&KmsKey, KmsError> {
        self.kms_keys.get(&KmsKeyId::parse(key_id)?).ok_or_else(|| KmsError::NotFound(key_id.to_owned()))
    }

    pub(super) fn find_mut(&mut self, key_id: &str) -> Result<&mut KmsKey, KmsError> {
        self.kms_keys.get_mut(&KmsKeyId::parse(key_id)?).ok_or_else(|| KmsError::NotFound(key_id.to_owned()))
    }

    pub(super) fn make_kms_key(&mut self, description: &str) -> KmsKey {
        let made = KmsKey::make(description);
        self.kms_keys.insert(made.id, made.clone());
        made
    }
}

/// The state in memory and on disk. Both change together or not at all.
pub(super) struct Store {
    path: PathBuf,
    state: Mutex<State>,
}

impl Store {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let state = match fs::read(path) {
            Ok(bytes) => parse(path, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                State { format: FORMAT, kms_keys: BTreeMap::new() }
            }
            Err(error) => return Err(error),
        };
        Ok(Self { path: path.to_owned(), state: Mutex::new(state) })
    }

    /// Looks something up.
    pub(super) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Changes something. It is on disk before anyone can see it.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, KmsError>,
    ) -> Result<T, KmsError> {
        let mut current = self.lock();
        let mut changed = current.clone();
        let outcome = change(&mut changed)?;
        let failed = |error: io::Error| KmsError::Internal(format!("cannot write the KMS file: {error}"));
        save(&self.path, &changed).map_err(failed)?;
        *current = changed;
        Ok(outcome)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(path: &Path, bytes: &[u8]) -> io::Result<State> {
    let invalid = |problem: String| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{}: {problem}", path.display()))
    };
    // Only the place of a mistake: serde_json's message may quote what stands there.
    let misplaced = |error: serde_json::Error| format!("line {}, column {}", error.line(), error.column());
    let state: State = serde_json::from_slice(bytes).map_err(|error| invalid(misplaced(error)))?;
    if state.format != FORMAT {
        return Err(invalid(format!("format {} instead of {FORMAT}", state.format)));
    }
    Ok(state)
}

/// A new file beside the old one takes its place in one step: whoever reads finds the old or the new, whole.
fn save(path: &Path, state: &State) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let new = path.with_added_extension("new");
    // A leftover of a crash is removed rather than written over: its mode might be another one.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(&serde_json::to_vec_pretty(state)?)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    // The rename itself is on disk only when the folder is.
    File::open(folder)?.sync_all()
}
