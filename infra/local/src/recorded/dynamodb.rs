//! What DynamoDB is asked, as IAM sees it: each part of a transaction is an action of its own, a batch is one.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use serde_json::Value;

use super::{Call, SOMETHING};
use crate::tables::{AUDIT, MAIN, VAULT};

/// The partition keys of tables and of the index.
const PARTITION_KEYS: [&str; 2] = ["pk", "work_pk"];

pub(super) fn calls(operation: &str, body: &Value) -> Vec<Call> {
    let parts =
        || body["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object).flatten();
    let tables = || body["RequestItems"].as_object().into_iter().flatten();
    match operation {
        "TransactWriteItems" => parts().map(|(kind, part)| call(action_of_part(kind), part)).collect(),
        "TransactGetItems" => parts().map(|(_, part)| call("GetItem", part)).collect(),
        "BatchGetItem" => {
            let wanted = |keys: &Value| keys["Keys"].as_array().into_iter().flatten().map(leading).collect();
            tables().map(|(table, keys)| on("BatchGetItem", logical(table), wanted(keys))).collect()
        }
        "BatchWriteItem" => {
            let write = |write: &Value| leading_of(write.as_object()?.values().next()?);
            let written = |writes: &Value| writes.as_array().into_iter().flatten().map(write).collect();
            tables().map(|(table, writes)| on("BatchWriteItem", logical(table), written(writes))).collect()
        }
        _ => vec![call(operation, body)],
    }
}

fn action_of_part(kind: &str) -> &str {
    match kind {
        "Put" => "PutItem",
        "Update" => "UpdateItem",
        "Delete" => "DeleteItem",
        "ConditionCheck" => "ConditionCheckItem",
        other => other,
    }
}

fn call(action: &str, request: &Value) -> Call {
    let table = logical(request["TableName"].as_str().unwrap_or_default());
    let resource = match request["IndexName"].as_str() {
        Some(index) => format!("{table}/index/{index}"),
        None => table,
    };
    on(action, resource, vec![leading_of(request)])
}

fn on(action: &str, resource: String, leading: Vec<Option<String>>) -> Call {
    let call = Call::new(format!("dynamodb:{action}"), resource);
    let mut leading: Vec<_> = leading.into_iter().flatten().collect();
    leading.sort();
    leading.dedup();
    // A scan has none.
    if leading.is_empty() { call } else { call.when("dynamodb:LeadingKeys", leading) }
}

/// The name in the template.
fn logical(table: &str) -> String {
    let known = [(MAIN, "MainTable"), (AUDIT, "AuditTable"), (VAULT, "VaultTable")];
    known.iter().find(|(name, _)| *name == table).map_or_else(|| table.to_owned(), |(_, it)| (*it).to_owned())
}

/// The beginning of the partition key that a request, or one part of it, is about.
fn leading_of(request: &Value) -> Option<String> {
    leading(&request["Key"]).or_else(|| leading(&request["Item"])).or_else(|| queried(request))
}

fn leading(item: &Value) -> Option<String> {
    PARTITION_KEYS.iter().find_map(|name| text(item.get(name)?)).map(beginning)
}

/// What a query wants the partition key to be.
fn queried(request: &Value) -> Option<String> {
    let expression = request["KeyConditionExpression"].as_str()?;
    let value = expression.split(" AND ").find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let name = request["ExpressionAttributeNames"].get(name).and_then(Value::as_str).unwrap_or(name);
        PARTITION_KEYS.contains(&name).then_some(value)
    })?;
    text(request["ExpressionAttributeValues"].get(value)?).map(beginning)
}

fn text(attribute: &Value) -> Option<&str> {
    attribute["S"].as_str()
}

/// What all items of a kind have in common. In the audit trail a partition is a tenant, and that is all there is.
fn beginning(partition_key: &str) -> String {
    match partition_key.split_once('#') {
        Some((kind, _)) => format!("{kind}#{SOMETHING}"),
        None => SOMETHING.to_owned(),
    }
}
