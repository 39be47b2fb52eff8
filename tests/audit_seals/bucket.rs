//! Somebody who may write to the bucket of the seals too, which in AWS nobody can.

use domain::TenantId;
use domain::audit::Seal;
use serde_json::json;

use super::desk::{Desk, text};

/// Checks that what was done is noticed in the seal of a number, by the API and by the command, and undoes it.
async fn notice(desk: &Desk, what: &str, number: u64, did: &str) {
    assert_eq!(desk.verify().await, Some((what.to_owned(), Some(number), None)), "{did}");
    let (export, seals) = desk.files(&desk.ada).await;
    let (intact, said) = desk.offline(&export, &seals).await;
    assert!(!intact && said.to_lowercase().contains("seal"), "{did}: {said}");
    desk.restore().await;
}

#[tokio::test]
async fn a_seal_that_was_changed_or_taken_away_is_named() {
    let desk = Desk::open().await;
    assert_eq!(desk.verify().await, None);
    let mut tried = 0;
    let zeros = "0".repeat(64);
    for (number, name, value) in [
        (2, "root", json!(zeros)),
        (1, "sealed_at", json!("2026-01-01T00:00:00Z")),
        (3, "count", json!(4)),
        (2, "previous", json!(zeros)),
        (1, "tenant", json!("bob")),
        (1, "version", json!(2)),
        (2, "more", json!(true)),
        (3, "first", json!(desk.ids[11])),
        (2, "hash", json!(zeros)),
        (3, "number", json!(2)),
        (1, "number", json!(9)),
    ] {
        let what = if (number, name) == (1, "number") { "seal_missing" } else { "seal_broken" };
        desk.edit_seal(number, |seal| seal[name] = value).await;
        notice(&desk, what, number as u64, name).await;
        tried += 1;
    }
    // The list of its lines: another digest, one line less, two in the wrong order.
    desk.edit_seal(2, |seal| seal["rows"][1][1] = json!(zeros)).await;
    notice(&desk, "seal_broken", 2, "a digest").await;
    desk.edit_seal(2, |seal| drop(seal["rows"].as_array_mut().unwrap().pop())).await;
    notice(&desk, "seal_broken", 2, "a line less").await;
    desk.edit_seal(1, |seal| seal["rows"].as_array_mut().unwrap().swap(1, 2)).await;
    notice(&desk, "seal_broken", 1, "the order").await;
    desk.put_seal(2, b"{".to_vec()).await;
    notice(&desk, "seal_broken", 2, "no JSON").await;
    for number in [1, 2] {
        desk.remove_seal(number).await;
        notice(&desk, "seal_missing", number as u64, "removed").await;
    }
    desk.put_seal(1, desk.seal_of("bob", 1).await).await;
    notice(&desk, "seal_broken", 1, "another account's").await;
    desk.put_seal(2, desk.seal_of("ada", 3).await).await;
    notice(&desk, "seal_missing", 2, "the next in its place").await;
    desk.put_seal(3, desk.seal_of("ada", 2).await).await;
    notice(&desk, "seal_broken", 3, "the one before in its place").await;
    tried += 9;

    println!("{tried} ways to tamper with the seals, each named by its number");
    assert_eq!(tried, 20);
}

/// Edits a line and makes the seal over it anew, as somebody would who knows how: the next seal still names the old one.
#[tokio::test]
async fn a_seal_that_is_made_anew_over_an_edited_line_is_given_away_by_its_hash() {
    let desk = Desk::open().await;
    let head = |report: &serde_json::Value| report["head"].clone();
    let written_down = head(&desk.ada.get("/v1/audit/verify").await.expect(200));
    assert_eq!(written_down, json!({ "seal": 3, "hash": desk.sealed(3)["hash"] }));
    let tenant: TenantId = "ada".parse().unwrap();
    for number in [2, 3] {
        let edited = if number == 2 { 7 } else { 11 };
        desk.edit(edited, "actor", text("eve")).await;
        let old: Seal = serde_json::from_value(desk.sealed(number)).unwrap();
        let (export, _) = desk.files(&desk.ada).await;
        let lines = export.lines().filter_map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            let id: domain::AuditId = event["id"].as_str().unwrap().parse().unwrap();
            (old.first..=old.last).contains(&id).then(|| (id, Seal::leaf(line.as_bytes())))
        });
        let forged = Seal::over(&tenant, (old.number, old.previous), lines.collect(), old.sealed_at).unwrap();
        assert_eq!(forged.count, old.count);
        desk.put_seal(number, serde_json::to_vec(&forged).unwrap()).await;
        let report = desk.ada.get("/v1/audit/verify").await.expect(200);
        if number == 2 {
            assert_eq!(super::desk::finding(&report), Some(("seal_broken".to_owned(), Some(2), None)));
        } else {
            // Nothing follows the last seal. What prevents this is the lock on the bucket; what shows it is the hash.
            assert_eq!(report["intact"], true);
            assert_ne!(head(&report), written_down);
        }
        desk.restore().await;
    }
    desk.remove_seal(3).await;
    let report = desk.ada.get("/v1/audit/verify").await.expect(200);
    assert_eq!((&report["unsealed_rows"], &report["head"]["seal"]), (&json!(5), &json!(2)));
}

/// Behind the back of S3, whose checksum does not fit any more.
#[tokio::test]
async fn a_seal_that_was_edited_on_the_disk_is_named() {
    let desk = Desk::open().await;
    let file = desk.stack.folder.path().join("s3/anchors/seals/ada/000000000002.json");
    let seal = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, seal.replace("\"count\":4", "\"count\":5")).unwrap();
    let report = desk.ada.get("/v1/audit/verify").await.expect(200);
    let bad = &report["first_bad"];
    assert_eq!((&bad["seal"], &bad["what"]), (&2.into(), &"seal_broken".into()), "{report}");
    assert_eq!(desk.ada.get("/v1/audit/seals").await.expect(200)["items"].as_array().unwrap().len(), 3);
}
