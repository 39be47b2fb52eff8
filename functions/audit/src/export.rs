//! The record as a file: a line for each event, the oldest first, so that the file grows at its end and can be verified.

use axum::response::Response;
use domain::audit::AuditLine;
use domain::{TenantId, csv};
use store::{AuditFilter, Order};
use web::{Problem, reply};

use crate::AuditApi;

/// How long an answer grows before the rest must be asked for. A function answers with 6 MB at most, and NDJSON goes in
/// base64; one more page may come to it.
const LONG: usize = 3 * 1024 * 1024;

/// How many rows an answer looks at, so that it comes in time also where the filter is narrow. Whole pages.
const PAGES: usize = 10;

/// How many rows are looked at between two looks at how long it has become: 1,000 lines are 1 MB at the very most.
const PAGE: usize = 1_000;

/// What kind of file.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// A JSON object a line.
    Ndjson,
    /// For spreadsheets.
    Csv,
}

impl Form {
    pub(crate) fn of(media_type: &str) -> Option<Self> {
        match media_type {
            "application/x-ndjson" => Some(Self::Ndjson),
            "text/csv" => Some(Self::Csv),
            _ => None,
        }
    }

    const fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Ndjson => ("application/x-ndjson", "audit.ndjson"),
            Self::Csv => ("text/csv; charset=utf-8", "audit.csv"),
        }
    }

    fn line(self, line: &AuditLine) -> String {
        match self {
            Self::Ndjson => line.json() + "\n",
            Self::Csv => csv::line(line.values().iter().map(csv::cell)),
        }
    }
}

impl AuditApi {
    /// The rows that a filter admits, `most` of them if that is said, with a link to those after them. `query` is what
    /// was asked for.
    pub(crate) async fn export(
        &self,
        tenant: &TenantId,
        mut filter: AuditFilter,
        (form, most, query): (Form, Option<usize>, &str),
    ) -> Result<Response, Problem> {
        filter.order = Order::OldestFirst;
        let mut text = String::new();
        // The names of the columns once, at the top of the file that the pages make together.
        if matches!(form, Form::Csv) && filter.after.is_none() {
            text += &csv::line(AuditLine::COLUMNS.into_iter().map(str::to_owned));
        }
        for _ in 0..PAGES {
            let page = self.trail.list(tenant, &filter, most.unwrap_or(PAGE)).await?;
            text.extend(page.items.into_iter().map(|event| form.line(&event.into())));
            filter.after = page.next;
            if filter.after.is_none() || most.is_some() || text.len() > LONG {
                break;
            }
        }
        let next = filter.after.map(|after| {
            let rest = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("cursor="));
            let rest: String = rest.map(|part| format!("{part}&")).collect();
            format!("/v1/audit?{rest}cursor={after}")
        });
        Ok(reply::file(text, form.file(), next.as_deref()))
    }
}
