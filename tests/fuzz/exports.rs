//! Exports of the audit trail and their seals, as `ownkey verify-audit` gets them from anybody.

use std::process::Output;

use tokio::process::Command;

use super::{corpus, inputs};
use crate::support::binary::binary;

/// How many lines of the export are under seals.
const SEALED: usize = 13;

#[tokio::test]
async fn a_mangled_export_is_intact_only_if_every_sealed_line_is() {
    let folder = tempfile::tempdir().unwrap();
    let known = corpus("audit_export");
    let original = |name: &str| known.iter().find(|(file, _)| file == name).unwrap().1.clone();
    let (export, seals) = (original("export.ndjson"), original("seals.json"));
    let sealed = |export: &[u8]| {
        export.split(|byte| *byte == b'\n').take(SEALED).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let (mut intact, mut refused) = (0, 0);
    for input in inputs("audit_export", 150) {
        let of_export = input.from.starts_with("export");
        let files = if of_export { [&input.bytes, &seals] } else { [&export, &input.bytes] };
        let paths = ["export", "seals"].map(|name| folder.path().join(name));
        for (path, file) in paths.iter().zip(files) {
            std::fs::write(path, file).unwrap();
        }
        let mut verify = Command::new(binary("ownkey").await);
        let Output { status, stdout, stderr } =
            verify.arg("verify-audit").args(&paths).output().await.unwrap();
        let (told, error) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
        match status.code() {
            Some(0) => {
                assert!(told.contains("Intact") && error.is_empty(), "{told}{error}");
                assert!(!of_export || sealed(&input.bytes) == sealed(&export), "{told}");
                intact += 1;
            }
            Some(1) => {
                assert!(
                    !told.contains("Intact") && error.starts_with("ownkey: ") && error.len() < 1_000,
                    "{error}"
                );
                refused += 1;
            }
            _ => panic!("{status}: {error}"),
        }
    }
    println!("audit_export: {intact} intact, {refused} not");
    assert!(intact >= 2 && refused > 50, "{intact} {refused}");
}
