//! A stack whose jobs are done by deployed binaries, and what must be true of it whatever has happened.

use std::sync::Arc;
use std::time::Duration;

use domain::{Provider, Usd};
use serde_json::{Value, json};
use sweeper::{Belief, Sweeper};

use super::relay::Relay;
use crate::support::runtime_api::Function;
use crate::support::{Api, MODEL, TestStack, api_key, id};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Image(Provider),
    Persona,
}

impl Work {
    pub fn provider(self) -> Provider {
        match self {
            Self::Image(provider) => provider,
            Self::Persona => Provider::Anthropic,
        }
    }

    pub fn order(self) -> (&'static str, Value) {
        match self {
            Self::Image(Provider::Bfl) => ("/v1/jobs", json!({ "model": "flux-2-pro", "prompt": "a fox" })),
            Self::Image(_) => ("/v1/jobs", json!({ "model": MODEL, "prompt": "a fox", "quality": "low" })),
            Self::Persona => ("/v1/personas", json!({ "brief": "a baker from Kiel" })),
        }
    }
}

/// A stack without workers of its own, somebody with an API key, and a queue.
pub struct Place {
    pub stack: Arc<TestStack>,
    pub ada: Api,
    pub work: Work,
    tenant: String,
    hint: String,
    sweeper: Sweeper,
}

impl Place {
    pub async fn open(work: Work) -> Self {
        let stack = Arc::new(TestStack::start_with(|options| options.workers = false).await);
        Self::within(stack, work, ("ada", "ok"), 1).await
    }

    /// A tenant of a stack that others use too, with an API key that plays a case and whose hint is a number.
    pub async fn within(stack: Arc<TestStack>, work: Work, (tenant, case): (&str, &str), hint: u64) -> Self {
        let ada = stack.tenant(tenant).await;
        let hint = format!("{hint:04}");
        let api_key = format!("{}{hint}", api_key(work.provider(), case).trim_end_matches('1'));
        let path = format!("/v1/api-keys/{}?verify=false", work.provider());
        ada.put(&path, json!({ "api_key": api_key })).await.expect(201);
        // The ledgers must agree too.
        ada.put("/v1/budgets/account", json!({ "monthly_usd": "100" })).await.expect(201);
        let sweeper = stack.sweeper();
        Self { stack, ada, work, tenant: tenant.to_owned(), hint, sweeper }
    }

    /// What this tenant's provider has charged.
    pub async fn charges(&self) -> Vec<Value> {
        let mut charges = self.stack.charges().await;
        charges.retain(|charge| charge["api_key_hint"] == self.hint);
        charges
    }

    /// Asks for the work; gives back the job's id.
    pub async fn ask(&self) -> String {
        let (path, order) = self.work.order();
        id(&self.ada.post(path, order).await.expect(202))
    }

    pub fn queue(&self) -> &str {
        let mut queues = self.stack.stack.queues().iter();
        &queues.find(|(provider, _)| *provider == self.work.provider()).unwrap().1
    }

    pub async fn worker(&self, relay: &Relay) -> Function {
        let mut environment = relay.environment();
        environment
            .extend([("OWNKEY_QUEUE", self.queue()), ("OWNKEY_PROVIDER", self.work.provider().slug())]);
        // Faults are what it is all about: nobody wants to read of each.
        environment.push(("OWNKEY_LOG", "off"));
        Function::start("worker", &self.stack, &environment).await
    }

    /// The pointers that are due, taken off the queue.
    pub async fn receive(&self) -> Option<Value> {
        let sqs = self.stack.sqs();
        let received =
            sqs.receive_message().queue_url(self.queue()).max_number_of_messages(10).send().await.unwrap();
        let mut records = Vec::new();
        for message in received.messages() {
            let delete = sqs.delete_message().queue_url(self.queue());
            delete.receipt_handle(message.receipt_handle().unwrap()).send().await.unwrap();
            let record = json!({ "messageId": message.message_id(), "body": message.body(), "eventSource": "aws:sqs" });
            records.push(record);
        }
        (!records.is_empty()).then(|| json!({ "Records": records }))
    }

    /// Every lease has run out and every pointer is lost: what a sweep makes of it.
    pub async fn sweep(&self) {
        self.sweeper.sweep(Belief::AllLost).await.unwrap();
    }

    /// Delivers pointers until the job rests. False: the worker has died before.
    pub async fn work_on(&self, worker: &Function, relay: &Relay, job: &str) -> bool {
        let mut given_back = None;
        for _ in 0..100 {
            if rests(&self.ada.job(job).await) {
                return true;
            }
            let Some(event) = given_back.take().or(self.receive().await) else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            tokio::select! {
                answer = worker.invoke(event.clone()) => {
                    let failed = answer.map_or(true, |answer| answer["batchItemFailures"] != json!([]));
                    given_back = failed.then_some(event);
                }
                () = relay.strikes() => return false,
            }
        }
        true
    }

    /// What becomes of the job in the hands of another worker, which nothing happens to.
    pub async fn settle(&self, relay: &Relay, job: &str) -> Value {
        self.settle_all(relay).await;
        self.ada.job(job).await
    }

    /// What becomes of all jobs; the newest first, a hundred at most.
    pub async fn settle_all(&self, relay: &Relay) -> Vec<Value> {
        relay.calm();
        let worker = self.worker(relay).await;
        for _ in 0..100 {
            self.sweep().await;
            let mut shown = self.ada.get("/v1/jobs?limit=100").await.expect(200);
            let jobs = shown["items"].as_array_mut().unwrap().split_off(0);
            if jobs.iter().all(rests) {
                return jobs;
            }
            while let Some(event) = self.receive().await {
                // Delivered twice, as SQS may do.
                worker.invoke(event.clone()).await.unwrap();
                worker.invoke(event).await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the jobs come to no rest")
    }

    /// What must be true whatever has happened to one job: charged at most once for each time that the user asked, and the
    /// picture there if it is said to be.
    pub async fn check(&self, job: &Value, asked: usize) {
        let charges = self.charges().await;
        if charges.len() > asked {
            panic!("paid twice: {charges:#?}\n{:#?}\n{job:#}", self.whole_trail().await);
        }
        self.check_books().await;
        if job["state"] == "succeeded" {
            assert!(!charges.is_empty());
            match self.work {
                Work::Persona => assert!(job["persona"].is_string(), "{job}"),
                Work::Image(_) => assert!(!self.ada.image(job).await.is_empty()),
            }
        }
        if job["state"] != "paused" {
            assert_eq!(self.stack.flights(&self.tenant).await, 0, "a place is given back");
            let budget = self.ada.get("/v1/budgets/account").await.expect(200);
            assert_eq!(budget["held"], "0.0000", "{job}");
        }
    }

    /// Every book agrees with the provider's, and nothing was done that was not announced.
    pub async fn check_books(&self) {
        let charges = self.charges().await;
        let charged = sum(&charges, "amount");
        let trail = self.whole_trail().await;
        let (booked, at_most) = (sum(&trail, "cost"), sum(&trail, "at_most"));
        assert!(booked <= charged && charged <= booked + at_most, "{charged} is charged: {trail:#?}");
        if at_most == Usd::ZERO {
            assert_eq!(booked, charged, "{trail:#?}");
        }
        let count = |action: &str| trail.iter().filter(|event| event["action"] == action).count();
        assert!(count("job.intent") >= charges.len() && count("credential.opened") >= charges.len());
        let (decrypts, opened) = (self.stack.decrypts(&self.tenant), count("credential.opened"));
        assert!(decrypts <= opened, "{decrypts} openings, {opened} of them announced");
        let usage = &self.ada.get("/v1/usage").await.expect(200)["total"];
        assert_eq!(usage["cost"], booked.to_string());
        let budget = self.ada.get("/v1/budgets/account").await.expect(200);
        assert_eq!(budget["spent"], booked.to_string());
    }

    async fn whole_trail(&self) -> Vec<Value> {
        let (mut events, mut path) = (Vec::new(), "/v1/audit?limit=100".to_owned());
        loop {
            let mut page = self.ada.get(&path).await.expect(200);
            events.append(page["items"].as_array_mut().unwrap());
            let Some(cursor) = page["next_cursor"].as_str() else { return events };
            path = format!("/v1/audit?limit=100&cursor={cursor}");
        }
    }

    /// Brings the work to its end as a user would who reads what is shown.
    pub async fn finish(&self, relay: &Relay, job: &Value) {
        let path = format!("/v1/jobs/{}", id(job));
        let asked = match job["state"].as_str().unwrap() {
            "succeeded" => return,
            "paused" => {
                self.ada.post(&format!("{path}/resume"), json!({})).await.expect(202);
                1
            }
            _ => {
                self.ada
                    .post(&format!("{path}/retry"), json!({ "accept_double_charge": true }))
                    .await
                    .expect(202);
                2
            }
        };
        let done = self.settle(relay, &id(job)).await;
        assert_eq!(done["state"], "succeeded", "{done:#}");
        self.check(&done, asked).await;
    }
}

/// Whether a job has ended, or waits for somebody who can see that it does.
pub fn rests(job: &Value) -> bool {
    !["queued", "running"].contains(&job["state"].as_str().unwrap())
}

fn sum(of: &[Value], name: &str) -> Usd {
    let amounts = of.iter().filter_map(|one| one[name].as_str());
    amounts.fold(Usd::ZERO, |sum, amount| sum + amount.parse().unwrap())
}
