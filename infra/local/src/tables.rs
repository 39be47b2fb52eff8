//! Makes what `infra/template.yaml` makes in AWS: tables, buckets and queues, unless they are there.

use std::fmt::Display;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use aws_sdk_sqs::types::QueueAttributeName;
use domain::Provider;
use runtime::{Aws, AwsService};

use crate::emulators::Buckets;
use crate::start_error::StartError;

/// The names in a local stack.
pub(crate) const MAIN: &str = "main";
pub(crate) const AUDIT: &str = "audit";
pub(crate) const VAULT: &str = "vault";
pub(crate) const IMAGES: &str = "images";
pub(crate) const ANCHORS: &str = "anchors";

/// The queue of the notifier.
const NOTIFIER: &str = "notifier";

/// How long a message stays hidden while its job is done. Longer than any job takes.
const VISIBILITY_SECONDS: &str = "900";

pub(crate) async fn make_tables(aws: &Aws) -> Result<(), StartError> {
    let client = aws_sdk_dynamodb::Client::new(&aws.config(AwsService::Dynamodb));
    let there = client.list_tables().send().await.map_err(failed("DynamoDB"))?;
    let missing = |name: &&str| !there.table_names().iter().any(|there| there == name);
    for name in [MAIN, AUDIT, VAULT].into_iter().filter(missing) {
        let table = client
            .create_table()
            .table_name(name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(vec![text("pk")?, text("sk")?]))
            .set_key_schema(Some(vec![element("pk", KeyType::Hash)?, element("sk", KeyType::Range)?]));
        let table = if name == MAIN {
            let index = GlobalSecondaryIndex::builder()
                .index_name("work")
                .set_key_schema(Some(vec![
                    element("work_pk", KeyType::Hash)?,
                    element("work_sk", KeyType::Range)?,
                ]))
                .projection(Projection::builder().projection_type(ProjectionType::All).build())
                .build()
                .map_err(failed("DynamoDB"))?;
            table
                .attribute_definitions(text("work_pk")?)
                .attribute_definitions(text("work_sk")?)
                .global_secondary_indexes(index)
        } else {
            table
        };
        table.send().await.map_err(failed("DynamoDB"))?;
    }
    Ok(())
}

pub(crate) async fn make_buckets(aws: &Aws, buckets: &Buckets) -> Result<(), StartError> {
    let config =
        aws_sdk_s3::config::Builder::from(&aws.config(AwsService::S3)).force_path_style(true).build();
    let client = aws_sdk_s3::Client::from_conf(config);
    for name in [&buckets.images, &buckets.anchors] {
        if client.head_bucket().bucket(name).send().await.is_err() {
            client.create_bucket().bucket(name).send().await.map_err(failed("S3"))?;
        }
    }
    Ok(())
}

/// What the dead-letter queue of a queue is called, by name or URL.
pub(crate) fn dead_letters(queue: &str) -> String {
    format!("{queue}-dead")
}

/// The queues of a stack, by URL.
#[derive(Clone, Debug)]
pub(crate) struct QueueUrls {
    /// Of each provider's worker.
    pub(crate) workers: Vec<(Provider, String)>,
    /// Of the notifier.
    pub(crate) notifier: String,
}

/// Each queue with its dead-letter queue.
pub(crate) async fn make_queues(aws: &Aws) -> Result<QueueUrls, StartError> {
    let client = aws_sdk_sqs::Client::new(&aws.config(AwsService::Sqs));
    let mut workers = Vec::new();
    for provider in Provider::ALL {
        workers.push((provider, make_queue(&client, provider.slug()).await?));
    }
    Ok(QueueUrls { workers, notifier: make_queue(&client, NOTIFIER).await? })
}

async fn make_queue(client: &aws_sdk_sqs::Client, name: &str) -> Result<String, StartError> {
    let dead = client.create_queue().queue_name(dead_letters(name)).send().await.map_err(failed("SQS"))?;
    let told = client.get_queue_attributes().queue_url(dead.queue_url.unwrap_or_default());
    let told = told.attribute_names(QueueAttributeName::QueueArn).send().await.map_err(failed("SQS"))?;
    let arn = told.attributes().and_then(|told| told.get(&QueueAttributeName::QueueArn));
    let arn = arn.map(String::as_str).unwrap_or_default();
    let redrive = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":5}}"#);
    let queue = client
        .create_queue()
        .queue_name(name)
        .attributes(QueueAttributeName::VisibilityTimeout, VISIBILITY_SECONDS)
        .attributes(QueueAttributeName::RedrivePolicy, redrive)
        .send()
        .await
        .map_err(failed("SQS"))?;
    Ok(queue.queue_url.unwrap_or_default())
}

fn text(name: &str) -> Result<AttributeDefinition, StartError> {
    let builder = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
    builder.build().map_err(failed("DynamoDB"))
}

fn element(name: &str, kind: KeyType) -> Result<KeySchemaElement, StartError> {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().map_err(failed("DynamoDB"))
}

fn failed<E: Display>(what: &'static str) -> impl Fn(E) -> StartError {
    move |error| StartError::Emulator { what, error: error.to_string() }
}
