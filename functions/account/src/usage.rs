//! `GET /v1/usage`: what was spent, from the counters, and what the same would have cost in a plan with credits.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::usage::{Figures, day_of};
use domain::{Date, Fault, ProjectId, Provider, Timestamp, Usd};
use http::HeaderMap;
use runtime::now;
use serde::Deserialize;
use web::{AccountRead, Permit, Problem, QueryOf, accepted, reply};

use crate::{AccountApi, unfit};

pub(crate) mod report;
mod rows;

use report::Report;
use rows::{By, rows};

/// The longest time that is shown at once, in days.
const LONGEST: i32 = 366;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The first day, in UTC; the first of the month unless it is given. A time stands for its day.
    #[cfg_attr(feature = "contract", schemars(with = "Option<Date>"))]
    from: Option<String>,
    /// The last day, in UTC; today unless it is given.
    #[cfg_attr(feature = "contract", schemars(with = "Option<Date>"))]
    to: Option<String>,
    /// What to tell apart: any of `day`, `provider`, `model`, `project` and `credential`, with commas.
    #[cfg_attr(
        feature = "contract",
        schemars(regex(
            pattern = r"^(day|provider|model|project|credential)(,(day|provider|model|project|credential))*$"
        ))
    )]
    by: Option<String>,
    provider: Option<Provider>,
    project: Option<ProjectId>,
    model: Option<String>,
    /// What an image costs in the plan that is compared with; 0.30 unless it is given.
    credits_price: Option<Usd>,
}

/// `GET /v1/usage`: by day, unless something else is asked for.
pub(crate) async fn show(
    Permit(principal, _): Permit<AccountRead>,
    QueryOf(query): QueryOf<Query>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let days = days(&query, now())?;
    let by = By::of(query.by.as_deref().unwrap_or("day"))?;
    let counted = app.usage.of_days(&principal.tenant, days).await?;
    let wanted = counted.figures.iter().filter(|(heading, _)| {
        query.provider.is_none_or(|provider| provider == heading.provider)
            && query.project.as_ref().is_none_or(|project| heading.project.as_ref() == Some(project))
            && query.model.as_deref().is_none_or(|model| model == heading.model)
    });
    let groups = rows(wanted, &by);
    let total = groups.iter().fold(Figures::default(), |sum, (_, figures)| sum.and(*figures));
    let credits_price = query.credits_price.unwrap_or(Usd::CREDITS_PRICE);
    let report =
        Report { days, by: &by, groups: &groups, total, credits_price, items_read: counted.items_read };
    if accepted(&headers, &["text/csv"]).is_some() {
        Ok(report.as_csv())
    } else {
        Ok(reply::ok(&report.as_json()))
    }
}

/// From which day to which, both included: this month so far, unless something else is asked for.
fn days(query: &Query, now: Timestamp) -> Result<(Date, Date), Problem> {
    let today = day_of(now);
    let to = query.to.as_deref().map_or(Ok(today), |text| read_day("to", text))?;
    let from = query.from.as_deref().map_or(Ok(to.first_of_month()), |text| read_day("from", text))?;
    let length = from.until(to).map_err(|_| Fault::Broken)?.get_days();
    match length {
        0..LONGEST => Ok((from, to)),
        ..0 => Err(unfit("from", "comes after `to`.".to_owned())),
        _ => Err(unfit("from", format!("is too early: at most {LONGEST} days are shown at once."))),
    }
}

/// A day, or a time, which stands for its day in UTC.
fn read_day(field: &'static str, text: &str) -> Result<Date, Problem> {
    let time = || text.parse::<Timestamp>().map(day_of);
    let is_day = text.len() == "2026-11-23".len();
    let day = if is_day { text.parse::<Date>() } else { time() };
    day.map_err(|_| unfit(field, "must be a day like 2026-11-23 (in UTC).".to_owned()))
}
