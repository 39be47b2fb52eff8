//! The real Lambda binaries: an HTTP API event in, a batch of messages in, a partial failure out.

use serde_json::{Value, json};

use crate::support::runtime_api::{Function, http_event};
use crate::support::{MODEL, OK, TestStack};

fn body(response: &Value) -> Value {
    serde_json::from_str(response["body"].as_str().unwrap()).unwrap()
}

/// A queue that the stack's own worker does not poll.
async fn queue_of_our_own(stack: &TestStack) -> String {
    let created = stack.sqs().create_queue().queue_name("openai-of-our-own").send().await.unwrap();
    created.queue_url.unwrap()
}

#[tokio::test]
async fn the_deployed_functions_do_a_job_and_give_back_what_is_no_pointer() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let queue = queue_of_our_own(&stack).await;
    let jobs = Function::start("jobs", &stack, &[("OWNKEY_QUEUE_OPENAI", &queue)]).await;
    let worker = Function::start("worker", &stack, &[("OWNKEY_QUEUE", &queue)]).await;

    let order = |prompt: &str| json!({ "kind": "image", "model": MODEL, "prompt": prompt });
    let mut ids = Vec::new();
    for prompt in ["a fox", "a cat"] {
        let accepted = jobs
            .invoke(http_event("POST", "/v1/jobs", Some("jobs:write"), Some(order(prompt))))
            .await
            .unwrap();
        assert_eq!(accepted["statusCode"], 202, "{accepted}");
        let job = body(&accepted);
        assert_eq!(accepted["headers"]["location"], format!("/v1/jobs/{}", job["id"].as_str().unwrap()));
        assert_eq!((&job["state"], &job["created_by"]), (&json!("queued"), &json!("ada-user")));
        assert_eq!(accepted["headers"]["x-request-id"], "request-1");
        ids.push(job["id"].as_str().unwrap().to_owned());
    }

    let received =
        stack.sqs().receive_message().queue_url(&queue).max_number_of_messages(10).send().await.unwrap();
    let mut records: Vec<Value> = received
        .messages()
        .iter()
        .map(|message| json!({ "messageId": message.message_id(), "body": message.body(), "eventSource": "aws:sqs" }))
        .collect();
    assert_eq!(records.len(), 2);
    assert!(
        records.iter().all(|record| !record["body"].as_str().unwrap().contains("fox")),
        "pointers hold no prompt"
    );
    records.insert(1, json!({ "messageId": "poison", "body": "{\"v\":2}", "eventSource": "aws:sqs" }));
    let answer = worker.invoke(json!({ "Records": records })).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([{ "itemIdentifier": "poison" }]));

    for id in &ids {
        let path = format!("/v1/jobs/{id}");
        let shown = jobs.invoke(http_event("GET", &path, Some("jobs:read"), None)).await.unwrap();
        let job = body(&shown);
        assert_eq!(job["state"], "succeeded", "{job:#}");
        let image = reqwest::get(job["image"]["url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap();
        assert_eq!(imagesize::image_type(&image).unwrap(), imagesize::ImageType::Png);
    }
    // The same batch again: SQS delivers at least once.
    let again = worker.invoke(json!({ "Records": records })).await.unwrap();
    assert_eq!(again["batchItemFailures"], json!([{ "itemIdentifier": "poison" }]));
    assert_eq!(stack.charges().await.len(), 2);
}

#[tokio::test]
async fn a_function_does_not_trust_a_request_that_no_authorizer_has_checked() {
    let stack = TestStack::start().await;
    let jobs =
        Function::start("jobs", &stack, &[("OWNKEY_QUEUE_OPENAI", "http://127.0.0.1:1/openai-none")]).await;
    let refused = jobs.invoke(http_event("GET", "/v1/jobs", None, None)).await.unwrap();
    assert_eq!(
        (&refused["statusCode"], &body(&refused)["type"]),
        (&json!(401), &json!("/problems/unauthorized"))
    );
    let refused = jobs.invoke(http_event("GET", "/v1/jobs", Some("keys:read"), None)).await.unwrap();
    assert_eq!(
        (&refused["statusCode"], &body(&refused)["type"]),
        (&json!(403), &json!("/problems/missing-scope"))
    );
}

#[tokio::test]
async fn the_console_tells_its_page_where_people_sign_in_and_lets_it_go_there() {
    let stack = TestStack::start().await;
    let console =
        Function::start("console", &stack, &[("OWNKEY_IMAGE_ORIGIN", "https://images.example.com")]).await;
    let mut event = http_event("GET", "/config.json", None, None);
    // What the stage of the HTTP API knows.
    let (issuer, tokens) = ("https://issuer.example/pool", "https://tokens.example");
    event["stageVariables"] =
        json!({ "oidc_issuer": issuer, "oidc_client_id": "console", "oidc_origins": tokens });
    let config = console.invoke(event).await.unwrap();
    assert_eq!((&body(&config)["sign_in"], &body(&config)["issuer"]), (&json!("oidc"), &json!(issuer)));
    let policy = config["headers"]["content-security-policy"].as_str().unwrap();
    let reached = "https://images.example.com https://issuer.example https://tokens.example;";
    assert!(policy.contains(reached), "{policy}");
}
