//! The stack as it is deployed: the functions' binaries with the environment that the template gives them, on tables,
//! queues and buckets made from the template. What the template forgets, a function lacks here too.
//!
//! The binaries are those of this build; with `OWNKEY_BOOTSTRAPS`, those that `sam build` has left in that folder.

pub(crate) mod deployment;
mod template;
mod yaml;

use domain::{Provider, Usd};
use serde_json::{Value, json};

use self::deployment::Deployment;
use crate::support::{MODEL, amount, api_key, id};

impl Deployment {
    async fn get(&mut self, path: &str) -> Value {
        self.ask("GET", path, None).await.expect(200)
    }

    async fn post(&mut self, path: &str, body: Value) -> Value {
        self.ask("POST", path, Some(body)).await.expect(202)
    }

    /// Asks for a job, and carries messages to the functions until it has succeeded.
    async fn done(&mut self, path: &str, order: Value) -> Value {
        let job = id(&self.post(path, order).await);
        for _ in 0..300 {
            self.deliver().await;
            let job = self.get(&format!("/v1/jobs/{job}")).await;
            match job["state"].as_str().unwrap() {
                "succeeded" => return job,
                "queued" | "running" => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
                state => panic!("{state}: {job:#}"),
            }
        }
        panic!("{job} is not done")
    }

    async fn image(&mut self, job: &Value) -> Vec<u8> {
        let answer = self.ask("GET", &format!("/v1/jobs/{}/image", id(job)), None).await;
        assert_eq!(answer.status, 302, "{answer:?}");
        let image = reqwest::get(answer.header("location")).await.unwrap();
        assert_eq!(image.status(), 200);
        image.bytes().await.unwrap().to_vec()
    }

    /// Carries messages until a batch is done and the team has a mail about it.
    async fn told_of(&mut self, batch: &str) {
        for _ in 0..300 {
            self.deliver().await;
            let mails = reqwest::get(format!("{}/local/mail", self.stack.stack.url())).await.unwrap();
            if mails.text().await.unwrap().contains(batch) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("no mail about {batch}")
    }

    async fn actions(&mut self, query: &str) -> Vec<String> {
        let trail = self.get(&format!("/v1/audit?{query}")).await;
        let items = trail["items"].as_array().unwrap().iter();
        items.map(|item| item["action"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn the_stack_of_the_template_does_what_it_is_for_from_the_first_api_key_to_the_next_kms_key() {
    let mut deployed = Deployment::create().await;

    let page = deployed.ask("GET", "/", None).await;
    let images = deployed.stack.stack.aws().s3.replace("http://", "https://");
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.header("content-security-policy").contains(&images), "{page:?}");

    for provider in Provider::ALL {
        let path = format!("/v1/api-keys/{}", provider.slug());
        let stored = deployed.ask("PUT", &path, Some(json!({ "api_key": api_key(provider, "ok") }))).await;
        assert_eq!(stored.expect(201)["state"], "active", "{path}");
    }
    let image = json!({ "kind": "image", "model": MODEL, "prompt": "a fox" });
    let openai = deployed.done("/v1/jobs", image.clone()).await;
    let of_bfl = json!({ "kind": "image", "model": "flux-2-pro", "prompt": "a fox" });
    let bfl = deployed.done("/v1/jobs", of_bfl).await;
    for job in [&openai, &bfl] {
        let file = deployed.image(job).await;
        assert!(imagesize::blob_size(&file).is_ok(), "{job:#}");
    }
    let anthropic = deployed.done("/v1/personas", json!({ "brief": "Mara, a boat builder from Kiel" })).await;
    let persona = deployed.get(&format!("/v1/personas/{}", anthropic["persona"].as_str().unwrap())).await;
    assert!(persona["name"].is_string(), "{persona:#}");

    let mut spent = Usd::default();
    for job in [&openai, &bfl, &anthropic] {
        let actions = deployed.actions(&format!("job={}", id(job))).await;
        for action in ["job.submitted", "job.intent", "credential.opened", "job.succeeded"] {
            assert!(actions.iter().any(|of| of == action), "{action} is missing in {actions:?}");
        }
        spent = spent + amount(&job["cost"]["actual"]);
    }
    assert_eq!(amount(&deployed.get("/v1/usage").await["total"]["cost"]), spent);

    let batch = id(&deployed.post("/v1/batches", json!({ "job": image, "count": 2 })).await);
    deployed.told_of(&batch).await;

    // Nothing is overdue, and nothing old enough to be sealed.
    deployed.tick().await;
    assert_eq!(deployed.get("/v1/audit/verify").await["intact"], true);

    // The move to the other KMS key, step by step as in infra/README.md.
    deployed.change("KmsKeys", "first-then-second");
    deployed.done("/v1/jobs", image.clone()).await;
    deployed.change("KmsKeys", "second-after-first");
    let moved = deployed.invoke("RewrapFunction", json!({})).await;
    assert_eq!((&moved["moved"], &moved["failed"]), (&json!(3), &json!(0)), "{moved}");
    deployed.change("KmsKeys", "second");
    deployed.done("/v1/jobs", image).await;

    assert_eq!(deployed.never_called(), [""; 0], "each function of the template has something to do here");
    for (function, after) in &deployed.first_answers {
        println!("{function}: first answer after {} ms", after.as_millis());
    }
}
