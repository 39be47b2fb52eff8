//! Which pages may talk to the S3 emulator, and to the API.

use std::collections::BTreeSet;

use crate::support::TestStack;
use crate::tidy::root;

#[tokio::test]
async fn the_local_s3_lets_pages_of_this_machine_upload() {
    let stack = TestStack::start().await;
    let url = format!("{}/images", stack.stack.aws().s3);
    let allowed = async |origin: &str, method| {
        let request = reqwest::Client::new().request(method, &url).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        let answer = request.send().await.unwrap();
        answer.headers().get("access-control-allow-origin").map(|origin| origin.to_str().unwrap().to_owned())
    };
    let page = "http://127.0.0.1:8787";
    assert_eq!(allowed(page, reqwest::Method::OPTIONS).await.as_deref(), Some(page));
    assert_eq!(allowed(page, reqwest::Method::POST).await.as_deref(), Some(page));
    for foreign in ["https://evil.test", "http://127.0.0.1.evil.test", "null"] {
        assert_eq!(allowed(foreign, reqwest::Method::OPTIONS).await, None);
        assert_eq!(allowed(foreign, reqwest::Method::POST).await, None);
    }
}

const APP: &str = "https://app.example.com";

/// What a header of an answer lists.
fn listed(answer: &reqwest::Response, header: &str) -> BTreeSet<String> {
    let line = answer.headers().get(header).map_or("", |line| line.to_str().unwrap());
    line.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

/// What the template lists under a name of its `CorsConfiguration`.
fn in_the_template(name: &str) -> BTreeSet<String> {
    let template = std::fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let line = template.lines().find_map(|line| line.trim().strip_prefix(&format!("{name}: ["))).unwrap();
    line.trim_end_matches(']').split(", ").map(str::to_owned).collect()
}

#[tokio::test]
async fn pages_of_named_origins_may_call_the_api_and_no_others() {
    let stack = TestStack::start_with(|options| options.cors_origins = vec![APP.to_owned()]).await;
    let url = format!("{}/v1/jobs", stack.stack.url());
    let http = reqwest::Client::new();
    let preflight = async |url: &str, origin: &str| {
        let request = http.request(reqwest::Method::OPTIONS, url).header("origin", origin);
        request.header("access-control-request-method", "PUT").send().await.unwrap()
    };
    let allowed = preflight(&url, APP).await;
    assert_eq!(
        (allowed.status().as_u16(), &allowed.headers()["access-control-allow-origin"]),
        (204, &APP.parse().unwrap())
    );
    assert_eq!(listed(&allowed, "access-control-allow-methods"), in_the_template("allowMethods"));
    assert_eq!(listed(&allowed, "access-control-allow-headers"), in_the_template("allowHeaders"));
    let token = stack.tenant("ada").await.token.unwrap();
    let answer = http.get(&url).bearer_auth(&token).header("origin", APP).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["access-control-allow-origin"]),
        (200, &APP.parse().unwrap())
    );
    assert_eq!(listed(&answer, "access-control-expose-headers"), in_the_template("exposeHeaders"));
    // A page must be able to read a refusal too.
    let refused = http.get(&url).header("origin", APP).send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["access-control-allow-origin"]),
        (401, &APP.parse().unwrap())
    );

    let closed = TestStack::start().await;
    let closed_url = format!("{}/v1/jobs", closed.stack.url());
    for (url, origin) in [
        (&url, "https://evil.test"),
        (&url, "null"),
        (&url, "https://app.example.com.evil.test"),
        (&url, "http://app.example.com"),
        (&closed_url, APP),
    ] {
        let asked = preflight(url, origin).await;
        let answered = http.get(url).header("origin", origin).send().await.unwrap();
        for answer in [asked, answered] {
            let told = answer.headers().keys().filter(|name| name.as_str().starts_with("access-control"));
            assert_eq!(told.count(), 0, "{origin}");
        }
    }
}
