#![doc = include_str!("../README.md")]

mod delivering;
mod mail;
mod telling;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::Fault;
use domain::delivery::NoticeRef;
use domain::webhook::Reach;
use futures_util::future::join_all;
use providers::{Receivers, Unusable};
use runtime::{Aws, AwsService};
use signing::Secrets;
use store::{DeadLetters, Deliveries, Notices, NotifierQueue, Tables, Webhooks};

use mail::TeamMail;

/// What the notifier works with.
pub struct Notifier {
    notices: Notices,
    webhooks: Webhooks,
    deliveries: Deliveries,
    secrets: Secrets,
    receivers: Receivers,
    mail: TeamMail,
    queue: NotifierQueue,
    dead_letters: DeadLetters,
}

/// What the notifier is told about its stack.
pub struct Settings {
    /// The name of the stack.
    pub stage: String,
    /// The main and the audit table.
    pub tables: Tables,
    /// The ARN of the KMS key that the secrets of webhooks are derived from.
    pub webhooks_kms_key: String,
    /// The ARN of the topic for mails to the team.
    pub team_topic: String,
    /// Its own queue.
    pub queue: String,
    /// The queue for messages that are no pointers.
    pub dead_letters: String,
    /// How far webhooks may go.
    pub reach: Reach,
}

impl Notifier {
    /// Sets the clients up.
    ///
    /// # Errors
    /// [`Unusable`] when the HTTP client cannot be set up.
    pub fn new(aws: &Aws, settings: Settings) -> Result<Self, Unusable> {
        let (dynamodb, sqs) = (aws.config(AwsService::Dynamodb), aws.config(AwsService::Sqs));
        let queue = NotifierQueue::new(&sqs, settings.queue);
        let main = settings.tables.main.clone();
        Ok(Self {
            notices: Notices::new(&dynamodb, main.clone()),
            deliveries: Deliveries::new(&dynamodb, main),
            webhooks: Webhooks::new(&dynamodb, settings.tables.telling(queue.clone())),
            secrets: Secrets::new(
                &aws.config(AwsService::Kms),
                settings.webhooks_kms_key,
                settings.stage.clone(),
            ),
            receivers: Receivers::new(settings.reach)?,
            mail: TeamMail::new(&aws.config(AwsService::Sns), settings.team_topic, settings.stage),
            queue,
            dead_letters: DeadLetters::new(&sqs, settings.dead_letters),
        })
    }

    /// Follows all the pointers of a batch at the same time. Messages that are named in the answer are received again by
    /// SQS, and in the end go to the dead-letter queue.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        let mut response = SqsBatchResponse::default();
        let done = join_all(event.records.iter().map(|message| self.handle_one(message))).await;
        for (message, done) in event.records.into_iter().zip(done) {
            if let (false, Some(id)) = (done, message.message_id) {
                response.add_failure(id);
            }
        }
        response
    }

    async fn handle_one(&self, message: &SqsMessage) -> bool {
        let body = message.body.as_deref().unwrap_or_default();
        let notice_ref = match NoticeRef::parse(body) {
            Ok(notice_ref) => notice_ref,
            Err(reason) => {
                tracing::error!(sqs.message_id = message.message_id, %reason, "message put aside");
                return self.dead_letters.put(body, &reason.to_string()).await.is_ok();
            }
        };
        let followed = match notice_ref.webhook {
            None => self.tell(&notice_ref).await,
            Some(webhook) => self.deliver(&notice_ref, webhook).await,
        };
        match followed {
            // Gone meanwhile.
            Ok(()) | Err(Fault::NotFound) => true,
            Err(fault) => {
                let notice = notice_ref.notice;
                tracing::error!(notice.id = %notice, tenant = %notice_ref.tenant, error = %fault, "not told");
                false
            }
        }
    }
}
