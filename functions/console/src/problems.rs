//! The pages that the `type` of a problem leads to: what happened, and what to do. One for each kind that the API knows,
//! from the table in `web`.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::Response;
use web::{PathOf, Problem, ProblemKind};

use crate::file::serve;

const HTML: &str = "text/html; charset=utf-8";

/// `GET /problems`: all of them.
pub(crate) async fn list(headers: HeaderMap) -> Response {
    let line = |kind: &ProblemKind| {
        let (slug, title, status) = (kind.slug(), kind.title(), kind.status_code());
        format!(
            "<li><a href=\"/problems/{slug}\">{}</a> <span class=\"muted\">{status}</span></li>\n",
            marked_up(title)
        )
    };
    let lines: String = ProblemKind::ALL.iter().map(line).collect();
    let about = "<p>What the API answers when something is wrong. The <code>type</code> of an answer leads to one of \
                 these pages; its <code>detail</code> says what is wrong with that very request.</p>";
    serve(HTML, page("Problems", &format!("{about}\n<ul>\n{lines}</ul>")), &headers)
}

/// `GET /problems/{slug}`: one of them.
pub(crate) async fn one(PathOf(slug): PathOf<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let kind = ProblemKind::ALL.iter().find(|kind| kind.slug() == slug);
    let kind = kind.ok_or_else(|| {
        Problem::new(
            ProblemKind::NotFound,
            "There is no such kind of problem. See /problems for all there are.",
        )
    })?;
    let (help, status) = (kind.help(), kind.status_code());
    let body = format!(
        "<p class=\"muted\"><code>{}</code>, status {status}</p>\n<h2>What happened</h2>\n<p>{}</p>\n<h2>What to do</h2>\n\
         <p>{}</p>\n<p><a href=\"/problems\">All problems</a></p>",
        kind.slug(),
        marked_up(help.happened),
        marked_up(help.to_do)
    );
    Ok(serve(HTML, page(kind.title(), &body), &headers))
}

/// A whole page, in the look of the console.
fn page(title: &str, body: &str) -> Bytes {
    let title = marked_up(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} · Ownkey</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"/assets/console.css\">\n</head>\n<body>\n<main>\n<section class=\"card\">\n\
         <h1>{title}</h1>\n{body}\n</section>\n</main>\n</body>\n</html>\n"
    );
    Bytes::from(html)
}

/// Text as HTML; what stands between backticks, as code.
fn marked_up(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let parts = text.split('`').enumerate();
    parts
        .map(|(number, part)| if number % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn text(response: Response) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn every_kind_of_problem_has_a_page_that_says_what_to_do() {
        let listed = text(list(HeaderMap::new()).await).await;
        for kind in ProblemKind::ALL {
            let page = one(PathOf(kind.slug().to_owned()), HeaderMap::new()).await;
            let page = text(page.unwrap_or_else(|_| panic!("{}", kind.slug()))).await;
            assert!(
                page.contains(&marked_up(kind.help().to_do))
                    && page.contains(&marked_up(kind.help().happened))
            );
            assert!(page.contains(&format!("status {}", kind.status_code())));
            assert!(listed.contains(&format!("/problems/{}\"", kind.slug())), "{}", kind.slug());
            // Backticks come in pairs, and sentences end.
            for words in [kind.help().happened, kind.help().to_do] {
                assert!(words.matches('`').count() % 2 == 0 && words.ends_with('.'), "{words}");
            }
        }
        assert!(one(PathOf("nothing".to_owned()), HeaderMap::new()).await.is_err());
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(marked_up("a < b & `\"c\"`"), "a &lt; b &amp; <code>&quot;c&quot;</code>");
    }
}
