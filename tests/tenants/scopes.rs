//! The stack's own user pool writes a scope with the name of the API before it, other issuers do not. A function takes
//! scopes as it is told that they are written, and no others.

use serde_json::Value;

use crate::support::TestStack;
use crate::support::runtime_api::{Function, http_event};

const PREFIX: &str = "https://api.ownkey/";

/// A route of each function that people talk to, and the scope it needs.
const READS: [(&str, &str, &str); 4] = [
    ("account", "/v1/budgets", "account:read"),
    ("api-keys", "/v1/api-keys", "keys:read"),
    ("audit", "/v1/audit", "audit:read"),
    ("jobs", "/v1/jobs", "jobs:read"),
];

/// The status of the answer, and the scope that it says is missing.
async fn ask(function: &Function, path: &str, granted: &str) -> (u64, String) {
    let answer = function.invoke(http_event("GET", path, Some(granted), None)).await.unwrap();
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    (answer["statusCode"].as_u64().unwrap(), body["scope"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_scope_counts_as_its_issuer_writes_it() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let queue = ("OWNKEY_QUEUE_OPENAI", "http://127.0.0.1:1/none");
    for (name, path, scope) in READS {
        let of_any_issuer = Function::start(name, &stack, &[queue]).await;
        let of_own_pool = Function::start(name, &stack, &[queue, ("OWNKEY_SCOPE_PREFIX", PREFIX)]).await;
        let with_prefix = format!("{PREFIX}{scope}");
        let (yes, other) = ((200, String::new()), format!("https://api.example/{scope}"));
        assert_eq!(ask(&of_any_issuer, path, scope).await, yes, "{name}");
        assert_eq!(ask(&of_own_pool, path, &with_prefix).await, yes, "{name}");
        assert_eq!(ask(&of_own_pool, path, &format!("openid {with_prefix} email")).await, yes, "{name}");
        let no = (403, with_prefix.clone());
        for granted in [scope, &other, &format!("{PREFIX}{with_prefix}"), &format!("{with_prefix}s"), PREFIX]
        {
            assert_eq!(ask(&of_own_pool, path, granted).await, no, "{name}: {granted}");
        }
        for granted in [&with_prefix, &other] {
            assert_eq!(
                ask(&of_any_issuer, path, granted).await,
                (403, scope.to_owned()),
                "{name}: {granted}"
            );
        }
    }
}
