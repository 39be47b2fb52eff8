//! The contract: the OpenAPI document is what the code says, whole, and true. That answers keep to it is checked
//! wherever a test asks the API (`support/contract.rs`).

mod deployed;
mod document;
mod examples;
mod paths;
mod problems;
mod routes;
mod schemas;

use std::path::PathBuf;

use serde_json::Value;

use crate::tidy::root;

/// Where the document is checked in: the console serves it.
fn checked_in() -> PathBuf {
    root().join("functions/console/openapi.json")
}

/// After a change of a route or a type: `OWNKEY_RENEW=1 cargo test -p tests -- the_document_is`.
#[test]
fn the_document_is_what_the_code_says() {
    let text = document::text(document::document());
    if std::env::var_os("OWNKEY_RENEW").is_some() {
        std::fs::write(checked_in(), &text).unwrap();
    }
    let found = std::fs::read_to_string(checked_in()).unwrap();
    let differs = found.lines().zip(text.lines()).find(|(found, wanted)| found != wanted);
    assert!(
        found == text,
        "openapi.json is not what the code says. Look whether clients can live with the change, then renew it: \
         OWNKEY_RENEW=1 cargo test -p tests -- the_document_is. It differs first here: {differs:#?}"
    );
}

/// The document as it is checked in.
pub(crate) fn document() -> Value {
    serde_json::from_slice(&std::fs::read(checked_in()).unwrap()).unwrap()
}
