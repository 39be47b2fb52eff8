//! What the README and the tour tell people to type does what it says.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::support::TestStack;
use crate::support::binary::binary;
use crate::tidy::root;

/// The fenced `sh` blocks, in their order: one shell, as the text says.
fn script() -> String {
    let texts = ["README.md", "TOUR.md"].map(|file| std::fs::read_to_string(root().join(file)).unwrap());
    let text = texts.concat();
    let blocks: Vec<_> =
        text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 6, "blocks of `sh` in the README and the tour");
    // What `cargo run` would build is built already.
    format!("cargo() {{ shift 3; \"$OWNKEY\" \"$@\"; }}\n{}", blocks.join("echo\n"))
}

#[tokio::test]
async fn the_examples_do_what_they_say() {
    let stack = TestStack::start_with(|options| options.seal_after = Duration::from_secs(2)).await;
    let address = "http://127.0.0.1:8787";
    assert_eq!(script().matches(address).count(), 1, "where the stack is, once");
    let script = script().replace(address, stack.stack.url());
    let folder = tempfile::TempDir::new().unwrap();
    let mut bash = Command::new("bash");
    bash.env("OWNKEY", binary("ownkey").await);
    bash.args(["-eu", "-c", &script]).current_dir(folder.path()).stdin(Stdio::null());
    let output = tokio::time::timeout(Duration::from_secs(240), bash.kill_on_drop(true).output()).await;
    let output = output.expect("the examples end within four minutes").unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("/problems/"), "{said}");

    let image = std::fs::read(folder.path().join("avatar.png")).unwrap();
    assert_eq!(imagesize::image_type(&image).unwrap(), imagesize::ImageType::Png);
    let me = stack.tenant("me").await;
    let count = async |list: &str| me.get(list).await.expect(200)["items"].as_array().unwrap().len();
    assert_eq!(count("/v1/api-keys").await, 3);
    assert_eq!(count("/v1/personas").await, 1);
    // An avatar, a persona and its portrait, three with that face, a pirate, a robot.
    assert_eq!(count("/v1/jobs").await, 8);
    assert_eq!(count("/v1/uploads").await, 1);
    assert_eq!(count("/v1/webhooks").await, 1);
    assert_eq!(me.get("/v1/budgets/comic").await.expect(200)["monthly_usd"], "5.0000");
    assert_eq!(me.get("/v1/budgets/account").await.expect(200)["time_zone"], "Europe/Berlin");
    for name in
        ["\"sureness\"", "\"credits_plan\"", "job.succeeded", "credential.registered", "\"portrait\":{"]
    {
        assert!(said.contains(name), "{name} is missing in:\n{said}");
    }
    println!("{} lines to type, {} bytes of answers", script.lines().count(), said.len());
}
