//! Mails to the team: an SNS topic, to which whoever wants them subscribes.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::ProvideErrorMetadata;
use aws_types::SdkConfig;
use domain::Fault;
use domain::notice::Notice;

/// Sends mails to the team of a stack.
pub(crate) struct TeamMail {
    client: Client,
    topic: String,
    stage: String,
}

impl TeamMail {
    /// To the topic of an ARN.
    pub(crate) fn new(config: &SdkConfig, topic: String, stage: String) -> Self {
        Self { client: Client::new(config), topic, stage }
    }

    /// Sends a notice. A repetition is another mail: it names the notice, so that readers can tell.
    pub(crate) async fn send(&self, notice: &Notice) -> Result<(), Fault> {
        let mail = self.client.publish().topic_arn(&self.topic).subject(notice.news.subject());
        let sent = mail.message(self.text(notice)).send().await;
        sent.map(drop).map_err(|error| {
            let code = error.code().unwrap_or("no answer").to_owned();
            tracing::error!(aws.operation = "Publish", aws.code = code, "AWS call failed");
            // Also what SNS refuses: somebody may put the topic right while SQS keeps the pointer.
            Fault::Unavailable
        })
    }

    /// In plain words, with ids that the console and the API know. Nothing that anybody asked for, and no secret.
    fn text(&self, notice: &Notice) -> String {
        let what_to_do = notice.news.action_url().map(|url| format!("\n\n{url}")).unwrap_or_default();
        format!(
            "{}{what_to_do}\n\nStack: {}\nAccount: {}\nWhen: {:.0}\nNotice: {} ({})\n",
            notice.news.in_words(),
            self.stage,
            notice.tenant,
            notice.at,
            notice.id,
            notice.news.kind(),
        )
    }
}
