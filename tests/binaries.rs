//! The command line.

use std::path::Path;
use std::process::Output;

use tokio::process::Command;

use crate::support::binary::binary;
use crate::support::{TestStack, folder_with_issuer};

async fn ownkey(arguments: &[&str], data: &Path) -> Output {
    Command::new(binary("ownkey").await).args(arguments).arg("--data").arg(data).output().await.unwrap()
}

#[tokio::test]
async fn the_demo_leaves_an_avatar_and_shows_the_record() {
    let folder = folder_with_issuer().await;
    let output = ownkey(&["demo"], folder.path()).await;
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let image = std::fs::read(folder.path().join("demo-avatar.png")).unwrap();
    assert_eq!(imagesize::image_type(&image).unwrap(), imagesize::ImageType::Png);
    for line in [
        "queued",
        "succeeded",
        "demo-avatar.png",
        "credential.registered",
        "job.intent",
        "job.succeeded",
        "$0.04",
    ] {
        assert!(said.contains(line), "{line} is missing in:\n{said}");
    }
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn mistakes_on_the_command_line_are_explained() {
    let folder = folder_with_issuer().await;
    let stack = TestStack::start().await;
    ownkey(&["demo"], folder.path()).await;
    let taken = stack.stack.url().rsplit(':').next().unwrap();
    for (arguments, expected) in [
        (&["--port", "99999"][..], "99999"),
        (&["--providers", "real"], "sandbox, live"),
        (&["--port", "0", "--openai-url", "http://example.com/v1"], "not an https URL"),
        (&["--port", taken], "is taken"),
        (&["--colour"], "--colour"),
        (&["--jobs-per-hour", "0"], "0 is not in 1.."),
        (&["--port", "0", "--providers", "live"], "holds API keys and jobs for --providers sandbox"),
    ] {
        let output = ownkey(arguments, folder.path()).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(expected), "{arguments:?}: {said}");
    }
    let nowhere = folder.path().join("nowhere");
    let said = String::from_utf8(ownkey(&["rewrap"], &nowhere).await.stderr).unwrap();
    assert!(said.contains("there are no API keys in") && !nowhere.exists(), "{said}");
}
