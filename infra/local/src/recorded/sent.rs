//! Every request of a function, with how long it took and what DynamoDB would ask for it: for counting what a job costs.

use std::time::Instant;

use http::request::Parts;
use runtime::AwsService;
use serde_json::{Value, json};

/// A request that a function has made.
#[derive(Clone, Debug)]
pub struct Sent {
    /// By the name of `infra/README.md`, such as `worker-openai`.
    pub function: String,
    /// Such as `dynamodb:TransactWriteItems`.
    pub request: String,
    /// When it came.
    pub began: Instant,
    /// When it was answered.
    pub ended: Instant,
    /// DynamoDB's write units (WRU).
    pub write_units: f64,
    /// DynamoDB's read units (RRU).
    pub read_units: f64,
    /// Where DynamoDB was told to write: the table, or its index, and the partition key, for each item such as `main/JOB#ada`.
    pub partitions: Vec<String>,
}

/// What a request is called, by its service.
pub(super) fn name(service: AwsService, parts: &Parts) -> String {
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next());
    let service = match service {
        AwsService::Dynamodb => "dynamodb",
        AwsService::Kms => "kms",
        AwsService::S3 => "s3",
        AwsService::Sns => "sns",
        AwsService::Sqs => "sqs",
    };
    format!("{service}:{}", operation.unwrap_or(parts.method.as_str()))
}

/// The same request, which also asks what it costs.
pub(super) fn asking_for_units(body: &[u8]) -> Option<Vec<u8>> {
    let mut request: Value = serde_json::from_slice(body).ok()?;
    request.as_object_mut()?.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
    Some(request.to_string().into_bytes())
}

/// The partitions that a request writes to.
pub(super) fn partitions(operation: &str, request: &Value) -> Vec<String> {
    let writes: Vec<_> = match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => vec![(table(request), request)],
        "TransactWriteItems" => {
            let parts = request.get("TransactItems").into_iter().flat_map(parts);
            parts.map(|part| (table(part), part)).collect()
        }
        "BatchWriteItem" => {
            let tables = request.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
            tables.flat_map(|(table, of)| parts(of).map(move |part| (table.as_str(), part))).collect()
        }
        _ => Vec::new(),
    };
    let of_write = |(table, write): (&str, &Value)| {
        let item = write.get("Key").or_else(|| write.get("Item"));
        let named = |name| item?.get(name)?.get("S")?.as_str();
        let own = named("pk").map(|pk| format!("{table}/{pk}"));
        own.into_iter().chain(named("work_pk").map(|pk| format!("{table}.work/{pk}"))).collect::<Vec<_>>()
    };
    writes.into_iter().flat_map(of_write).collect()
}

/// What stands under `Put`, `Update` and the like.
fn parts(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten().filter_map(Value::as_object).flat_map(|part| part.values())
}

fn table(request: &Value) -> &str {
    request.get("TableName").and_then(Value::as_str).unwrap_or_default()
}

/// The units of an answer, written and read. `writes`: whether the operation writes.
pub(super) fn units(answer: &[u8], writes: bool) -> (f64, f64) {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let of_table = |table: &Value| table.get("CapacityUnits").and_then(Value::as_f64).unwrap_or_default();
    let units = match answer.get("ConsumedCapacity") {
        // A request to several tables.
        Some(Value::Array(tables)) => tables.iter().map(of_table).sum(),
        Some(table) => of_table(table),
        None => 0.0,
    };
    if writes { (units, 0.0) } else { (0.0, units) }
}
