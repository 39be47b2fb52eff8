//! The house rules that a compiler does not check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Full.
const FULL: usize = 300;

/// Where a secret may be looked at: sealing, and the two headers and texts that carry it to a provider.
const EXPOSE_SECRET: [&str; 4] = [
    "shared/domain/src/api_key.rs",
    "shared/providers/src/echo.rs",
    "shared/providers/src/http.rs",
    "shared/vault/src/seal.rs",
];

/// Crates by layer. A crate may depend on those of lower layers only; in a layer, siblings never meet.
const LAYERS: [&[&str]; 5] = [
    &["domain"],
    &["providers", "runtime", "signing", "store", "vault", "web"],
    &["account", "api-keys", "audit", "console", "jobs", "notifier", "rewrap", "sealer", "sweeper", "worker"],
    &["local"],
    &["bare-hello", "tests"],
];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

pub(crate) fn files(folder: &Path, suffixes: &[&str]) -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules"].contains(&&*name) && !name.starts_with('.') {
            all.extend(files(&path, suffixes));
        } else if suffixes.iter().any(|suffix| name.ends_with(suffix)) {
            let text = std::fs::read_to_string(&path).unwrap();
            all.push((path.strip_prefix(root()).unwrap().to_owned(), text));
        }
    }
    all
}

fn sources() -> Vec<(PathBuf, String)> {
    ["functions", "shared", "infra", "tests"]
        .iter()
        .flat_map(|folder| files(&root().join(folder), &[".rs"]))
        .collect()
}

#[test]
fn every_file_fits_a_head() {
    let sources = ["functions", "shared", "infra", "tests"]
        .iter()
        .flat_map(|folder| files(&root().join(folder), &[".rs", ".js", ".mjs", ".css", ".html"]));
    let long: Vec<_> =
        sources.filter(|(_, text)| text.lines().count() > FULL).map(|(path, _)| path).collect();
    assert!(long.is_empty(), "longer than {FULL} lines; split by verb or by type: {long:?}");
}

#[test]
fn secrets_are_looked_at_in_few_known_places() {
    let own =
        |path: &Path| path.starts_with("tests") || path.components().any(|part| part.as_os_str() == "tests");
    let places: BTreeSet<_> = sources()
        .into_iter()
        .filter(|(path, text)| text.contains("expose_secret") && !own(path))
        .map(|(path, _)| path.to_string_lossy().into_owned())
        .collect();
    assert_eq!(places, EXPOSE_SECRET.map(str::to_owned).into());
}

/// The detectors of `memory` stand for these: what wipes in them must wipe in these too.
#[test]
fn binaries_that_hold_api_keys_wipe_what_they_free_and_cannot_be_dumped() {
    for binary in ["functions/worker", "functions/api-keys", "infra/local"] {
        let text = std::fs::read_to_string(root().join(binary).join("src/main.rs")).unwrap();
        for line in
            ["#[global_allocator]\nstatic ALLOCATOR: ZeroAlloc<System>", "    keep_memory_private();\n"]
        {
            assert!(text.contains(line), "{line} in {binary}");
        }
    }
}

#[test]
fn only_runtime_reads_the_environment_and_the_clock() {
    for (path, text) in sources() {
        if path.starts_with("tests") || path.starts_with("shared/runtime") {
            continue;
        }
        for call in ["env::var", "Timestamp::now()", "SystemTime::now()", "Zoned::now()"] {
            assert!(!text.contains(call), "{call} in {}", path.display());
        }
    }
}

#[test]
fn only_web_names_status_codes() {
    for (path, text) in sources() {
        let may = path.starts_with("shared/web")
            || path.starts_with("shared/providers")
            || path.starts_with("tests");
        // The sandbox and the emulators answer as other services do; the console serves files.
        let other_services = path.starts_with("infra/local") || path.starts_with("functions/console");
        assert!(may || other_services || !text.contains("StatusCode"), "a status code in {}", path.display());
    }
}

#[test]
fn arrows_point_down_and_siblings_never_meet() {
    let mut seen = BTreeSet::new();
    for folder in ["functions", "shared", "infra", "tests"] {
        for (path, manifest) in files(&root().join(folder), &["Cargo.toml"]) {
            let name =
                manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap().trim_matches('"');
            let layer = layer(name).unwrap_or_else(|| panic!("{} is in no layer", path.display()));
            for line in manifest.lines() {
                let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
                if let Some(below) = self::layer(dependency) {
                    assert!(below < layer, "{name} must not depend on {dependency}");
                }
            }
            seen.insert(name.to_owned());
        }
    }
    assert_eq!(seen.len(), LAYERS.iter().map(|layer| layer.len()).sum::<usize>());
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

/// What a function does not link, it cannot do.
#[test]
fn the_functions_link_what_their_roles_allow() {
    let manifest =
        |name: &str| std::fs::read_to_string(root().join("functions").join(name).join("Cargo.toml")).unwrap();
    for name in ["account", "jobs", "audit", "sealer", "sweeper", "console"] {
        assert!(!manifest(name).contains("vault.workspace"), "{name} must not link the vault");
        assert!(!manifest(name).contains("providers.workspace"), "{name} must not call providers");
    }
    assert!(!manifest("notifier").contains("vault.workspace"), "who calls foreign addresses opens nothing");
    let notifier = files(&root().join("functions/notifier"), &[".rs"]);
    assert!(notifier.iter().all(|(_, text)| !text.contains("Providers")), "notifier must not call providers");
    for name in ["api-keys", "jobs", "audit", "rewrap", "sealer", "sweeper", "console", "worker"] {
        assert!(!manifest(name).contains("signing.workspace"), "{name} must not sign webhooks");
    }
    let api_keys = files(&root().join("functions/api-keys"), &[".rs"]);
    assert!(api_keys.iter().all(|(_, text)| !text.contains("Opener")), "api-keys must not open");
    let worker = files(&root().join("functions/worker"), &[".rs"]);
    assert!(worker.iter().all(|(_, text)| !text.contains("Sealer")), "a worker must not seal");
    let rewrap = files(&root().join("functions/rewrap"), &[".rs"]);
    let other_doors = |text: &str| text.contains("Sealer") || text.contains("Opener");
    assert!(rewrap.iter().all(|(_, text)| !other_doors(text)), "rewrap must not seal or open");
    assert!(!manifest("rewrap").contains("providers.workspace"), "rewrap must not call providers");
}

/// What a shipped function links, by `cargo tree`: the names of all its crates.
fn linked_by(package: &str) -> BTreeSet<String> {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none"]);
    let output = cargo.args(["--package", package]).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect()
}

/// One implementation of AES-GCM, and of TLS: what is sealed by one and opened by another is nobody's to test.
#[test]
fn no_shipped_function_holds_a_second_aes_gcm() {
    const OTHERS: [&str; 14] = [
        "aead",
        "aes",
        "aws-lc",
        "boring",
        "botan",
        "chacha20poly1305",
        "cipher",
        "ghash",
        "graviola",
        "libsodium",
        "mbedtls",
        "openssl",
        "polyval",
        "wolfssl",
    ];
    // Reads the operating system's certificates where there is an OpenSSL; it is none itself.
    const HARMLESS: [&str; 1] = ["openssl-probe"];
    let second = |names: &BTreeSet<String>| -> Vec<String> {
        let other = |name: &&String| OTHERS.iter().any(|other| name.starts_with(other));
        names.iter().filter(other).filter(|name| !HARMLESS.contains(&name.as_str())).cloned().collect()
    };
    let planted = |name: &str| second(&BTreeSet::from(["ring".to_owned(), name.to_owned()])).len();
    assert_eq!(["aes-gcm", "aws-lc-rs", "openssl", "openssl-sys"].map(planted), [1; 4], "the control");
    let functions: Vec<_> = std::fs::read_dir(root().join("functions")).unwrap().collect();
    for function in &functions {
        let name = function.as_ref().unwrap().file_name().into_string().unwrap();
        let linked = linked_by(&name);
        assert_eq!(second(&linked), [""; 0], "{name}");
        // They are real trees: whoever seals or opens does it with ring.
        assert!(linked.contains("tokio") && (linked.contains("ring") || !linked.contains("vault")), "{name}");
    }
    assert!(linked_by("worker").contains("ring"));
    assert_eq!(functions.len(), LAYERS[2].len());
}

#[test]
fn the_crypto_library_is_ring_and_there_is_one_hyper() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in ["aws-lc-rs", "aws-lc-sys", "openssl-sys"] {
        assert!(!lock.contains(&format!("name = \"{name}\"")), "{name} is in the tree");
    }
    assert_eq!(lock.matches("name = \"hyper\"\n").count(), 1);
}
