//! The counters of what was spent: one item for each heading, or rather a few, so that many who book at the same time
//! do not all wait for one item.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use domain::audit::AuditEvent;
use domain::usage::{Figures, Heading, booked};
use domain::{Date, Fault, TenantId, Usd};

use crate::audit_item::{Item, unreadable};

/// Over how many items a heading is spread.
const SPREAD: u8 = 4;

/// What stands for none: no project, no API key.
const NONE: &str = "-";

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("USAGE#{tenant}")
}

/// Where the headings of a day begin.
pub(crate) fn from_day(day: Date) -> String {
    day.to_string()
}

/// What comes after all headings of a day: `~` sorts after every character of one.
pub(crate) fn to_day(day: Date) -> String {
    format!("{day}~")
}

/// What must be written with these events, so that the counters are always the sum of the trail.
pub(crate) fn bookings(table: &str, events: &[AuditEvent]) -> Result<Vec<TransactWriteItem>, Fault> {
    // A transaction may name an item only once.
    let mut booked_at = BTreeMap::<_, Figures>::new();
    for event in events {
        if let Some((heading, figures)) = booked(event) {
            let spread = event.job.map_or(0, |(job, _)| job.spread() % SPREAD);
            let at = booked_at.entry((partition_key(&event.tenant), sort_key(&heading, spread))).or_default();
            *at = at.and(figures);
        }
    }
    booked_at.into_iter().map(|((pk, sk), figures)| add(table, pk, sk, figures)).collect()
}

fn add(table: &str, pk: String, sk: String, figures: Figures) -> Result<TransactWriteItem, Fault> {
    let number = |number: u64| AttributeValue::N(number.to_string());
    let update = Update::builder()
        .table_name(table)
        .key("pk", AttributeValue::S(pk))
        .key("sk", AttributeValue::S(sk))
        .update_expression(
            "ADD calls :calls, images :images, personas :personas, spent_micros :spent, unknown_micros :unknown",
        )
        .expression_attribute_values(":calls", number(figures.calls))
        .expression_attribute_values(":images", number(figures.images))
        .expression_attribute_values(":personas", number(figures.personas))
        .expression_attribute_values(":spent", number(figures.spent.micros()))
        .expression_attribute_values(":unknown", number(figures.unknown.micros()))
        .build()
        .map_err(|_| Fault::Broken)?;
    Ok(TransactWriteItem::builder().update(update).build())
}

fn sort_key(heading: &Heading, spread: u8) -> String {
    let Heading { day, provider, model, project, credential } = heading;
    let project = project.as_ref().map_or(NONE, |project| project.as_str());
    let credential = credential.map_or_else(|| NONE.to_owned(), |credential| credential.to_string());
    // `#` stands in none of the parts.
    format!("{day}#{provider}#{model}#{project}#{credential}#{spread}")
}

pub(crate) fn from_item(item: &Item) -> Result<(Heading, Figures), Fault> {
    let sk = item.get("sk").and_then(|sk| sk.as_s().ok()).map_or("", String::as_str);
    let unfit = || unreadable("main", &format!("counter {sk}"));
    let number = |name| item.get(name).and_then(|number| number.as_n().ok()?.parse().ok()).ok_or_else(unfit);
    let figures = Figures {
        calls: number("calls")?,
        images: number("images")?,
        personas: number("personas")?,
        spent: Usd::from_micros(number("spent_micros")?),
        unknown: Usd::from_micros(number("unknown_micros")?),
    };
    read_heading(sk).map(|heading| (heading, figures)).ok_or_else(unfit)
}

fn read_heading(sort_key: &str) -> Option<Heading> {
    let mut parts = sort_key.split('#');
    let (day, provider, model) = (parts.next()?, parts.next()?, parts.next()?);
    let (project, credential) = (parts.next()?, parts.next()?);
    Some(Heading {
        day: day.parse().ok()?,
        provider: provider.parse().ok()?,
        model: model.to_owned(),
        project: if project == NONE { None } else { Some(project.parse().ok()?) },
        credential: if credential == NONE { None } else { Some(credential.parse().ok()?) },
    })
}
