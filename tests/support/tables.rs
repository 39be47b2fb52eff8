//! A look behind the doors: every byte that a stack keeps.

use runtime::{Aws, AwsService};

use super::TestStack;

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
}
