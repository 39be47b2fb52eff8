//! Requests to the API: the first line of an input is the method and the path, the rest is the body.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use reqwest::Method;

use super::{Input, inputs};
use crate::support::{Api, TestStack};

/// How many requests are under way at once.
const AT_ONCE: usize = 4;

/// Sends one, and looks at the answer: no server error, and every refusal is a problem that says what to do.
async fn send(ada: &Api, input: Input) -> u16 {
    let line = input.bytes.iter().position(|byte| *byte == b'\n').unwrap_or(input.bytes.len());
    let (line, body) = input.bytes.split_at(line);
    let line = String::from_utf8_lossy(line);
    let (method, path) = line.split_once(' ').unwrap_or(("POST", &line));
    let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::POST);
    // What no client would send as a path is sent as one segment.
    let path: String = path.chars().filter(char::is_ascii_graphic).collect();
    let path = if path.starts_with("/v1/") { path } else { format!("/v1/{path}") };
    let request = ada.request(method.clone(), &path).header("content-type", "application/json");
    let Ok(request) = request.body(body.to_vec()).build() else { return 0 };
    let answer = ada.execute(request).await;
    let told = format!("{method} {path}: {answer:?}");
    assert!(answer.status < 500, "{told}");
    if answer.status >= 400 && method != Method::HEAD {
        assert!(!answer.problem().is_empty(), "{told}");
        assert!(answer.text.len() < 4_000, "{told}");
    }
    answer.status
}

#[tokio::test]
async fn a_request_is_answered_or_refused_whatever_it_holds() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let ada = stack.tenant("ada").await;
    let sent = stream::iter(inputs("bodies", 2_000)).map(|input| send(&ada, input));
    let mut statuses = BTreeMap::<u16, usize>::new();
    let mut sent = sent.buffer_unordered(AT_ONCE);
    while let Some(status) = sent.next().await {
        *statuses.entry(status).or_default() += 1;
    }
    println!("bodies: {statuses:?}");
    let of = |class: u16| {
        statuses.iter().filter(|(status, _)| *status / 100 == class).map(|(_, n)| n).sum::<usize>()
    };
    assert!(of(2) > 10 && of(4) > 100, "{statuses:?}");
    assert_eq!(ada.get("/v1/jobs").await.status, 200, "the stack is well");
}
