use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::lean::lean;

fn index() -> &'static str {
    ASSETS[0].text
}

/// Every value between `before` and the next quote.
fn quoted(text: &'static str, before: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap())
}

fn files(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files.map(|file| file.file_name().into_string().unwrap()).collect()
}

#[test]
fn every_file_of_the_folder_is_served() {
    let served = ASSETS.iter().filter_map(|asset| asset.path.rsplit('/').next());
    let served: BTreeSet<_> = served.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    assert_eq!(files("page"), served);
    for part in files("page/parts") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("page/parts").join(&part);
        assert!(index().contains(&std::fs::read_to_string(path).unwrap()), "{part} is not in the page");
    }
}

#[test]
fn every_referenced_file_exists_and_every_script_is_fetched_at_once() {
    let served: BTreeSet<_> = ASSETS.iter().map(|asset| asset.path.to_owned()).collect();
    let local = |link: &&str| link.starts_with('/');
    for link in quoted(index(), "href=\"").chain(quoted(index(), "src=\"")).filter(local) {
        assert!(served.contains(link), "the page names {link}");
    }
    for asset in ASSETS.iter().filter(|asset| asset.content_type == SCRIPT) {
        for import in quoted(asset.text, "from \"./").chain(quoted(asset.text, "import \"./")) {
            assert!(served.contains(&format!("/assets/{import}")), "{} imports {import}", asset.path);
        }
        assert!(index().contains(&format!("\"{}\"", asset.path)), "{} waits for its importer", asset.path);
    }
}

#[test]
fn no_id_stands_twice() {
    let mut ids: Vec<_> = quoted(index(), " id=\"").filter(|id| !id.starts_with('$')).collect();
    ids.sort_unstable();
    for pair in ids.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}

#[test]
fn the_page_holds_no_inline_code_or_style() {
    let page = index();
    for script in page.split("<script").skip(1) {
        let (attributes, rest) = script.split_once('>').unwrap();
        assert!(attributes.contains("src=\"/assets/"), "{attributes}");
        assert!(rest.starts_with("</script>"), "inline code: {rest:.40}");
    }
    for forbidden in
        ["<style", " style=", "javascript:", "<base", "<iframe", "<object", " onclick=", " onload="]
    {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    // Foreign origins are links to follow, never something to load.
    for foreign in ["src=\"http", "src=\"//", "url(http", "@import"] {
        assert!(ASSETS.iter().all(|asset| !asset.text.contains(foreign)), "{foreign}");
    }
}

/// The way to the issuer and back leaves the page, so what proves the answer has to be kept for that time. No token.
const MAY_REMEMBER_A_TRIP: &str = "/assets/oidc.js";

#[test]
fn no_script_makes_markup_or_code_from_a_string_or_stores_anything() {
    let forbidden =
        ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"];
    let stores = ["localStorage", "indexedDB", "document.cookie", "caches."];
    for asset in ASSETS.iter().filter(|asset| asset.content_type == SCRIPT) {
        for word in forbidden.into_iter().chain(stores) {
            assert!(!asset.text.contains(word), "{} holds {word}", asset.path);
        }
        let remembers = asset.text.contains("sessionStorage");
        assert_eq!(remembers, asset.path == MAY_REMEMBER_A_TRIP, "{}", asset.path);
    }
}

#[test]
fn what_is_left_out_of_scripts_and_styles_is_never_code() {
    for asset in ASSETS.iter().filter(|asset| asset.content_type == SCRIPT) {
        for (number, line) in asset.text.lines().enumerate() {
            // A text over several lines would lose its indentation.
            let marks = line.matches('`').count();
            assert!(marks.is_multiple_of(2), "{}:{} opens a text", asset.path, number + 1);
        }
    }
    for asset in ASSETS {
        let served = lean(asset.text);
        assert_eq!(served.lines().count(), asset.text.lines().count(), "{}", asset.path);
        let is_comment = |line: &str| ["//", "/*", "*/"].iter().any(|mark| line.starts_with(mark));
        assert!(!served.lines().any(is_comment), "{} keeps a comment", asset.path);
    }
}
