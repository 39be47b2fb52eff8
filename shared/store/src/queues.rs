//! The queues of the workers, one per provider.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use aws_types::SdkConfig;
use domain::job::Job;
use domain::queue::JobRef;
use domain::{Fault, Provider};
use futures_util::future::join_all;

use crate::error::fault;

/// How many messages one receive may bring (an SQS limit).
pub const RECEIVE_BATCH: i32 = 10;

/// How many messages one send may carry (an SQS limit).
const SEND_BATCH: usize = 10;

/// The longest delay of a message (an SQS limit).
const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// Sends pointers to the workers.
#[derive(Clone, Debug)]
pub struct Queues {
    client: Client,
    urls: Vec<(Provider, String)>,
}

impl Queues {
    /// The queues by provider, as URLs.
    pub fn new(config: &SdkConfig, urls: Vec<(Provider, String)>) -> Self {
        Self { client: Client::new(config), urls }
    }

    /// Sends a pointer, to be received after `delay`. The job is on record already, so a pointer that gets lost is
    /// sent again by the sweeper.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when SQS does not take it.
    pub async fn send(&self, provider: Provider, job_ref: &JobRef, delay: Duration) -> Result<(), Fault> {
        let url = self.url(provider)?;
        let seconds = i32::try_from(delay.min(LONGEST_DELAY).as_secs()).unwrap_or(0);
        self.client
            .send_message()
            .queue_url(url)
            .message_body(job_ref.to_body())
            .set_delay_seconds((seconds > 0).then_some(seconds))
            // Fair queues: one tenant's backlog does not hold up another's single job.
            .message_group_id(fair_group(job_ref))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| fault("SendMessage", error))
    }

    /// Sends the pointers of jobs that were just put on record, ten in a message batch. Whatever SQS does not take is
    /// only logged: the sweeper sends it.
    pub async fn send_all(&self, jobs: &[Job]) {
        let mut sends = Vec::new();
        for provider in Provider::ALL {
            let its: Vec<_> = jobs.iter().filter(|job| job.provider == provider).collect();
            sends.extend(its.chunks(SEND_BATCH).map(|ten| self.send_ten(provider, ten.to_vec())));
        }
        for sent in join_all(sends).await {
            if let Err(error) = sent {
                tracing::warn!(%error, "pointers not sent; the sweeper will");
            }
        }
    }

    async fn send_ten(&self, provider: Provider, jobs: Vec<&Job>) -> Result<(), Fault> {
        let entry = |(index, job): (usize, &&Job)| {
            let job_ref = JobRef::new(job.tenant.clone(), job.id);
            let entry = SendMessageBatchRequestEntry::builder().id(index.to_string());
            let entry = entry.message_body(job_ref.to_body()).message_group_id(fair_group(&job_ref));
            entry.build().map_err(|_| Fault::Broken)
        };
        let entries: Vec<_> = jobs.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
        let request = self.client.send_message_batch().queue_url(self.url(provider)?);
        let sent = request.set_entries(Some(entries)).send().await;
        match sent.map_err(|error| fault("SendMessageBatch", error))?.failed().len() {
            0 => Ok(()),
            _ => Err(Fault::Unavailable),
        }
    }

    fn url(&self, provider: Provider) -> Result<&str, Fault> {
        self.urls.iter().find(|(of, _)| *of == provider).map(|(_, url)| url.as_str()).ok_or_else(|| {
            tracing::error!(provider = %provider, "no queue is configured for this provider");
            Fault::Broken
        })
    }
}

/// Where messages go that are no pointers, so that somebody looks at them.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    client: Client,
    url: String,
}

impl DeadLetters {
    /// The dead-letter queue at a URL.
    pub fn new(config: &SdkConfig, url: String) -> Self {
        Self { client: Client::new(config), url }
    }

    /// Puts a message aside as it came, with the reason as its attribute `reason`.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when SQS does not take it.
    pub async fn put(&self, body: &str, reason: &str) -> Result<(), Fault> {
        let reason = MessageAttributeValue::builder().data_type("String").string_value(reason);
        let reason = reason.build().map_err(|_| Fault::Broken)?;
        let request = self.client.send_message().queue_url(&self.url).message_body(body);
        let sent = request.message_attributes("reason", reason).send().await;
        sent.map(|_| ()).map_err(|error| fault("SendMessage dead letter", error))
    }
}

/// A tenant's messages form a group. SQS takes 128 characters of letters, digits and punctuation, as a tenant has.
fn fair_group(job_ref: &JobRef) -> String {
    job_ref.tenant.to_string()
}
