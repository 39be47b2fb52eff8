//! `limit`, `after_id` and `before_id`: a part of a list.

use super::error::AnthropicError;

/// What is shown.
pub(super) struct Page<'a, T> {
    pub(super) items: &'a [T],
    /// Whether there is more in the direction that was asked for.
    pub(super) has_more: bool,
}

/// The part that a query asks for. What it says otherwise is ignored.
pub(super) fn of<'a, T>(
    all: &'a [T],
    id: impl Fn(&T) -> &str,
    query: &str,
) -> Result<Page<'a, T>, AnthropicError> {
    let asked = |name: &str| {
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(given, _)| *given == name)
    };
    let limit = asked("limit").map_or(Some(20), |(_, text)| text.parse().ok());
    let limit = limit.filter(|limit: &usize| (1..=1000).contains(limit));
    let limit = limit.ok_or_else(|| AnthropicError::at("limit", "Input should be from 1 to 1000"))?;
    let place = |name: &str| {
        let Some((_, wanted)) = asked(name) else {
            return Ok(None);
        };
        let place = all.iter().position(|item| id(item) == wanted);
        place.map(Some).ok_or_else(|| AnthropicError::at(name, "there is no such id"))
    };
    let (after, before) = (place("after_id")?, place("before_id")?);
    let start = after.map_or(0, |place| place + 1);
    let between = all.get(start..before.unwrap_or(all.len())).unwrap_or_default();
    let from = if before.is_some() { between.len().saturating_sub(limit) } else { 0 };
    let to = (from + limit).min(between.len());
    let items = between.get(from..to).unwrap_or_default();
    Ok(Page { items, has_more: items.len() < between.len() })
}
