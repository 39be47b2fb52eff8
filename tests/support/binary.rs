//! The real binaries, as processes.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

/// A binary of the workspace, built as it stands. All of them are built at once, with the features that the tests
/// were built with, so that nothing is compiled twice.
pub async fn binary(name: &str) -> PathBuf {
    static BUILT: OnceCell<()> = OnceCell::const_new();
    let own_path = std::env::current_exe().unwrap();
    // <target>/debug/deps/ownkey-1234, and the binaries are in <target>/debug.
    let profile_folder = own_path.parent().and_then(Path::parent).unwrap();
    BUILT
        .get_or_init(|| async {
            let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--quiet", "--workspace", "--bins", "--locked", "--target-dir"]);
            let status =
                cargo.arg(profile_folder.parent().unwrap()).current_dir(workspace).status().await.unwrap();
            assert!(status.success(), "cargo build --workspace --bins: {status}");
        })
        .await;
    profile_folder.join(name)
}

/// `ownkey` with a data folder, and its address once it listens.
pub async fn start_ownkey(data: &Path, more: &[&str], log: Stdio) -> (Child, String) {
    start_program(&binary("ownkey").await, data, more, log).await
}

/// The same, of another build.
pub async fn start_program(ownkey: &Path, data: &Path, more: &[&str], log: Stdio) -> (Child, String) {
    let mut command = Command::new(ownkey);
    command.args(["--port", "0", "--data"]).arg(data).args(more);
    command.env("OWNKEY_LOG", "trace").stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(Duration::from_secs(60), lines.next_line());
    let line = line.await.expect("ownkey starts within a minute").unwrap().expect("a line on stdout");
    (child, line.strip_prefix("listening on ").unwrap().to_owned())
}
