//! A file of JSON lines that only grows, and of which nothing is lost that somebody was told of.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The file.
pub(super) struct Journal {
    file: File,
    /// Of the whole lines in it.
    length: u64,
}

impl Journal {
    /// Opens the journal of this name in a folder, or begins one; with its lines. A last line that a crash cut off
    /// is dropped: nobody was answered after it.
    pub(super) fn open<L: DeserializeOwned>(dir: &Path, name: &str) -> io::Result<(Self, Vec<L>)> {
        fs::create_dir_all(dir)?;
        let path = dir.join(name);
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
        let text = fs::read(&path)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (whole_lines, torn) = text.split_at_checked(whole).unwrap_or_default();
        let length = u64::try_from(whole).map_err(io::Error::other)?;
        if !torn.is_empty() {
            let path = path.display();
            tracing::warn!(%path, torn_bytes = torn.len(), "the last line was cut off and is dropped");
            file.set_len(length)?;
        }
        File::open(dir)?.sync_all()?;
        let mut lines = Vec::new();
        for (number, line) in
            whole_lines.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty())
        {
            let invalid = |error| {
                let message = format!("{}, line {}: {error}", path.display(), number + 1);
                io::Error::new(io::ErrorKind::InvalidData, message)
            };
            lines.push(serde_json::from_slice(line).map_err(invalid)?);
        }
        Ok((Self { file, length }, lines))
    }

    /// Adds a line, durably. Blocks on the disk.
    pub(super) fn append(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        if let Err(error) = self.file.write_all(&text).and_then(|()| self.file.sync_data()) {
            // Half a line must not stay before the next one, and a whole one does not count.
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length = self.length.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
        Ok(())
    }
}
