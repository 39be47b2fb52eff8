//! The files of the page, embedded in the binary.

/// One file of the page.
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: &'static [u8],
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Every file, by the path it is served at.
pub(crate) const ASSETS: &[Asset] = &[
    Asset { path: "/", content_type: HTML, bytes: include_bytes!("../page/index.html") },
    Asset { path: "/favicon.svg", content_type: SVG, bytes: include_bytes!("../page/favicon.svg") },
    Asset { path: "/assets/console.css", content_type: CSS, bytes: include_bytes!("../page/console.css") },
    Asset { path: "/assets/sections.css", content_type: CSS, bytes: include_bytes!("../page/sections.css") },
    script("/assets/console.js", include_bytes!("../page/console.js")),
    script("/assets/api-key-row.js", include_bytes!("../page/api-key-row.js")),
    script("/assets/api-keys.js", include_bytes!("../page/api-keys.js")),
    script("/assets/api.js", include_bytes!("../page/api.js")),
    script("/assets/audit.js", include_bytes!("../page/audit.js")),
    script("/assets/avatars.js", include_bytes!("../page/avatars.js")),
    script("/assets/confirm.js", include_bytes!("../page/confirm.js")),
    script("/assets/dom.js", include_bytes!("../page/dom.js")),
    script("/assets/jobs.js", include_bytes!("../page/jobs.js")),
    script("/assets/notice.js", include_bytes!("../page/notice.js")),
    script("/assets/orders.js", include_bytes!("../page/orders.js")),
    script("/assets/parameters.js", include_bytes!("../page/parameters.js")),
    script("/assets/payers.js", include_bytes!("../page/payers.js")),
    script("/assets/persona-editor.js", include_bytes!("../page/persona-editor.js")),
    script("/assets/personas.js", include_bytes!("../page/personas.js")),
    script("/assets/photos.js", include_bytes!("../page/photos.js")),
    script("/assets/prices.js", include_bytes!("../page/prices.js")),
    script("/assets/references.js", include_bytes!("../page/references.js")),
    script("/assets/session.js", include_bytes!("../page/session.js")),
    script("/assets/studio.js", include_bytes!("../page/studio.js")),
    script("/assets/styles.js", include_bytes!("../page/styles.js")),
    script("/assets/tile.js", include_bytes!("../page/tile.js")),
    script("/assets/watch.js", include_bytes!("../page/watch.js")),
    script("/assets/words.js", include_bytes!("../page/words.js")),
];

const fn script(path: &'static str, bytes: &'static [u8]) -> Asset {
    Asset { path, content_type: SCRIPT, bytes }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn text(asset: &Asset) -> &'static str {
        std::str::from_utf8(asset.bytes).unwrap()
    }

    fn index() -> &'static str {
        text(&ASSETS[0])
    }

    /// Every value between `before` and the next quote.
    fn quoted(text: &'static str, before: &'static str) -> impl Iterator<Item = &'static str> {
        text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap())
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        let files: BTreeSet<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        let name = |asset: &Asset| {
            asset.path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("index.html")
        };
        assert_eq!(files, ASSETS.iter().map(|asset| name(asset).into()).collect());
    }

    #[test]
    fn every_referenced_file_exists() {
        let served: BTreeSet<_> = ASSETS.iter().map(|asset| asset.path.to_owned()).collect();
        let local = |link: &&str| link.starts_with('/');
        for link in quoted(index(), "href=\"").chain(quoted(index(), "src=\"")).filter(local) {
            assert!(served.contains(link), "index.html names {link}");
        }
        for asset in ASSETS.iter().filter(|asset| asset.content_type == SCRIPT) {
            for import in quoted(text(asset), "from \"./").chain(quoted(text(asset), "import \"./")) {
                assert!(served.contains(&format!("/assets/{import}")), "{} imports {import}", asset.path);
            }
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
            assert!(ASSETS.iter().all(|asset| !text(asset).contains(foreign)), "{foreign}");
        }
    }

    #[test]
    fn no_script_makes_markup_or_code_from_a_string_or_stores_anything() {
        let forbidden =
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"];
        let stores = ["localStorage", "sessionStorage", "indexedDB", "document.cookie"];
        for asset in ASSETS.iter().filter(|asset| asset.content_type == SCRIPT) {
            for word in forbidden.into_iter().chain(stores) {
                assert!(!text(asset).contains(word), "{} holds {word}", asset.path);
            }
        }
    }
}
