//! A look behind the doors: every byte that a stack keeps.

use domain::audit::{Action, AuditEvent};
use domain::image_request::ImageRequest;
use domain::job::{Job, NewJob, Task};
use domain::{AuditId, JobId, Provider, Usd};
use runtime::{Aws, AwsService, now, random};
use store::{Jobs, Tables};

use super::{MODEL, TestStack};

impl TestStack {
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&Aws::on_loopback(self.stack.aws()).config(AwsService::Dynamodb))
    }

    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&Aws::on_loopback(self.stack.aws()).config(AwsService::Sqs))
    }

    /// How many items a table has.
    pub async fn count(&self, table: &str) -> usize {
        let scan = self.dynamodb().scan().table_name(table).send().await.unwrap();
        assert!(scan.last_evaluated_key.is_none());
        scan.items.unwrap_or_default().len()
    }

    /// Puts a job on record and sends no pointer, as a crash right after the write leaves it.
    pub async fn queue_without_pointer(&self, tenant: &str, entropy: &[u8; 10]) -> JobId {
        let aws = Aws::on_loopback(self.stack.aws()).config(AwsService::Dynamodb);
        let jobs = Jobs::new(&aws, Tables { main: "main".to_owned(), audit: "audit".to_owned() });
        let at = now();
        let new = NewJob {
            id: JobId::make(at, entropy),
            tenant: tenant.parse().unwrap(),
            created_by: format!("{tenant}-user"),
            project: None,
            provider: Provider::Openai,
            task: Task::Image(ImageRequest::plain(MODEL, "a fox")),
            estimated: Usd::ZERO,
            price_version: String::new(),
        };
        let job = Job::queued(new, at);
        let event = AuditEvent::of_job(
            AuditId::make(at, &random()),
            &job.created_by,
            Action::JobSubmitted,
            "ok",
            &job,
        );
        jobs.create(&job, None, event).await.unwrap();
        job.id
    }
}
