//! The same routes at the deployed functions, which are handed the claims that API Gateway's authorizer has checked:
//! without claims, with those of an ID token, or without the scope, none does anything.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::routes::{ROUTES, address, deployed, nobodys};
use crate::support::TestStack;
use crate::support::runtime_api::{Function, http_event};

fn problem(answer: &Value) -> String {
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap_or_default();
    let kind = body["type"].as_str().or_else(|| body["error"]["problem"].as_str());
    format!("{} {}", answer["statusCode"], kind.unwrap_or_default())
}

#[tokio::test]
async fn every_route_of_the_deployed_functions_looks_at_the_authorizers_claims() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let queue = [("OWNKEY_QUEUE_OPENAI", "http://127.0.0.1:1/openai-none")];
    let mut functions = HashMap::new();
    for name in ["account", "api-keys", "audit", "jobs"] {
        functions.insert(name, Function::start(name, &stack, &queue).await);
    }
    let serves: HashMap<_, _> =
        deployed().into_iter().map(|(method, path, _, folder)| ((method, path), folder)).collect();
    let mut tried = 0;
    for (method, path, scope) in ROUTES {
        let function = &functions[serves[&(method.to_owned(), path.to_owned())].as_str()];
        let path = address(path, &nobodys(path));
        let event = |scope: Option<&str>| {
            let mut event = http_event(method, &path, scope, Some(json!({})));
            // What a client calls itself is nobody's word.
            event["headers"]["x-amzn-request-context"] = json!("{\"authorizer\":{\"jwt\":{}}}");
            event["headers"]["authorization"] = json!("Bearer made.up.token");
            event
        };
        let mut id_token = event(Some(scope));
        id_token["requestContext"]["authorizer"]["jwt"]["claims"]["token_use"] = json!("id");
        let mut nobodys = event(Some(scope));
        nobodys["requestContext"]["authorizer"]["jwt"]["claims"]["tenant"] = json!("[ada bob]");
        let mut by_iam = event(None);
        by_iam["requestContext"]["authorizer"] = json!({ "iam": { "userId": "ada-user" } });
        for (what, event, expected) in [
            ("no claims", event(None), "401 /problems/unauthorized"),
            ("no JWT", by_iam, "401 /problems/unauthorized"),
            ("an ID token", id_token, "401 /problems/unauthorized"),
            ("two tenants", nobodys, "401 /problems/unauthorized"),
            ("another scope", event(Some("other:scope")), "403 /problems/missing-scope"),
        ] {
            let answer = function.invoke(event).await.unwrap();
            assert_eq!(problem(&answer), expected, "{method} {path}: {what}");
            tried += 1;
        }
        let allowed = function.invoke(event(Some(scope))).await.unwrap();
        let status = allowed["statusCode"].as_u64().unwrap();
        assert!(status < 500 && ![401, 403].contains(&status), "{method} {path}: {allowed}");
        tried += 1;
    }
    println!("{} routes x {} kinds of claims: {tried} events", ROUTES.len(), tried / ROUTES.len());
}
