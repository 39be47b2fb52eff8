//! A look behind the doors: every byte that a stack keeps.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::audit::{Action, AuditEvent};
use domain::batch::{Batch, Order};
use domain::erasure::LONGEST_REQUEST;
use domain::image_request::ImageRequest;
use domain::job::{Job, NewJob, Task};
use domain::{AuditId, BatchId, JobId, Provider, Timestamp, UploadId, Usd};
use runtime::{Aws, AwsService, now, random};
use store::{Jobs, Tables};
use sweeper::Sweeper;

use super::{MODEL, TestStack};

impl TestStack {
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&Aws::on_loopback(self.stack.aws()).config(AwsService::Dynamodb))
    }

    /// What KMS makes of a wrapped data key.
    pub async fn unwrap_data_key(&self, wrapped: Vec<u8>, context: BTreeMap<String, String>) -> Vec<u8> {
        let kms = aws_sdk_kms::Client::new(&Aws::on_loopback(self.stack.aws()).config(AwsService::Kms));
        let context = context.into_iter().collect();
        let asked = kms.decrypt().ciphertext_blob(wrapped.into()).set_encryption_context(Some(context));
        asked.send().await.unwrap().plaintext.unwrap().into_inner()
    }

    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&Aws::on_loopback(self.stack.aws()).config(AwsService::Sqs))
    }

    pub fn s3(&self) -> aws_sdk_s3::Client {
        let aws = Aws::on_loopback(self.stack.aws()).config(AwsService::S3);
        aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(&aws).force_path_style(true).build())
    }

    /// The object keys in the images bucket that begin so.
    pub async fn objects(&self, prefix: &str) -> Vec<String> {
        let listed = self
            .s3()
            .list_objects_v2()
            .bucket(&self.stack.buckets().images)
            .prefix(prefix)
            .send()
            .await
            .unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }

    /// An object of the images bucket, if it is there.
    pub async fn object(&self, object_key: &str) -> Option<Vec<u8>> {
        let answer =
            self.s3().get_object().bucket(&self.stack.buckets().images).key(object_key).send().await.ok()?;
        Some(answer.body.collect().await.unwrap().to_vec())
    }

    /// Sets the time at which an upload expires to the past.
    pub async fn expire_upload(&self, tenant: &str, id: UploadId) {
        let text = |text: String| AttributeValue::S(text);
        let update = self.dynamodb().update_item().table_name("main");
        let update = update.key("pk", text(format!("UPLOAD#{tenant}"))).key("sk", text(id.to_string()));
        let update = update.update_expression("SET expires_at = :past");
        let update = update.expression_attribute_values(":past", AttributeValue::N("1".to_owned()));
        update.send().await.unwrap();
    }

    /// Makes a job's item such that this code cannot read it.
    pub async fn spoil(&self, tenant: &str, job: JobId) {
        let text = |text: String| AttributeValue::S(text);
        let update = self.dynamodb().update_item().table_name("main");
        let update = update.key("pk", text(format!("JOB#{tenant}"))).key("sk", text(job.to_string()));
        let update = update.update_expression("SET kind = :kind");
        update.expression_attribute_values(":kind", text("nonsense".to_owned())).send().await.unwrap();
    }

    /// When the one idempotency record of a tenant expires, in seconds of the epoch.
    pub async fn idempotency_expires(&self, tenant: &str) -> i64 {
        self.idempotency_record(tenant).await["expires_at"].as_n().unwrap().parse().unwrap()
    }

    /// Sets that time to the past.
    pub async fn forget_idempotency(&self, tenant: &str) {
        let mut record = self.idempotency_record(tenant).await;
        record.insert("expires_at".to_owned(), AttributeValue::N("1".to_owned()));
        self.dynamodb().put_item().table_name("main").set_item(Some(record)).send().await.unwrap();
    }

    async fn idempotency_record(&self, tenant: &str) -> HashMap<String, AttributeValue> {
        let pk = AttributeValue::S(format!("IDEMPOTENCY#{tenant}"));
        let query = self.dynamodb().query().table_name("main").key_condition_expression("pk = :pk");
        let found = query.expression_attribute_values(":pk", pk).send().await.unwrap();
        found.items.unwrap().remove(0)
    }

    /// Makes this month's ledger the one of a month long ago, as it looks when the month has turned.
    pub async fn turn_the_month(&self, tenant: &str, month: &str) {
        let text = |text: String| AttributeValue::S(text);
        let (pk, sk) = (text(format!("BUDGET#{tenant}")), text(format!("ledger#{month}#account")));
        let client = self.dynamodb();
        let moved = client.delete_item().table_name("main").key("pk", pk).key("sk", sk);
        let moved = moved.return_values(ReturnValue::AllOld).send().await.unwrap();
        let mut ledger = moved.attributes.unwrap();
        ledger.insert("sk".to_owned(), text("ledger#2020-01#account".to_owned()));
        ledger.insert("month".to_owned(), text("2020-01".to_owned()));
        client.put_item().table_name("main").set_item(Some(ledger)).send().await.unwrap();
    }

    /// What lies in the dead-letter queue of a queue, by body.
    pub async fn dead_letters(&self, queue: &str) -> Vec<String> {
        let dead = format!("{queue}-dead");
        let received = self.sqs().receive_message().queue_url(dead).max_number_of_messages(10).send().await;
        received.unwrap().messages().iter().map(|message| message.body().unwrap().to_owned()).collect()
    }

    /// How many orders of a tenant stand in the sets that keep a provider's limit.
    pub async fn flights(&self, tenant: &str) -> usize {
        let pk = AttributeValue::S(format!("FLIGHTS#{tenant}"));
        let query = self.dynamodb().query().table_name("main").key_condition_expression("pk = :pk");
        let found =
            query.expression_attribute_values(":pk", pk).send().await.unwrap().items.unwrap_or_default();
        found.iter().filter_map(|item| item.get("jobs")?.as_ss().ok().map(Vec::len)).sum()
    }

    /// How many items a table has, besides those that only say that there is a tenant and how much it asked for.
    pub async fn count(&self, table: &str) -> usize {
        let scan = self.dynamodb().scan().table_name(table).send().await.unwrap();
        assert!(scan.last_evaluated_key.is_none());
        let of_the_tenant = |item: &HashMap<String, AttributeValue>| {
            item["pk"].as_s().is_ok_and(|pk| pk.starts_with("ALLOWANCE#") || pk.starts_with("TENANTS#"))
        };
        scan.items().iter().filter(|item| !of_the_tenant(item)).count()
    }

    /// Makes what a tenant has asked for this hour what it asked for in the one before, and its count of waiting jobs
    /// an old one, as they are an hour later.
    pub async fn turn_the_hour(&self, tenant: &str) {
        let pk = AttributeValue::S(format!("ALLOWANCE#{tenant}"));
        let update = self.dynamodb().update_item().table_name("main").key("pk", pk);
        let update = update.key("sk", AttributeValue::S("jobs".to_owned()));
        let update = update.update_expression("SET in_hour = in_hour - :one, counted_at = :none");
        let update = update.expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        let update = update.expression_attribute_values(":none", AttributeValue::N("0".to_owned()));
        update.send().await.unwrap();
    }

    pub fn jobs(&self) -> Jobs {
        let aws = Aws::on_loopback(self.stack.aws()).config(AwsService::Dynamodb);
        Jobs::new(&aws, Tables::new("main".to_owned(), "audit".to_owned()))
    }

    /// A sweeper of this stack's, to be called by hand.
    pub fn sweeper(&self) -> Sweeper {
        let settings = sweeper::Settings {
            tables: Tables::new("main".to_owned(), "audit".to_owned()),
            images_bucket: self.stack.buckets().images.clone(),
            queues: self.stack.queues().to_vec(),
            notifier: self.stack.notifier_queue().to_owned(),
            erase_after: LONGEST_REQUEST,
        };
        Sweeper::new(&Aws::on_loopback(&self.stack.aws_of("sweeper")), settings)
    }

    /// Puts a batch on record that was asked for at `at`, and makes no job of it, as a crash right after the write
    /// leaves it.
    pub async fn batch_without_jobs(&self, tenant: &str, at: Timestamp, orders: &[Order]) -> Batch {
        let whose = (tenant.parse().unwrap(), format!("{tenant}-user"));
        let batch = Batch::of(orders, BatchId::make(at, &random()), whose);
        self.jobs().create_batch(&batch, (orders, &[]), None).await.unwrap();
        batch
    }

    /// A job that is on no record.
    pub fn job_of(tenant: &str, entropy: &[u8; 10]) -> Job {
        Self::job_made(tenant, entropy, now())
    }

    /// The same, asked for at `at`.
    pub fn job_made(tenant: &str, entropy: &[u8; 10], at: Timestamp) -> Job {
        let new = NewJob {
            id: JobId::make(at, entropy),
            tenant: tenant.parse().unwrap(),
            created_by: format!("{tenant}-user"),
            project: None,
            provider: Provider::Openai,
            batch: None,
            task: Task::Image(ImageRequest::plain(MODEL, "a fox")),
            estimated: Usd::ZERO,
            price_version: String::new(),
        };
        Job::queued(new, at)
    }

    /// Puts a job on record and sends no pointer, as a crash right after the write leaves it.
    pub async fn queue_without_pointer(&self, tenant: &str, entropy: &[u8; 10]) -> JobId {
        let job = Self::job_of(tenant, entropy);
        let event = submitted(&job);
        self.jobs().create(&job, None, event).await.unwrap();
        job.id
    }
}

pub fn submitted(job: &Job) -> AuditEvent {
    AuditEvent::of_job(AuditId::make(now(), &random()), &job.created_by, Action::JobSubmitted, "ok", job)
}
