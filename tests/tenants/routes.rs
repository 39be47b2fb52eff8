//! Every route with a token. A route that is deployed or served and not in this list fails a test, and the other way
//! round; so none escapes what is tried on each.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Api, MODEL, OK};
use crate::tidy::{files, root};

/// Method, path as in the template, and the scope it needs.
pub const ROUTES: [(&str, &str, &str); 62] = [
    ("GET", "/v1/api-keys", "keys:read"),
    ("GET", "/v1/api-keys/{provider}", "keys:read"),
    ("PUT", "/v1/api-keys/{provider}", "keys:write"),
    ("DELETE", "/v1/api-keys/{provider}", "keys:write"),
    ("POST", "/v1/api-keys/{provider}/test", "keys:write"),
    ("GET", "/v1/projects/{project}/api-keys", "keys:read"),
    ("GET", "/v1/projects/{project}/api-keys/{provider}", "keys:read"),
    ("PUT", "/v1/projects/{project}/api-keys/{provider}", "keys:write"),
    ("DELETE", "/v1/projects/{project}/api-keys/{provider}", "keys:write"),
    ("POST", "/v1/projects/{project}/api-keys/{provider}/test", "keys:write"),
    ("DELETE", "/v1/account", "account:write"),
    ("GET", "/v1/jobs", "jobs:read"),
    ("POST", "/v1/jobs", "jobs:write"),
    ("GET", "/v1/jobs/{id}", "jobs:read"),
    ("GET", "/v1/jobs/{id}/image", "jobs:read"),
    ("POST", "/v1/jobs/{id}/cancel", "jobs:write"),
    ("POST", "/v1/jobs/{id}/retry", "jobs:write"),
    ("POST", "/v1/jobs/{id}/resume", "jobs:write"),
    ("GET", "/v1/batches", "jobs:read"),
    ("POST", "/v1/batches", "jobs:write"),
    ("GET", "/v1/batches/{id}", "jobs:read"),
    ("POST", "/v1/batches/{id}/cancel", "jobs:write"),
    ("POST", "/v1/batches/{id}/retry", "jobs:write"),
    ("POST", "/v1/batches/{id}/export", "jobs:write"),
    ("GET", "/v1/personas", "jobs:read"),
    ("POST", "/v1/personas", "jobs:write"),
    ("GET", "/v1/personas/{id}", "jobs:read"),
    ("GET", "/v1/personas/{id}/versions", "jobs:read"),
    ("PUT", "/v1/personas/{id}", "jobs:write"),
    ("DELETE", "/v1/personas/{id}", "jobs:write"),
    ("GET", "/v1/uploads", "jobs:read"),
    ("POST", "/v1/uploads", "jobs:write"),
    ("GET", "/v1/uploads/{id}", "jobs:read"),
    ("POST", "/v1/uploads/{id}/complete", "jobs:write"),
    ("DELETE", "/v1/uploads/{id}", "jobs:write"),
    ("GET", "/v1/models", "jobs:read"),
    ("POST", "/v1/estimates", "jobs:read"),
    ("GET", "/openai/v1/models", "jobs:read"),
    ("GET", "/openai/v1/models/{model}", "jobs:read"),
    ("POST", "/openai/v1/images/generations", "jobs:write"),
    ("GET", "/v1/projects", "account:read"),
    ("GET", "/v1/projects/{project}", "account:read"),
    ("PUT", "/v1/projects/{project}", "account:write"),
    ("DELETE", "/v1/projects/{project}", "account:write"),
    ("GET", "/v1/budgets", "account:read"),
    ("GET", "/v1/budgets/{budget}", "account:read"),
    ("PUT", "/v1/budgets/{budget}", "account:write"),
    ("DELETE", "/v1/budgets/{budget}", "account:write"),
    ("GET", "/v1/notices", "account:read"),
    ("GET", "/v1/usage", "account:read"),
    ("GET", "/v1/webhooks", "account:read"),
    ("POST", "/v1/webhooks", "account:write"),
    ("GET", "/v1/webhooks/{id}", "account:read"),
    ("PUT", "/v1/webhooks/{id}", "account:write"),
    ("DELETE", "/v1/webhooks/{id}", "account:write"),
    ("POST", "/v1/webhooks/{id}/secret", "account:write"),
    ("POST", "/v1/webhooks/{id}/test", "account:write"),
    ("GET", "/v1/webhooks/{id}/deliveries", "account:read"),
    ("POST", "/v1/webhooks/{id}/redeliver", "account:write"),
    ("GET", "/v1/audit", "audit:read"),
    ("GET", "/v1/audit/seals", "audit:read"),
    ("GET", "/v1/audit/verify", "audit:read"),
];

/// The routes that want no token.
pub const PUBLIC: [(&str, &str); 8] = [
    ("GET", "/"),
    ("GET", "/assets/{proxy+}"),
    ("GET", "/config.json"),
    ("GET", "/favicon.svg"),
    ("GET", "/healthz"),
    ("GET", "/openapi.json"),
    ("GET", "/problems"),
    ("GET", "/problems/{slug}"),
];

/// An id that nobody has, of the kind that a path is about.
pub fn nobodys(path: &str) -> String {
    let kind = match path.split('/').nth(2) {
        Some("jobs") => "job",
        Some("batches") => "bat",
        Some("personas") => "per",
        Some("webhooks") => "whk",
        _ => "upl",
    };
    format!("{kind}_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70")
}

/// Sends a request that would do something, with an id or the name of a project in its path.
pub async fn ask(api: &Api, method: &str, path: &str, id: &str) -> Answer {
    let body = match (method, path) {
        ("PUT", path) if path.contains("api-keys") => json!({ "api_key": OK }),
        ("POST", "/v1/jobs") => json!({ "kind": "image", "model": MODEL, "prompt": "a fox" }),
        ("POST", "/v1/webhooks") => json!({ "url": "https://hooks.example.com/" }),
        ("POST", path) if path.ends_with("/redeliver") => {
            json!({ "delivery": "ntc_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70" })
        }
        ("POST", "/openai/v1/images/generations") => json!({ "model": MODEL, "prompt": "a fox" }),
        ("POST", "/v1/uploads") => json!({ "content_type": "image/png", "consent": true }),
        _ => json!({}),
    };
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let path = address(path, id);
    if method == Method::GET || method == Method::DELETE {
        api.send(api.request(method, &path)).await
    } else {
        api.send_json(method, &path, &body).await
    }
}

/// A path with its parts filled in.
pub fn address(path: &str, id: &str) -> String {
    ["{id}", "{project}", "{budget}", "{model}"]
        .iter()
        .fold(path.replace("{provider}", "openai"), |path, part| path.replace(part, id))
}

/// Method, path and scope of each route in the template, with the folder of the function that serves it.
pub fn deployed() -> Vec<(String, String, Option<String>, String)> {
    let template = std::fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let (mut routes, mut folder, mut method) = (Vec::new(), String::new(), String::new());
    let mut lines = template.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if let Some(code) = line.strip_prefix("CodeUri: ../functions/") {
            code.clone_into(&mut folder);
        } else if let Some(named) = line.strip_prefix("Method: ") {
            named.clone_into(&mut method);
        } else if let Some(path) = line.strip_prefix("Path: ") {
            let scope = lines.peek().and_then(|next| next.split_once("AuthorizationScopes: [\""));
            let scope = scope.map(|(_, rest)| rest.split('"').next().unwrap().to_owned());
            routes.push((method.clone(), path.to_owned(), scope, folder.clone()));
        }
    }
    routes
}

/// Method and path of each `.route(...)` in a source. One whose path is not a text of its own follows each of the paths
/// that `slot_routes` is called with.
fn served(source: &str) -> BTreeSet<(String, String)> {
    let calls = |name: &str| source.split(name).skip(1).map(arguments).collect::<Vec<_>>();
    let text = |arguments: &str| arguments.split('"').nth(1).unwrap_or_default().to_owned();
    let prefixes: Vec<_> =
        calls("slot_routes(").iter().filter(|call| call.starts_with('"')).map(|call| text(call)).collect();
    let mut routes = BTreeSet::new();
    for call in calls(".route(") {
        let paths = if call.starts_with('"') {
            vec![text(call)]
        } else if call.starts_with("path,") || call.starts_with("&format!(\"{path}") {
            let rest = text(call).replace("{path}", "");
            prefixes.iter().map(|prefix| format!("{prefix}{rest}")).collect()
        } else {
            panic!("a route that this test cannot read: {call}")
        };
        for method in ["get", "put", "post", "delete", "patch", "any", "head", "options"] {
            let named = [format!(" {method}("), format!(".{method}("), format!("\n{method}(")];
            if named.iter().any(|named| call.contains(named.as_str())) {
                routes.extend(paths.iter().map(|path| (method.to_uppercase(), path.clone())));
            }
        }
    }
    routes
}

/// What stands between a bracket that is open and the one that closes it.
fn arguments(rest: &str) -> &str {
    let mut open = 1;
    let end = rest.char_indices().find(|(_, letter)| {
        open += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    });
    rest[..end.unwrap().0].trim_start()
}

#[test]
fn a_route_without_a_row_here_fails_wherever_it_was_added() {
    let rows: BTreeSet<_> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(rows.len(), ROUTES.len(), "each once");
    let own = |(method, path): &(String, String)| !PUBLIC.contains(&(method.as_str(), path.as_str()));

    let sources = ["account", "api-keys", "audit", "jobs"]
        .iter()
        .flat_map(|name| files(&root().join("functions").join(name).join("src"), &[".rs"]));
    let code: BTreeSet<_> = sources.flat_map(|(_, source)| served(&source)).filter(own).collect();
    let in_one: Vec<_> = code.symmetric_difference(&rows).collect();
    assert!(in_one.is_empty(), "served and without a row, or the other way round: {in_one:?}");

    for (method, path, scope, folder) in deployed() {
        let row = ROUTES.iter().find(|row| (row.0, row.1) == (method.as_str(), path.as_str()));
        let public = !own(&(method.clone(), path.clone()));
        let expected = row.map(|(_, _, scope)| (*scope).to_owned());
        assert_eq!((row.is_none(), scope), (public, expected), "{method} {path} of {folder} in the template");
    }
    assert_eq!(deployed().len(), ROUTES.len() + PUBLIC.len());
}

#[test]
fn routes_are_found_in_sources() {
    let source = r#"
        .route("/v1/a", get(list::list).post(create::create))
        .route(
            "/v1/b/{id}",
            put(edit),
        )
        .merge(slot_routes("/v1/c")).merge(slot_routes("/v1/d"))
        fn slot_routes(path: &str) { x.route(path, get(f)).route(&format!("{path}/test"), post(g)) }
    "#;
    let found = served(source);
    let found: Vec<_> = found.iter().map(|(method, path)| format!("{method} {path}")).collect();
    let expected = [
        "GET /v1/a",
        "GET /v1/c",
        "GET /v1/d",
        "POST /v1/a",
        "POST /v1/c/test",
        "POST /v1/d/test",
        "PUT /v1/b/{id}",
    ];
    assert_eq!(found, expected);
}
