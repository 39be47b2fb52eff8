//! The parts of a zip archive that stand around the files (APPNOTE.TXT, version 6.3.10): what goes before each file, and
//! the directory at the end. Files are stored as they are, because images are compressed already.
//!
//! Own, because it is short and the archive then needs no going back: length and checksum are known before a file is
//! written, so that any reader takes it, also one that reads from a pipe.

use domain::Timestamp;
use jiff::tz::TimeZone;

/// Up to here a length or place fits the old fields; beyond, zip64's hold it.
const OLD_LIMIT: u64 = 0xffff_ffff;

/// Made on Unix, by version 4.5 of the format, which has zip64.
const MADE_BY: u16 = 3 << 8 | 45;

/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;

/// A plain file that its owner may write and all may read.
const MODE: u32 = 0o100_644 << 16;

/// What is in the archive so far.
pub(super) struct Directory {
    entries: Vec<Entry>,
    /// Where the next file begins, in bytes.
    at: u64,
    /// When all of it was made: time and date as MS-DOS writes them, in UTC.
    made: (u16, u16),
}

struct Entry {
    name: String,
    checksum: u32,
    bytes: u32,
    at: u64,
}

impl Directory {
    /// Of an archive that is made at this time.
    pub(super) fn at(made: Timestamp) -> Self {
        Self { entries: Vec::new(), at: 0, made: dos_time(made) }
    }

    /// What stands before a file; the file's bytes come right after it. Less than 4 GiB, and fewer than 65,535 files.
    pub(super) fn begin(&mut self, name: &str, checksum: u32, bytes: u32) -> Vec<u8> {
        let entry = Entry { name: name.to_owned(), checksum, bytes, at: self.at };
        let mut header = Bytes::new(0x0403_4b50);
        header.u16(20).common(&entry, self.made).u16(0).text(name);
        let length = u64::try_from(header.0.len()).unwrap_or(0);
        self.at += length + u64::from(bytes);
        self.entries.push(entry);
        header.0
    }

    /// The end of the archive, and how long the whole of it is.
    pub(super) fn finish(self) -> (Vec<u8>, u64) {
        let mut end = Bytes(Vec::new());
        for entry in &self.entries {
            // A place that does not fit stands in an extra field.
            let far = entry.at >= OLD_LIMIT;
            end.signature(0x0201_4b50).u16(MADE_BY).u16(if far { 45 } else { 20 });
            end.common(entry, self.made).u16(if far { 12 } else { 0 });
            end.u16(0).u16(0).u16(0).u32(MODE).u32(old(entry.at)).text(&entry.name);
            if far {
                end.u16(1).u16(8).u64(entry.at);
            }
        }
        let (files, length) = (self.entries.len(), u64::try_from(end.0.len()).unwrap_or(0));
        let files = u16::try_from(files).unwrap_or(u16::MAX);
        if self.at >= OLD_LIMIT {
            let place = self.at + length;
            end.signature(0x0606_4b50).u64(44).u16(MADE_BY).u16(45).u32(0).u32(0);
            end.u64(files.into()).u64(files.into()).u64(length).u64(self.at);
            end.signature(0x0706_4b50).u32(0).u64(place).u32(1);
        }
        end.signature(0x0605_4b50).u16(0).u16(0).u16(files).u16(files);
        end.u32(old(length)).u32(old(self.at)).u16(0);
        let total = self.at + u64::try_from(end.0.len()).unwrap_or(0);
        (end.0, total)
    }
}

/// As the old fields hold it: what does not fit is all ones.
fn old(length: u64) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// In steps of two seconds, from 1980 on.
fn dos_time(at: Timestamp) -> (u16, u16) {
    let at = at.to_zoned(TimeZone::UTC);
    let part = |value: i8| u16::try_from(value).unwrap_or(0);
    let year = u16::try_from(at.year() - 1_980).unwrap_or(0).min(127);
    let time = part(at.hour()) << 11 | part(at.minute()) << 5 | (part(at.second()) / 2);
    (time, year << 9 | part(at.month()) << 5 | part(at.day()))
}

/// Fields, one after the other, the lowest byte first.
struct Bytes(Vec<u8>);

impl Bytes {
    fn new(signature: u32) -> Self {
        let mut bytes = Self(Vec::new());
        bytes.signature(signature);
        bytes
    }

    fn signature(&mut self, signature: u32) -> &mut Self {
        self.u32(signature)
    }

    /// What the header and the directory say alike, up to the length of the name.
    fn common(&mut self, entry: &Entry, (time, date): (u16, u16)) -> &mut Self {
        // Method 0: stored.
        self.u16(FLAGS).u16(0).u16(time).u16(date).u32(entry.checksum).u32(entry.bytes).u32(entry.bytes);
        self.u16(u16::try_from(entry.name.len()).unwrap_or(u16::MAX))
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.raw(text.as_bytes())
    }

    fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

#[cfg(test)]
mod tests;
