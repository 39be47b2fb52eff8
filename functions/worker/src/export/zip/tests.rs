//! Python, which has read zip archives for longer than this has written them, opens ours.

use std::io::{Seek, SeekFrom, Write};
use std::process::Command;

use super::*;

const MADE: Timestamp = Timestamp::constant(1_763_860_005, 0);

/// An archive of these files, the first of which begins at `from`; what Python prints about it.
fn read_back(from: u64, files: &[(&str, &[u8])]) -> String {
    let mut directory = Directory { at: from, ..Directory::at(MADE) };
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("archive.zip");
    let mut file = std::fs::File::create(&path).unwrap();
    // A hole: it takes no space on the disk.
    file.seek(SeekFrom::Start(from)).unwrap();
    for (name, bytes) in files {
        let header = directory.begin(name, crc32fast::hash(bytes), u32::try_from(bytes.len()).unwrap());
        file.write_all(&header).unwrap();
        file.write_all(bytes).unwrap();
    }
    let (end, total) = directory.finish();
    file.write_all(&end).unwrap();
    assert_eq!(file.metadata().unwrap().len(), total);
    let script = "import sys, zipfile\n\
                  with zipfile.ZipFile(sys.argv[1]) as archive:\n    \
                  assert archive.testzip() is None\n    \
                  for file in archive.infolist():\n        \
                  print(file.filename, *file.date_time, file.compress_type, archive.read(file))";
    let read = Command::new("python3").args(["-c", script]).arg(&path).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).unwrap()
}

#[test]
fn what_was_put_in_comes_out() {
    let files: [(&str, &[u8]); 3] = [("0001-a.png", b"one"), ("empty", b""), ("manifest.json", b"{}\n")];
    let expected = "0001-a.png 2025 11 23 1 6 44 0 b'one'\nempty 2025 11 23 1 6 44 0 b''\n\
                    manifest.json 2025 11 23 1 6 44 0 b'{}\\n'\n";
    assert_eq!(read_back(0, &files), expected);
    assert_eq!(read_back(0, &[]), "");
}

/// What lies beyond 4 GiB is found, whether the directory does too, or also a file.
#[test]
fn archives_of_more_than_four_gibibytes_are_read() {
    for from in [OLD_LIMIT - 10, OLD_LIMIT, 5 << 30] {
        let read = read_back(from, &[("a", b"one"), ("b", b"two")]);
        assert!(read.contains("b'one'") && read.contains("b'two'"), "{from}: {read}");
    }
}
