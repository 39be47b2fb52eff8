//! Usage as JSON and as CSV: the same rows and the same names.

use axum::response::Response;
use domain::usage::Figures;
use domain::{Date, Usd};
use serde::Serialize;
use serde_json::Value;
use web::reply;

use super::rows::{By, Group, Part};

/// The columns after those that tell the rows apart.
const FIGURES: [&str; 7] =
    ["images", "personas", "calls", "cost", "unknown_at_most", "credits_plan", "saving"];

/// What was spent, in the groups that were asked for.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Usage"))]
#[derive(Serialize)]
pub(crate) struct UsageView {
    from: String,
    to: String,
    time_zone: &'static str,
    /// What the groups are told apart by.
    by: Vec<&'static str>,
    items: Vec<GroupView>,
    /// Always null: all groups are here.
    next_cursor: Option<String>,
    total: FiguresView,
    /// What an image costs in the plan that is compared with.
    credits_price: Usd,
    /// How many counters were read for it.
    items_read: usize,
}

/// One group: what it is, by the names in `by`, and its figures.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "UsageGroup"))]
#[derive(Serialize)]
struct GroupView {
    #[serde(flatten)]
    group: GroupedBy,
    #[serde(flatten)]
    figures: FiguresView,
}

/// What was asked for is there; null: no project, or no API key.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Default, Serialize)]
struct GroupedBy {
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<Option<String>>,
}

/// What was done and charged.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "UsageFigures"))]
#[derive(Serialize)]
struct FiguresView {
    images: u64,
    personas: u64,
    calls: u64,
    cost: Usd,
    /// Perhaps charged besides: the upper bound.
    unknown_at_most: Usd,
    /// What the images would have cost in a plan with credits.
    credits_plan: Usd,
    /// What the plan would have cost more, with a minus sign where less.
    saving: String,
}

pub(super) struct Report<'a> {
    pub(super) days: (Date, Date),
    pub(super) by: &'a By,
    pub(super) groups: &'a [(Group, Figures)],
    pub(super) total: Figures,
    pub(super) credits_price: Usd,
    pub(super) items_read: usize,
}

impl Report<'_> {
    pub(super) fn as_json(&self) -> UsageView {
        let items = self.groups.iter().map(|(group, figures)| GroupView {
            group: self.grouped_by(group),
            figures: self.figures(figures),
        });
        UsageView {
            from: self.days.0.to_string(),
            to: self.days.1.to_string(),
            time_zone: "UTC",
            by: self.by.0.iter().map(|part| part.name()).collect(),
            items: items.collect(),
            next_cursor: None,
            total: self.figures(&self.total),
            credits_price: self.credits_price,
            items_read: self.items_read,
        }
    }

    fn grouped_by(&self, group: &Group) -> GroupedBy {
        let mut by = GroupedBy::default();
        for (part, value) in self.by.0.iter().zip(group) {
            let place = match part {
                Part::Day => &mut by.day,
                Part::Provider => &mut by.provider,
                Part::Model => &mut by.model,
                Part::Project => &mut by.project,
                Part::Credential => &mut by.credential,
            };
            *place = Some(value.clone());
        }
        by
    }

    pub(super) fn as_csv(&self) -> Response {
        let columns = self.by.0.iter().map(|part| part.name()).chain(FIGURES);
        let mut text = line(columns.map(str::to_owned));
        for (group, figures) in self.groups {
            let group = group.iter().map(|part| part.clone().unwrap_or_default());
            let figures = serde_json::to_value(self.figures(figures)).unwrap_or_default();
            let figures = FIGURES.iter().map(|name| match figures.get(name) {
                Some(Value::String(text)) => text.clone(),
                other => other.map(Value::to_string).unwrap_or_default(),
            });
            text.push_str(&line(group.chain(figures)));
        }
        let name = format!("usage-{}-{}.csv", self.days.0, self.days.1);
        reply::file(text, ("text/csv; charset=utf-8", &name), None)
    }

    fn figures(&self, figures: &Figures) -> FiguresView {
        let credits_plan = self.credits_price.times(figures.images);
        FiguresView {
            images: figures.images,
            personas: figures.personas,
            calls: figures.calls,
            cost: figures.spent,
            unknown_at_most: figures.unknown,
            credits_plan,
            saving: credits_plan.minus(figures.spent),
        }
    }
}

/// None of the values holds a comma, a quote or a line break (RFC 4180): ids, days and numbers.
fn line(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(",") + "\r\n"
}
