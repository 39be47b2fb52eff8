//! Each case's answers, and whether they cost.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

#[tokio::test]
async fn out_of_credit_works_from_a_top_up() {
    let scene = Scene::new();
    let api_key = "sk-ant-sandbox-out-of-credit-0001";
    assert_eq!(models(&scene, api_key).await.status, 200);
    let refused = ask(&scene, api_key, &small()).await;
    let (status, kind, message) = refusal(&refused);
    assert_eq!((status, kind), (400, "invalid_request_error"));
    assert!(message.starts_with("Your credit balance is too low to access the Anthropic API."));
    scene.top_up(json!({ "api_key": api_key })).await;
    assert_eq!(ask(&scene, api_key, &small()).await.status, 200);
}

#[tokio::test]
async fn api_keys_that_are_not_good_are_told_so_and_never_repeated() {
    let scene = Scene::new();
    for (api_key, told) in [
        ("sk-ant-sandbox-invalid-secretpart", "invalid x-api-key"),
        ("sk-ant-secretpart", "--providers live"),
        ("", "x-api-key header is required"),
    ] {
        for answer in [models(&scene, api_key).await, ask(&scene, api_key, &small()).await] {
            let (status, kind, message) = refusal(&answer);
            assert_eq!((status, kind), (401, "authentication_error"), "{api_key}");
            assert!(message.contains(told), "{message}");
            assert!(!answer.body.to_string().contains("secretpart"));
        }
    }
}

#[tokio::test]
async fn two_of_three_are_too_many_for_the_rate_limited() {
    let scene = Scene::new();
    let api_key = "sk-ant-sandbox-rate-limited-0001";
    for _ in 0..2 {
        for _ in 0..2 {
            let refused = ask(&scene, api_key, &small()).await;
            assert_eq!((refusal(&refused).0, refusal(&refused).1), (429, "rate_limit_error"));
            assert_eq!(refused.headers["retry-after"], "1");
        }
        assert_eq!(ask(&scene, api_key, &small()).await.status, 200);
    }
    assert_eq!(models(&scene, api_key).await.status, 200);
}

#[tokio::test]
async fn flaky_is_overloaded_twice_and_then_fine() {
    let scene = Scene::new();
    let api_key = "sk-ant-sandbox-flaky-0001";
    for _ in 0..2 {
        let refused = ask(&scene, api_key, &small()).await;
        assert_eq!((refusal(&refused).0, refusal(&refused).1), (529, "overloaded_error"));
        assert!(!refused.headers.contains_key("retry-after"));
    }
    assert_eq!(ask(&scene, api_key, &small()).await.status, 200);
}

#[tokio::test]
async fn the_unverified_may_list_models_but_ask_nothing() {
    let scene = Scene::new();
    let api_key = "sk-ant-sandbox-unverified-0001";
    assert_eq!(models(&scene, api_key).await.status, 200);
    let refused = ask(&scene, api_key, &small()).await;
    assert_eq!((refusal(&refused).0, refusal(&refused).1), (403, "permission_error"));
}

#[tokio::test]
async fn a_refusal_is_a_success_that_costs() {
    let scene = Scene::new();
    let answer = ask(&scene, "sk-ant-sandbox-moderated-0001", &brief("a baker", "English")).await;
    assert_eq!((answer.status, &answer.body["stop_reason"]), (200, &json!("refusal")));
    let details = &answer.body["stop_details"];
    assert_eq!((&details["type"], &details["category"]), (&json!("refusal"), &json!("general_harms")));
    assert!(details["explanation"].is_string());
    assert_eq!(scene.charges().await["items"][0]["outcome"], "generated");
}

#[tokio::test]
async fn only_the_slow_wait_long() {
    let scene = Scene::new();
    let waiting = Sandbox::open(&scene.folder).unwrap().with_think_time(Duration::ZERO);
    let waiting = Scene { sandbox: Arc::new(waiting), folder: scene.folder.clone() };
    assert_eq!(ask(&waiting, OK, &small()).await.status, 200);
    let body = small();
    let slow = ask(&waiting, "sk-ant-sandbox-slow-0001", &body);
    assert!(tokio::time::timeout(Duration::from_millis(100), slow).await.is_err());
    // Who leaves pays all the same.
    assert_eq!(waiting.charges().await["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_refused_or_free_costs_nothing() {
    let scene = Scene::new();
    for case in ["invalid", "unverified", "out-of-credit", "rate-limited", "flaky"] {
        assert_ne!(ask(&scene, &format!("sk-ant-sandbox-{case}-0001"), &small()).await.status, 200);
    }
    models(&scene, OK).await;
    let mut counted = small();
    counted.as_object_mut().unwrap().remove("max_tokens");
    let counted = Call::new("POST", "/v1/messages/count_tokens", OK, &counted).send(&scene).await;
    assert_eq!(counted.status, 200, "{}", counted.body);
    assert_eq!(scene.charges().await, json!({ "items": [], "total": "0.0000" }));
}

#[tokio::test]
async fn a_cut_line_answers_nothing_and_costs() {
    let scene = Scene::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut serving = Box::pin(scene.sandbox.clone().serve(listener));
    let calling = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let body = small().to_string();
        let head = format!(
            "POST /anthropic/v1/messages HTTP/1.1\r\nhost: sandbox\r\nx-api-key: sk-ant-sandbox-hang-up-0001\r\n\
             anthropic-version: 2023-06-01\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    };
    tokio::select! {
        () = &mut serving => panic!("the sandbox stopped"),
        () = calling => {}
    }
    let charges = scene.charges().await;
    assert_eq!(
        (&charges["items"][0]["outcome"], &charges["items"][0]["provider"]),
        (&json!("hung_up"), &json!("anthropic"))
    );
}
