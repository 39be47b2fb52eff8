//! Lists whose ids sort by the time of their making, the newest first.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Fault;

use crate::audit_item::Item;
use crate::error::fault;

/// Where a list goes on: the sort key of the last item looked at.
pub(crate) type Place = Option<String>;

/// At most `limit` items of a partition that come before `after`, and where the next page begins if there may be more.
pub(crate) async fn newest_first(
    (client, table): (&Client, &str),
    partition_key: String,
    after: Place,
    limit: usize,
) -> Result<(Vec<Item>, Place), Fault> {
    let query = client
        .query()
        .table_name(table)
        .expression_attribute_values(":pk", AttributeValue::S(partition_key))
        .scan_index_forward(false)
        .limit(i32::try_from(limit).unwrap_or(i32::MAX));
    let query = match after {
        None => query.key_condition_expression("pk = :pk"),
        Some(after) => query
            .key_condition_expression("pk = :pk AND sk < :after")
            .expression_attribute_values(":after", AttributeValue::S(after)),
    };
    let answer = query.send().await.map_err(|error| fault("Query list", error))?;
    let last_seen = answer.last_evaluated_key.and_then(|place| place.get("sk")?.as_s().ok().cloned());
    Ok((answer.items.unwrap_or_default(), last_seen))
}
