//! Usage as JSON and as CSV: the same rows and the same names.

use axum::response::Response;
use domain::usage::Figures;
use domain::{Date, Usd};
use serde_json::{Map, Value, json};
use web::reply;

use super::rows::{By, Group};

/// The columns after those that tell the rows apart.
const FIGURES: [&str; 7] =
    ["images", "personas", "calls", "cost", "unknown_at_most", "credits_plan", "saving"];

pub(super) struct Report<'a> {
    pub(super) days: (Date, Date),
    pub(super) by: &'a By,
    pub(super) groups: &'a [(Group, Figures)],
    pub(super) total: Figures,
    pub(super) credits_price: Usd,
    pub(super) items_read: usize,
}

impl Report<'_> {
    pub(super) fn as_json(&self) -> Value {
        let names = || self.by.0.iter().map(|part| part.name());
        let items: Vec<_> = self
            .groups
            .iter()
            .map(|(group, figures)| {
                let group = names().map(str::to_owned).zip(group.iter().map(|part| json!(part)));
                Value::Object(group.chain(self.figures(figures)).collect())
            })
            .collect();
        json!({
            "from": self.days.0.to_string(),
            "to": self.days.1.to_string(),
            "time_zone": "UTC",
            "by": names().collect::<Vec<_>>(),
            "items": items,
            "next_cursor": null,
            "total": self.figures(&self.total).collect::<Map<_, _>>(),
            "credits_price": self.credits_price,
            "items_read": self.items_read,
        })
    }

    pub(super) fn as_csv(&self) -> Response {
        let columns = self.by.0.iter().map(|part| part.name()).chain(FIGURES);
        let mut text = line(columns.map(str::to_owned));
        for (group, figures) in self.groups {
            let group = group.iter().map(|part| part.clone().unwrap_or_default());
            let figures = self.figures(figures).map(|(_, value)| match value {
                Value::String(text) => text,
                other => other.to_string(),
            });
            text.push_str(&line(group.chain(figures)));
        }
        let name = format!("usage-{}-{}.csv", self.days.0, self.days.1);
        reply::file(text, ("text/csv; charset=utf-8", &name), None)
    }

    fn figures(&self, figures: &Figures) -> impl Iterator<Item = (String, Value)> {
        let credits_plan = self.credits_price.times(figures.images);
        let values = [
            json!(figures.images),
            json!(figures.personas),
            json!(figures.calls),
            json!(figures.spent),
            json!(figures.unknown),
            json!(credits_plan),
            json!(credits_plan.minus(figures.spent)),
        ];
        FIGURES.into_iter().map(str::to_owned).zip(values)
    }
}

/// None of the values holds a comma, a quote or a line break (RFC 4180): ids, days and numbers.
fn line(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(",") + "\r\n"
}
