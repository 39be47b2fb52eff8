//! The record as a file.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Api, OK, TestStack};

async fn export(api: &Api, path: &str, accept: &str) -> Answer {
    let answer = api.send(api.request(Method::GET, path).header("accept", accept)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// Where the next page is.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.headers.get("link")?.to_str().unwrap();
    Some(link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"")?.to_owned())
}

#[tokio::test]
async fn an_export_has_the_very_lines_of_the_list_the_oldest_first() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "succeeded").await;

    let whole = export(&ada, "/v1/audit", "application/x-ndjson").await;
    assert_eq!(whole.header("content-type"), "application/x-ndjson");
    assert_eq!(whole.header("cache-control"), "no-store");
    assert_eq!(whole.header("content-disposition"), "attachment; filename=\"audit.ndjson\"");
    let list = ada.get("/v1/audit").await;
    let lines: Vec<_> = whole.text.lines().collect();
    assert!(lines.len() == 5 && whole.text.ends_with('\n') && next(&whole).is_none());
    let mut newest_first = lines.clone();
    newest_first.reverse();
    let items = format!("{{\"items\":[{}],\"next_cursor\":null}}", newest_first.join(","));
    assert_eq!(list.text, items, "to the byte");

    // Page by page, and filtered.
    let (mut path, mut paged, mut pages) =
        (Some("/v1/audit?limit=2&provider=openai".to_owned()), String::new(), 0);
    while let Some(here) = path {
        let page = export(&ada, &here, "application/x-ndjson").await;
        (path, pages) = (next(&page), pages + 1);
        paged += &page.text;
    }
    assert_eq!((paged, pages), (whole.text.clone(), 3));
    let one = export(&ada, "/v1/audit?action=job.intent", "application/x-ndjson").await;
    assert!(one.text.lines().count() == 1 && one.text.contains("\"job.intent\""));
    let nothing = export(&ada, "/v1/audit?to=2020-01-01T00:00:00Z", "application/x-ndjson").await;
    assert_eq!(nothing.text, "");
}

#[tokio::test]
async fn a_spreadsheet_gets_columns_and_no_formula() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "succeeded").await;
    let csv = export(&ada, "/v1/audit", "text/html;q=0.5, text/csv;q=0.9").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<_> = csv.text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 6);
    let list = ada.trail("").await;
    let inner = |line: &str| line.strip_prefix('"').unwrap().strip_suffix('"').unwrap().to_owned();
    let cells = |line: &str| inner(line).split("\",\"").map(str::to_owned).collect::<Vec<_>>();
    let columns = cells(lines[0]);
    assert_eq!((columns.len(), columns[0].as_str()), (16, "id"));
    for (line, event) in lines[1..].iter().zip(&list) {
        for (name, cell) in columns.iter().zip(cells(line)) {
            let value = match &event[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(cell, value, "{name}");
        }
    }
    // The columns' names once, however many pages there are.
    let first = export(&ada, "/v1/audit?limit=2", "text/csv").await;
    let second = export(&ada, &next(&first).unwrap(), "text/csv").await;
    assert!(second.text.starts_with("\"aud_") && second.text.lines().count() == 2, "{second:?}");
    // A name that a spreadsheet would carry out.
    let eve = Api::sign_in(stack.stack.url(), "%2B1", None).await;
    eve.put("/v1/budgets/account", json!({ "monthly_usd": "5" })).await.expect(201);
    let csv = export(&eve, "/v1/audit", "text/csv").await;
    assert!(csv.text.contains("\"'+1-user\""), "{}", csv.text);
}

#[tokio::test]
async fn what_is_asked_for_first_is_given_and_json_where_nothing_is_known() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (accept, expected) in [
        ("*/*", "application/json"),
        ("application/json, text/csv", "application/json"),
        ("image/png", "application/json"),
        ("TEXT/CSV", "text/csv; charset=utf-8"),
        ("application/x-ndjson, text/csv", "application/x-ndjson"),
    ] {
        let answer = export(&ada, "/v1/audit", accept).await;
        assert_eq!(answer.header("content-type"), expected, "{accept}");
    }
}
