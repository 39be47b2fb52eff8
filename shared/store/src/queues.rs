//! The queues of the workers, one per provider.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_types::SdkConfig;
use domain::queue::JobRef;
use domain::{Fault, Provider};

use crate::error::fault;

/// How many messages one receive may bring (an SQS limit).
pub const RECEIVE_BATCH: i32 = 10;

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
        let Some((_, url)) = self.urls.iter().find(|(of, _)| *of == provider) else {
            tracing::error!(provider = %provider, "no queue is configured for this provider");
            return Err(Fault::Broken);
        };
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
}

/// A tenant's messages form a group. SQS takes 128 characters of letters, digits and punctuation, as a tenant has.
fn fair_group(job_ref: &JobRef) -> String {
    job_ref.tenant.to_string()
}
