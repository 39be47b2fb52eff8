//! What one provider's worker does, each does: so that no right in a role rests on what was seen of another's worker. See
//! `infra/check_rights.py`.

use domain::job::{Job, State, Task};
use domain::{Provider, Timestamp};
use runtime::random;
use serde_json::json;

use crate::support::tables::submitted;
use crate::support::{MODEL, TestStack, id};

#[tokio::test]
async fn whoever_takes_pointers_puts_aside_what_is_none() {
    let stack = TestStack::start().await;
    let workers = stack.stack.queues().iter().map(|(_, queue)| queue.as_str());
    for queue in workers.chain([stack.stack.notifier_queue()]) {
        let body = format!("no pointer for {queue}");
        stack.sqs().send_message().queue_url(queue).message_body(&body).send().await.unwrap();
        let dead = format!("{queue}-dead");
        let found = stack.sqs().receive_message().queue_url(dead).wait_time_seconds(15).send().await.unwrap();
        assert_eq!(found.messages()[0].body(), Some(body.as_str()));
    }
}

/// A crash has left a job without a pointer in each queue, so that the sweeper sends it. Then each provider wants to be
/// asked more slowly, so that the worker sends one for later.
#[tokio::test]
async fn every_queue_hears_from_the_sweeper_and_from_its_own_worker() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for provider in Provider::ALL {
        ada.store_for(provider, "rate-limited").await;
        let state = State::Queued { due: Timestamp::UNIX_EPOCH, resends: 0 };
        let job = TestStack::job_of("ada", &random());
        let job = Job { provider, state, task: Task::ApiKeyTest, ..job };
        stack.jobs().create(&job, None, submitted(&job)).await.unwrap();
        ada.wait_for(&job.id.to_string(), "succeeded").await;
        let (path, order) = match provider {
            Provider::Openai => ("/v1/jobs", json!({ "model": MODEL, "prompt": "a fox" })),
            Provider::Bfl => ("/v1/jobs", json!({ "model": "flux-2-pro", "prompt": "a fox" })),
            Provider::Anthropic => ("/v1/personas", json!({ "brief": "a baker from Kiel" })),
        };
        let job = id(&ada.post(path, order).await.expect(202));
        ada.wait_for(&job, "succeeded").await;
    }
}

/// By the worker that made its images.
#[tokio::test]
async fn every_batch_of_images_is_exported_by_its_own_worker() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (provider, model) in [(Provider::Openai, MODEL), (Provider::Bfl, "flux-2-pro")] {
        ada.store_for(provider, "ok").await;
        let job = json!({ "model": model, "prompt": "a fox" });
        let batch = id(&ada.post("/v1/batches", json!({ "job": job, "count": 1 })).await.expect(202));
        let path = format!("/v1/batches/{batch}");
        ada.eventually(&path, |batch| batch["counts"]["succeeded"] == 1).await;
        let export = id(&ada.post(&format!("{path}/export"), json!({})).await.expect(202));
        let export = ada.wait_for(&export, "succeeded").await;
        assert_eq!(export["provider"], provider.slug());
        assert!(export["export"]["url"].is_string(), "{export}");
    }
}
