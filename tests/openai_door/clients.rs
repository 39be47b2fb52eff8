//! OpenAI's own clients for Python and Node, as people install them, at our door (`tests/clients`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::Provider;
use serde_json::{Map, Value};
use tokio::process::Command;

use crate::support::TestStack;
use crate::tidy::root;

/// Where `.ci/run` has installed them.
fn installed() -> PathBuf {
    PathBuf::from(
        std::env::var_os("OWNKEY_CLIENTS").expect("OWNKEY_CLIENTS names the folder with the clients"),
    )
}

/// A tenant for each case, and its token.
async fn tokens(stack: &TestStack, language: &str, cases: &[&str]) -> Value {
    let mut tokens = Map::new();
    for case in cases {
        let person = stack.tenant(&format!("{language}-{case}")).await;
        let plays = if matches!(*case, "patient" | "told" | "hasty") { "ok" } else { case };
        if plays != "nothing" {
            person.store_for(Provider::Openai, plays).await;
        }
        if plays == "ok" {
            person.store_for(Provider::Bfl, "ok").await;
        }
        tokens.insert((*case).to_owned(), person.token.unwrap().into());
    }
    tokens.into()
}

async fn run(mut program: Command, mode: &str, stack: &TestStack, tokens: &Value) {
    let program = program.args([mode, stack.stack.url(), &tokens.to_string()]).kill_on_drop(true);
    let output =
        tokio::time::timeout(Duration::from_secs(240), program.output()).await.expect("in time").unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

fn python(clients: &Path) -> Command {
    let mut python = Command::new(clients.join("bin/python"));
    python.arg(root().join("tests/clients/door.py"));
    python
}

/// Node finds a package beside the script only.
fn node(clients: &Path) -> Command {
    std::fs::copy(root().join("tests/clients/door.js"), clients.join("door.js")).unwrap();
    let mut node = Command::new("node");
    node.arg(clients.join("door.js"));
    node
}

async fn both(mode: &str, cases: &[&str], stack: &TestStack) {
    let clients = installed();
    let (of_python, of_node) = (tokens(stack, "python", cases).await, tokens(stack, "node", cases).await);
    tokio::join!(run(python(&clients), mode, stack, &of_python), run(node(&clients), mode, stack, &of_node),);
}

#[tokio::test]
#[ignore = "needs OpenAI's clients; .ci/run installs them"]
async fn openais_own_clients_draw_and_understand_what_goes_wrong() {
    let stack = TestStack::start().await;
    both("quick", &["ok", "out-of-credit", "moderated", "hang-up", "nothing"], &stack).await;
    for language in ["python", "node"] {
        for case in ["out-of-credit", "moderated", "hang-up", "nothing"] {
            let person = stack.tenant(&format!("{language}-{case}")).await;
            assert_eq!(super::jobs_there(&person).await, 1, "{language} {case}: no repeats");
        }
    }
}

#[tokio::test]
#[ignore = "needs OpenAI's clients; .ci/run installs them"]
async fn openais_own_clients_ask_again_and_make_one_job() {
    let stack = TestStack::start_with(|options| options.think_time = Duration::from_secs(24)).await;
    both("slow", &["patient", "told", "hasty"], &stack).await;
    for language in ["python", "node"] {
        for case in ["patient", "told", "hasty"] {
            let person = stack.tenant(&format!("{language}-{case}")).await;
            assert_eq!(super::jobs_there(&person).await, 1, "{language} {case}");
        }
    }
}
