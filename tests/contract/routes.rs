//! The same routes in the document, in the template and in the code.

use std::collections::BTreeSet;

use super::document;
use crate::tenants::routes::{PUBLIC, ROUTES};

/// The page's own files are for browsers, and no part of the contract.
const PAGE: [&str; 4] = ["/", "/assets/{proxy+}", "/config.json", "/favicon.svg"];

/// What is compared with here is held against the template and the code by `tenants::routes`.
#[test]
fn the_document_names_every_route_with_its_scope() {
    let rows = ROUTES.iter().map(|(method, path, scope)| (*method, *path, Some(*scope)));
    let public =
        PUBLIC.iter().filter(|(_, path)| !PAGE.contains(path)).map(|(method, path)| (*method, *path, None));
    let rows: BTreeSet<_> = rows.chain(public).collect();
    let document = document();
    let mut told = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scope = operation["security"][0]["token"][0].as_str();
            told.insert((method.to_uppercase(), path.clone(), scope));
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap()),
                "{method} {path}: its id is another's"
            );
            assert!(operation["summary"].as_str().unwrap().ends_with('.'), "{method} {path}");
        }
    }
    let told: BTreeSet<_> =
        told.iter().map(|(method, path, scope)| (method.as_str(), path.as_str(), *scope)).collect();
    let in_one: Vec<_> = told.symmetric_difference(&rows).collect();
    assert!(in_one.is_empty(), "in the document and not deployed, or the other way round: {in_one:#?}");
}
