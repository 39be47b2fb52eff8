//! The files of the page, embedded in the binary.

/// One file of the page.
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
pub(crate) const CSS: &str = "text/css; charset=utf-8";
pub(crate) const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// The page: a part for each screen, in one document.
const INDEX: &str = concat!(
    include_str!("../page/parts/head.html"),
    include_str!("../page/parts/frame.html"),
    include_str!("../page/parts/studio.html"),
    include_str!("../page/parts/personas.html"),
    include_str!("../page/parts/gallery.html"),
    include_str!("../page/parts/job.html"),
    include_str!("../page/parts/api-keys.html"),
    include_str!("../page/parts/costs.html"),
    include_str!("../page/parts/projects.html"),
    include_str!("../page/parts/notices.html"),
    include_str!("../page/parts/audit.html"),
    include_str!("../page/parts/webhooks.html"),
    include_str!("../page/parts/account.html"),
    include_str!("../page/parts/foot.html"),
);

/// Every file, by the path it is served at.
pub(crate) const ASSETS: &[Asset] = &[
    Asset { path: "/", content_type: HTML, text: INDEX },
    Asset { path: "/favicon.svg", content_type: SVG, text: include_str!("../page/favicon.svg") },
    style("/assets/console.css", include_str!("../page/console.css")),
    style("/assets/screens.css", include_str!("../page/screens.css")),
    style("/assets/sections.css", include_str!("../page/sections.css")),
    script("/assets/account.js", include_str!("../page/account.js")),
    script("/assets/api-key-row.js", include_str!("../page/api-key-row.js")),
    script("/assets/api-keys.js", include_str!("../page/api-keys.js")),
    script("/assets/api.js", include_str!("../page/api.js")),
    script("/assets/audit.js", include_str!("../page/audit.js")),
    script("/assets/avatars.js", include_str!("../page/avatars.js")),
    script("/assets/banner.js", include_str!("../page/banner.js")),
    script("/assets/batches.js", include_str!("../page/batches.js")),
    script("/assets/budget.js", include_str!("../page/budget.js")),
    script("/assets/chart.js", include_str!("../page/chart.js")),
    script("/assets/confirm.js", include_str!("../page/confirm.js")),
    script("/assets/console.js", include_str!("../page/console.js")),
    script("/assets/costs.js", include_str!("../page/costs.js")),
    script("/assets/dom.js", include_str!("../page/dom.js")),
    script("/assets/job.js", include_str!("../page/job.js")),
    script("/assets/jobs.js", include_str!("../page/jobs.js")),
    script("/assets/notice.js", include_str!("../page/notice.js")),
    script("/assets/notices.js", include_str!("../page/notices.js")),
    script("/assets/oidc.js", include_str!("../page/oidc.js")),
    script("/assets/orders.js", include_str!("../page/orders.js")),
    script("/assets/parameters.js", include_str!("../page/parameters.js")),
    script("/assets/payers.js", include_str!("../page/payers.js")),
    script("/assets/persona-editor.js", include_str!("../page/persona-editor.js")),
    script("/assets/personas.js", include_str!("../page/personas.js")),
    script("/assets/photos.js", include_str!("../page/photos.js")),
    script("/assets/prices.js", include_str!("../page/prices.js")),
    script("/assets/projects.js", include_str!("../page/projects.js")),
    script("/assets/references.js", include_str!("../page/references.js")),
    script("/assets/router.js", include_str!("../page/router.js")),
    script("/assets/save.js", include_str!("../page/save.js")),
    script("/assets/session.js", include_str!("../page/session.js")),
    script("/assets/studio.js", include_str!("../page/studio.js")),
    script("/assets/styles.js", include_str!("../page/styles.js")),
    script("/assets/tile.js", include_str!("../page/tile.js")),
    script("/assets/watch.js", include_str!("../page/watch.js")),
    script("/assets/webhooks.js", include_str!("../page/webhooks.js")),
    script("/assets/words.js", include_str!("../page/words.js")),
];

const fn script(path: &'static str, text: &'static str) -> Asset {
    Asset { path, content_type: SCRIPT, text }
}

const fn style(path: &'static str, text: &'static str) -> Asset {
    Asset { path, content_type: CSS, text }
}

#[cfg(test)]
mod tests;
