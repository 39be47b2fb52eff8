#![doc = include_str!("../README.md")]

mod asking;
mod ending;
mod export;
mod judging;
mod opening;
mod put_aside;
mod record;
mod settling;
mod story;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::budget::Budget;
use domain::credential::{CredentialMeta, Slot};
use domain::job::Job;
use domain::queue::{JobRef, NotAJobRef};
use domain::{CredentialId, Fault, JobId, Provider, TenantId, Timestamp};
use futures_util::future::join_all;
use providers::{LONGEST_CALL, Providers};
use runtime::{Aws, AwsService, Metrics};
use store::{
    Budgets, Credentials, DeadLetters, Images, Jobs, NotifierQueue, Queues, Secrets, Tables, Together,
};
use tokio::sync::Semaphore;
use vault::{KmsKeys, Opener};

/// How long a worker may take from the intent to the end. After it the worker is taken for dead.
pub const LEASE: Duration = Duration::from_secs(840);

/// How long it may take to ask about an order and to fetch what it brought. The image can be fetched for ten minutes
/// only, so a worker that dies in this must be found out soon.
const ASKING_LEASE: Duration = Duration::from_secs(420);

/// How much of the lease must be left when the call begins: the longest call, and the storing of what it brings.
const CALL_AND_STORING: Duration = LONGEST_CALL.saturating_add(Duration::from_secs(200));

/// How many megabytes of reference images are in memory at once, with the request that is made of them. A job that asks
/// for more than is left waits for another's end.
const REFERENCE_ROOM: usize = 48;

/// How many jobs DynamoDB looks up in one request.
const MOST_AT_ONCE: usize = 100;

/// What a worker works with.
pub struct Worker {
    provider: Provider,
    jobs: Jobs,
    credentials: Credentials,
    budgets: Budgets,
    secrets: Secrets,
    asked: Asked,
    opener: Opener,
    providers: Providers,
    images: Images,
    queues: Queues,
    dead_letters: DeadLetters,
    reference_room: Semaphore,
    export_room: Semaphore,
    metrics: Metrics,
}

/// What the jobs of a batch want to know at the same time.
#[derive(Default)]
struct Asked {
    payers: Together<Slot, Result<CredentialMeta, Fault>>,
    budgets: Together<TenantId, Result<Budget, Fault>>,
    /// Sealed: an open one is nobody's but the call's.
    secrets: Together<(CredentialId, u32), Result<Vec<u8>, Fault>>,
    /// Not asked, but said: that it was used.
    touches: Together<CredentialId, ()>,
}

/// What a worker is told about its stack.
pub struct Settings {
    /// Whose jobs it does.
    pub provider: Provider,
    /// The name of the stack.
    pub stage: String,
    /// The main and the audit table.
    pub tables: Tables,
    /// The vault table.
    pub vault_table: String,
    /// The images bucket.
    pub images_bucket: String,
    /// The KMS keys that the data keys are wrapped with.
    pub kms_keys: KmsKeys,
    /// Its own queue, for jobs that go back to it.
    pub queue: String,
    /// The queue for messages that are no pointers to jobs.
    pub dead_letters: String,
    /// The notifier's queue, for what people must hear of at once.
    pub notifier: String,
}

impl Worker {
    /// Sets the clients up.
    pub fn new(aws: &Aws, providers: Providers, settings: Settings) -> Self {
        let (dynamodb, sqs) = (aws.config(AwsService::Dynamodb), aws.config(AwsService::Sqs));
        let tables = settings.tables.telling(NotifierQueue::new(&sqs, settings.notifier));
        Self {
            provider: settings.provider,
            jobs: Jobs::new(&dynamodb, tables.clone()),
            budgets: Budgets::new(&dynamodb, tables.clone()),
            credentials: Credentials::new(&dynamodb, tables),
            secrets: Secrets::new(&dynamodb, settings.vault_table),
            asked: Asked::default(),
            opener: Opener::new(&aws.config(AwsService::Kms), settings.kms_keys, settings.stage),
            providers,
            images: Images::new(&aws.config(AwsService::S3), settings.images_bucket),
            queues: Queues::new(&sqs, vec![(settings.provider, settings.queue)]),
            dead_letters: DeadLetters::new(&sqs, settings.dead_letters),
            reference_room: Semaphore::new(REFERENCE_ROOM),
            // An archive in the making holds one image and one part of itself: never two archives at a time.
            export_room: Semaphore::new(1),
            metrics: Metrics::default(),
        }
    }

    /// The same, with somebody to tell what it does.
    pub fn counting(self, metrics: Metrics) -> Self {
        Self { metrics, ..self }
    }

    /// Does all the jobs of a batch at the same time. `deadline`: when the invocation ends. Messages that are named
    /// in the answer are received again by SQS, and in the end go to the dead-letter queue.
    pub async fn handle(&self, event: SqsEvent, deadline: Timestamp) -> SqsBatchResponse {
        let mut response = SqsBatchResponse::default();
        let pointers: Vec<_> = event.records.iter().map(pointer).collect();
        let mut jobs = self.look_up(&pointers).await;
        let turns = event.records.iter().zip(pointers).map(|(message, pointer)| {
            let job = pointer.as_ref().ok().and_then(|job_ref| jobs.remove(&job_ref.job));
            // Boxed: a job on its way takes kilobytes, and a batch of them would be moved about on the stack.
            Box::pin(self.handle_one(message, pointer, job, deadline))
        });
        let done = join_all(turns.collect::<Vec<_>>()).await;
        for (message, done) in event.records.into_iter().zip(done) {
            if let (false, Some(id)) = (done, message.message_id) {
                response.add_failure(id);
            }
        }
        response
    }

    /// The jobs of an event by one request. One that is missing is looked up in its turn; a single one anyway.
    async fn look_up(&self, pointers: &[Result<JobRef, NotAJobRef>]) -> HashMap<JobId, Job> {
        let wanted: BTreeSet<_> = pointers.iter().flatten().map(|to| (&to.tenant, to.job)).collect();
        if !(2..=MOST_AT_ONCE).contains(&wanted.len()) {
            return HashMap::new();
        }
        let found = self.jobs.read_several(&wanted).await.unwrap_or_default();
        found.into_iter().map(|job| (job.id, job)).collect()
    }

    async fn handle_one(
        &self,
        message: &SqsMessage,
        pointer: Result<JobRef, NotAJobRef>,
        job: Option<Job>,
        deadline: Timestamp,
    ) -> bool {
        let job_ref = match pointer {
            Ok(job_ref) => job_ref,
            Err(reason) => {
                tracing::error!(sqs.message_id = message.message_id, %reason, "message put aside");
                return self.put_aside(body(message), &reason).await;
            }
        };
        match self.run(&job_ref, job, deadline).await {
            Ok(()) => true,
            Err(fault) => {
                tracing::error!(job.id = %job_ref.job, tenant = %job_ref.tenant, error = %fault, "job not settled");
                false
            }
        }
    }
}

fn pointer(message: &SqsMessage) -> Result<JobRef, NotAJobRef> {
    JobRef::parse(body(message))
}

fn body(message: &SqsMessage) -> &str {
    message.body.as_deref().unwrap_or_default()
}
