//! Somebody who may write to the table tries his hand at the record.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::desk::{Desk, text};

/// Counts what was tried.
#[derive(Default)]
pub struct Tried(AtomicUsize);

impl Tried {
    /// Checks that what was done is noticed as `what`, in the line of a number, by the API and in an export, and undoes
    /// it.
    async fn notice(&self, desk: &Desk, what: &str, number: usize, did: &str) {
        self.notice_row(desk, what, &desk.ids[number], did).await;
        let (export, seals) = {
            let answer = desk.ada.request(http::Method::GET, "/v1/audit");
            let answer = desk.ada.send(answer.header("accept", "application/x-ndjson")).await;
            (answer, desk.ada.get("/v1/audit/seals").await.text)
        };
        // An export is refused as long as it holds a line that cannot be read.
        if export.status == 200 {
            let (intact, said) = desk.offline(&export.text, &seals).await;
            assert!(!intact && said.contains(&desk.ids[number]), "{did}: {said}");
        } else {
            assert_eq!(export.problem(), "internal-error");
        }
        desk.restore().await;
    }

    async fn notice_row(&self, desk: &Desk, what: &str, row: &str, did: &str) {
        self.0.fetch_add(1, Ordering::Relaxed);
        let (found, seal, named) = desk.verify().await.unwrap_or_else(|| panic!("{did}: not noticed"));
        assert_eq!((found.as_str(), named.as_deref()), (what, Some(row)), "{did}, under seal {seal:?}");
    }
}

#[tokio::test]
async fn whoever_can_write_to_the_table_is_found_out() {
    let (desk, tried) = (Desk::open().await, Tried::default());
    assert_eq!(desk.verify().await, None);
    let (export, seals) = desk.files(&desk.ada).await;
    let (intact, said) = desk.offline(&export, &seals).await;
    assert!(intact && said.contains("13 under these seals, 2 not"), "{said}");

    for (number, name, value) in [
        (2, "outcome", text("refused")),
        (0, "actor", text("somebody-else")),
        (7, "cost", text("0.0100")),
        (9, "subject", text("comic")),
        (12, "action", text("project.changed")),
        (4, "at", text("2026-01-01T00:00:00Z")),
        (5, "model", text("gpt-image-2")),
        (8, "action", text("nonsense")),
    ] {
        desk.edit(number, name, value).await;
        tried.notice(&desk, "changed", number, name).await;
    }
    let mut item = desk.line(3);
    item.remove("subject");
    desk.put(item).await;
    tried.notice(&desk, "changed", 3, "a part removed").await;
    desk.edit(11, "actor", text("eve")).await;
    desk.edit(6, "actor", text("eve")).await;
    tried.notice(&desk, "changed", 6, "two lines edited").await;
    // What nobody can read is not overlooked because no seal vouches for it yet.
    desk.edit(13, "action", text("nonsense")).await;
    tried.notice(&desk, "changed", 13, "an unsealed line made unreadable").await;

    for number in [0, 3, 5, 6, 9, 12] {
        desk.delete(&desk.ids[number]).await;
        tried.notice(&desk, "missing", number, "deleted").await;
    }
    for first in [12, 10, 7, 0] {
        for id in &desk.ids[first..] {
            desk.delete(id).await;
        }
        tried.notice(&desk, "missing", first, "the tail cut off").await;
    }

    // Swapped: each row says what the other said.
    for (one, other) in [(1, 2), (5, 6), (0, 12)] {
        for (place, from) in [(one, other), (other, one)] {
            let mut item = desk.line(from);
            item.insert("sk".to_owned(), text(&desk.ids[place]));
            item.insert("actor".to_owned(), text(&format!("from {from}")));
            desk.put(item).await;
        }
        tried.notice(&desk, "changed", one, "swapped").await;
    }
    // Dated later than it was.
    desk.delete(&desk.ids[5]).await;
    let mut item = desk.line(5);
    let later: domain::AuditId = desk.ids[12].parse().unwrap();
    item.insert("sk".to_owned(), text(&later.following().to_string()));
    desk.put(item).await;
    tried.notice(&desk, "missing", 5, "moved to the end").await;

    let after = |number: usize| desk.ids[number].parse::<domain::AuditId>().unwrap().following().to_string();
    for row in [after(4), after(5), after(0), after(11), "aud_00000000000070008000000000000000".to_owned()] {
        let mut item = desk.line(4);
        item.insert("sk".to_owned(), text(&row));
        desk.put(item).await;
        tried.notice_row(&desk, "inserted", &row, "inserted").await;
        let (export, seals) = desk.files(&desk.ada).await;
        let (intact, said) = desk.offline(&export, &seals).await;
        assert!(!intact && said.contains(&row), "{said}");
        desk.restore().await;
    }
    // Such an id we never give; no list shows it, and it is found all the same.
    for row in ["!", "aud_", "AUD_x"] {
        let mut item = desk.line(4);
        item.insert("sk".to_owned(), text(row));
        desk.put(item).await;
        tried.notice_row(&desk, "inserted", row, "inserted under no id").await;
        desk.restore().await;
    }
    // A line of another's, with all that it says.
    let theirs = desk.bob.trail("").await[1]["id"].as_str().unwrap().to_owned();
    let mut item = desk.item("bob", &theirs).await;
    item.insert("pk".to_owned(), text("ada"));
    desk.put(item).await;
    tried.notice_row(&desk, "inserted", &theirs, "another's line").await;
    desk.restore().await;

    assert_eq!(desk.verify().await, None, "everything is as it was");
    let tried = tried.0.into_inner();
    println!("{tried} ways to tamper with the table, each named by its first bad row");
    assert_eq!(tried, 34);
}
