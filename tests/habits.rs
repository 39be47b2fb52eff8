//! What clients expect of any API: an id of each request, long answers packed, lists that hold still.

use std::collections::HashSet;
use std::fs::File;

use domain::job::Task;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::runtime_api::{Function, http_event, unpacked};
use crate::support::tables::submitted;
use crate::support::{Api, MODEL, TestStack, id};
use crate::tenants::routes::{ROUTES, ask, nobodys};

/// A stack whose jobs stay where they are.
async fn at_rest() -> (TestStack, Api) {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let ada = stack.tenant("ada").await;
    (stack, ada)
}

#[tokio::test]
async fn long_texts_are_packed_for_whoever_takes_them() {
    let (stack, ada) = at_rest().await;
    let packed = async |path: &str, accept: &str| {
        let request = ada.request(Method::GET, path).header("accept-encoding", accept).build().unwrap();
        let answer = reqwest::Client::new().execute(request).await.unwrap();
        let coding =
            answer.headers().get("content-encoding").map(|coding| coding.to_str().unwrap().to_owned());
        (coding, answer.bytes().await.unwrap())
    };
    let (coding, plain) = packed("/v1/models", "identity").await;
    assert_eq!(coding, None);
    let (coding, short) = packed("/v1/models", "br, gzip").await;
    assert_eq!(coding.as_deref(), Some("gzip"));
    assert_eq!(unpacked(&short), plain);
    assert!(short.len() * 4 < plain.len(), "{} of {} bytes", short.len(), plain.len());
    assert_eq!(packed("/v1/models", "gzip;q=0").await.0, None);
    assert_eq!(packed("/v1/jobs", "gzip").await.0, None, "a short one stays as it is");

    let jobs = Function::start("jobs", &stack, &[("OWNKEY_QUEUE_OPENAI", "http://127.0.0.1:1/none")]).await;
    let mut event = http_event("GET", "/v1/models", Some("jobs:read"), None);
    event["headers"]["accept-encoding"] = json!("gzip");
    let answer = jobs.invoke(event).await.unwrap();
    assert_eq!((&answer["isBase64Encoded"], &answer["statusCode"]), (&json!(true), &json!(200)), "{answer}");
    let bytes = base64_simd::STANDARD.decode_to_vec(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(unpacked(&bytes), plain);
}

#[tokio::test]
async fn each_answer_and_each_log_line_of_a_request_has_its_id() {
    let (stack, ada) = at_rest().await;
    for (method, path, _) in ROUTES {
        let answer = ask(&ada, method, path, &nobodys(path)).await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{method} {path}: {answer:?}");
    }

    let file = stack.folder.path().join("log");
    let none = "http://127.0.0.1:1/none";
    let more = [
        ("OWNKEY_QUEUE_OPENAI", none),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
        ("AWS_LAMBDA_LOG_LEVEL", "error"),
    ];
    let jobs = Function::start_logging("jobs", &stack, &more, File::create(&file).unwrap()).await;
    let event = http_event("GET", "/v1/jobs", Some("jobs:read"), None);
    let asked = event["requestContext"]["requestId"].clone();
    let answer = jobs.invoke(event).await.unwrap();
    assert_eq!(
        (&answer["statusCode"], &answer["headers"]["x-request-id"]),
        (&json!(503), &asked),
        "{answer}"
    );
    drop(jobs);
    let log = std::fs::read_to_string(&file).unwrap();
    let ours: Vec<Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &Value| line["message"] == "AWS call failed")
        .collect();
    assert!(!ours.is_empty(), "{log}");
    assert!(ours.iter().all(|line| line["span"]["request.id"] == asked), "{log}");
}

#[tokio::test]
async fn a_list_that_grows_while_it_is_read_shows_each_of_the_old_ones_once() {
    let (_stack, ada) = at_rest().await;
    let ask_for = |number: usize| {
        let (ada, body) = (&ada, json!({ "model": MODEL, "prompt": format!("fox {number}") }));
        async move { id(&ada.post("/v1/jobs", body).await.expect(202)) }
    };
    let old: HashSet<_> = join_all((0..40).map(ask_for)).await.into_iter().collect();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for page in 0.. {
        let next = format!("/v1/jobs?limit=7{cursor}");
        let (answer, _) =
            tokio::join!(ada.get(&next), join_all((0..5).map(|number| ask_for(100 + page * 5 + number))),);
        let answer = answer.expect(200);
        seen.extend(answer["items"].as_array().unwrap().iter().map(id));
        match answer["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let once: HashSet<_> = seen.iter().cloned().collect();
    assert_eq!(once.len(), seen.len(), "none twice");
    assert!(old.is_subset(&once), "none left out");
    assert!(seen.is_sorted_by(|a, b| a > b), "the newest first");
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused_by_name() {
    let (_stack, ada) = at_rest().await;
    let id = "019aaf3c0f2a7c3e8d1b2a3c4d5e6f70";
    for list in ["jobs", "batches", "personas", "uploads", "notices", "audit", "audit/seals"] {
        for forged in ["x", "1%27%20OR%201", "%00", &format!("nobody_{id}"), &"9".repeat(4_000)] {
            let refused = ada.get(&format!("/v1/{list}?cursor={forged}")).await;
            let told = (refused.status, refused.member("field").clone());
            assert_eq!(told, (400, json!("cursor")), "{list} {forged:.40}: {refused:?}");
        }
    }
}

#[tokio::test]
async fn a_job_says_when_its_model_goes() {
    let (stack, ada) = at_rest().await;
    for (model, sunset) in [("gpt-image-1.5", Some("Tue, 01 Dec 2026 00:00:00 GMT")), (MODEL, None)] {
        let mut job = TestStack::job_made("ada", &runtime::random(), runtime::now());
        if let Task::Image(request) = &mut job.task {
            model.clone_into(&mut request.model);
        }
        stack.jobs().create(&job, None, submitted(&job)).await.unwrap();
        let read = ada.get(&format!("/v1/jobs/{}", job.id)).await;
        assert_eq!((read.status, read.headers.get("sunset").map(|at| at.to_str().unwrap())), (200, sunset));
        assert_eq!(read.headers.contains_key("deprecation"), sunset.is_some());
    }
}
