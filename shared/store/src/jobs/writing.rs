//! The write of a move: the job, what it posts to ledgers and to the tally of its batch, and what everybody is told of it.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::audit::AuditEvent;
use domain::budget::Posting;
use domain::credential::Scope;
use domain::job::Job;
use domain::notice::{News, Notice};
use domain::{AuditId, Fault};
use futures_util::FutureExt;

use super::Jobs;
use super::posting::{Passing, post, scopes};
use super::tally::{Found, Last, Step};
use crate::transaction::{Committed, Transaction};
use crate::webhooks;

/// How often a move is written anew while others change the same ledger or tally.
const TRIES: usize = 20;

/// A move that is to be written.
pub(super) struct Writing<'a> {
    /// The job at its next revision, unless only what is true of its call is written.
    job_put: Option<Put>,
    job: &'a Job,
    events: &'a [AuditEvent],
    posting: Option<Posting>,
    scopes: Vec<Scope>,
    step: Option<Step>,
    rest: Vec<TransactWriteItem>,
    /// What is told of the end of the job.
    told: Option<News>,
}

impl<'a> Writing<'a> {
    /// What is true of a call although it moves its job no more.
    pub(super) fn of_call(job: &'a Job, events: &'a [AuditEvent], posting: Option<Posting>) -> Self {
        let scopes = posting.map_or_else(Vec::new, |_| scopes(job));
        Self { job_put: None, job, events, posting, scopes, step: None, rest: Vec::new(), told: None }
    }

    /// A move, with what else belongs to it.
    pub(super) fn of_move(
        job_put: Put,
        (from, to): (&Job, &'a Job),
        events: &'a [AuditEvent],
        rest: Vec<TransactWriteItem>,
    ) -> Self {
        let posting = Posting::of(from, to, events);
        let (step, told) = (Step::of(from, to), News::of_job(from, to));
        Self { job_put: Some(job_put), step, rest, told, ..Self::of_call(to, events, posting) }
    }
}

impl Jobs {
    /// Writes a move. A posting that passes an alert, and the end of a batch's last job, are written with their notices.
    pub(super) async fn write(&self, writing: Writing<'_>) -> Result<(), Fault> {
        let Writing { job_put, job, events, posting, scopes, mut step, rest, told } = writing;
        let told = match told {
            Some(news) if !news.kind().is_for_people() && !self.webhooks_hear_of_jobs(job).await? => None,
            told => told,
        };
        let first_ledger = usize::from(job_put.is_some());
        let (mut passings, mut last): (Vec<Passing>, Option<Last>) = (Vec::new(), None);
        for _ in 0..TRIES {
            let mut transaction = Transaction::new(&self.client, &self.tables);
            if let Some(job_put) = &job_put {
                transaction = transaction.put(job_put.clone());
            }
            for (scope, posting) in scopes.iter().zip(posting.iter().cycle()) {
                let post = post(&self.tables.main, &job.tenant, scope, posting, &passings)?;
                transaction = transaction.with(post);
            }
            if let Some(step) = &step {
                transaction = transaction.with(step.write(&self.tables.main, last.as_ref())?);
            }
            for item in &rest {
                transaction = transaction.with(item.clone());
            }
            let alerts = posting.zip(events.first());
            for notice in passings.iter().filter_map(|passing| passing.notice(&alerts?.0, alerts?.1)) {
                transaction = transaction.notice(notice)?;
            }
            if let (Some(news), Some(event)) = (&told, events.first()) {
                transaction = transaction.notice(notice(event, 2, news.clone()))?;
            }
            if let (Some(step), Some(last), Some(event)) = (&step, &last, events.first()) {
                let project = self.read_batch(&job.tenant, step.batch).await?.project;
                let news = News::BatchDone { batch: step.batch, project, ends: step.ends(last) };
                transaction = transaction.notice(notice(event, 3, news))?;
            }
            let refused = match transaction.try_commit(events).await? {
                Committed::Yes => return Ok(()),
                Committed::Refused { item } => item,
            };
            // First the job, then the ledgers, then the tally.
            let Some(refused) = refused.checked_sub(first_ledger) else { return Err(Fault::Conflict) };
            match (scopes.get(refused), posting, step.as_ref()) {
                (Some(scope), Some(posting), _) => {
                    passings.retain(|passing| passing.scope() != scope);
                    passings.extend(Passing::read(&self.budgets(), &job.tenant, scope, &posting).await?);
                }
                (None, _, Some(refused_step)) if refused == scopes.len() => {
                    last = None;
                    match self.tally(refused_step).await? {
                        Found::Last(found) => last = Some(found),
                        Found::Open => {}
                        Found::None => step = None,
                    }
                }
                _ => return Err(Fault::Conflict),
            }
        }
        Err(Fault::Unavailable)
    }

    /// Whether a webhook of the job's tenant wants to hear of single jobs. One small read for jobs that end at the same
    /// time, so that most ends write nothing more.
    async fn webhooks_hear_of_jobs(&self, job: &Job) -> Result<bool, Fault> {
        let read = webhooks::hear_of_jobs((&self.client, &self.tables.main), &job.tenant);
        self.heard.ask(&job.tenant, read.boxed()).await
    }
}

/// The notice of what an event has brought about, if it is not the first one. The alerts of two budgets go before.
fn notice(event: &AuditEvent, nth: usize, news: News) -> Notice {
    let id = (0..nth).fold(event.id, |id, _| AuditId::following(id));
    Notice::after(id, event.at, &event.tenant, news)
}
