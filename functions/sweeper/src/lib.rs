#![doc = include_str!("../README.md")]

mod batches;
mod budgets;
mod erasing;
mod outbox;
mod overdue;
mod retiring;
mod waiting;

use std::sync::Mutex;
use std::time::Duration;

use domain::audit::{Action, AuditEvent};
use domain::job::Job;
use domain::queue::JobRef;
use domain::usage::day_of;
use domain::{AuditId, Date, Fault, Provider, SignedDuration};
use runtime::{Aws, AwsService, Metrics, now, random};
use store::{
    Budgets, Credentials, Erasures, Jobs, NotifierQueue, Outbox, Queues, Remains, Tables, Tenants, Usage,
    Work,
};

/// Who acts, in the audit trail.
const ACTOR: &str = "ownkey:sweeper";

/// What the sweeper works with.
pub struct Sweeper {
    work: Work,
    jobs: Jobs,
    credentials: Credentials,
    budgets: Budgets,
    erasures: Erasures,
    remains: Remains,
    erase_after: SignedDuration,
    queues: Queues,
    metrics: Metrics,
    outbox: Outbox,
    notifier: NotifierQueue,
    tenants: Tenants,
    usage: Usage,
    /// The day on which this process last looked who uses models that go soon.
    looked_for_retiring: Mutex<Option<Date>>,
}

/// What the sweeper is told about its stack.
pub struct Settings {
    /// The main and the audit table.
    pub tables: Tables,
    /// The images bucket.
    pub images_bucket: String,
    /// The queues of the workers.
    pub queues: Vec<(Provider, String)>,
    /// The URL of the notifier's queue.
    pub notifier: String,
    /// How long a request may be at work that came before its account was closed.
    pub erase_after: SignedDuration,
}

/// What is to be believed about pointers and leases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    /// They may be alive until their time is over.
    Alive,
    /// None of them has survived: workers and queue went down together. True only when a local stack starts.
    AllLost,
}

impl Sweeper {
    /// Sets the clients up.
    pub fn new(aws: &Aws, settings: Settings) -> Self {
        let Settings { tables, images_bucket, queues, notifier, erase_after } = settings;
        let (dynamodb, s3) = (aws.config(AwsService::Dynamodb), aws.config(AwsService::S3));
        let notifier = NotifierQueue::new(&aws.config(AwsService::Sqs), notifier);
        let tables = tables.telling(notifier.clone());
        Self {
            work: Work::new(&dynamodb, tables.main.clone()),
            outbox: Outbox::new(&dynamodb, tables.clone()),
            tenants: Tenants::new(&dynamodb, tables.main.clone()),
            usage: Usage::new(&dynamodb, tables.main.clone()),
            looked_for_retiring: Mutex::default(),
            jobs: Jobs::new(&dynamodb, tables.clone()),
            budgets: Budgets::new(&dynamodb, tables.clone()),
            erasures: Erasures::new(&dynamodb, tables.clone()),
            remains: Remains::new((&dynamodb, tables.main.clone()), (&s3, images_bucket)),
            erase_after,
            credentials: Credentials::new(&dynamodb, tables),
            queues: Queues::new(&aws.config(AwsService::Sqs), queues),
            metrics: Metrics::default(),
            notifier,
        }
    }

    /// The same, with somebody to tell what it does.
    pub fn counting(self, metrics: Metrics) -> Self {
        Self { metrics, ..self }
    }

    /// Looks once at everything that may be stuck. A job that cannot be helped does not hold up the others.
    ///
    /// # Errors
    /// The last trouble met, when all has been looked at that could be.
    pub async fn sweep(&self, belief: Belief) -> Result<(), Fault> {
        // So that there is always a number to hold KMS's against, also when no worker runs.
        self.metrics.openings_on_record(0);
        let overdue = self.sweep_overdue(belief).await;
        let waiting = self.sweep_waiting().await;
        let batches = self.sweep_batches(belief).await;
        let outbox = self.sweep_outbox().await;
        let retiring = self.look_for_retiring_once_a_day(day_of(now())).await;
        let erasures = self.sweep_erasures().await;
        overdue.and(waiting).and(batches).and(outbox).and(retiring).and(erasures)
    }

    /// Records a move of a job, and sends the pointer if it is queued then. A job that somebody else moved
    /// meanwhile is theirs.
    async fn advance(
        &self,
        from: &Job,
        to: &Job,
        event: Option<(Action, &str)>,
        delay: Option<Duration>,
    ) -> Result<(), Fault> {
        let id = AuditId::make(now(), &random());
        let event = event.map(|(action, outcome)| AuditEvent::of_job(id, ACTOR, action, outcome, to));
        match self.jobs.advance(from, to, event.as_slice()).await {
            Err(Fault::Conflict) => return Ok(()),
            other => other?,
        }
        self.metrics.moved(from, to);
        match delay {
            Some(delay) => self.queues.send(to.provider, &JobRef::new(to.tenant.clone(), to.id), delay).await,
            None => Ok(()),
        }
    }
}
