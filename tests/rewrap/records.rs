//! Records that are not as they should be, and more of them than fit the time.

use ::rewrap::Request;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{CredentialId, Timestamp};

use super::{Moving, PATHS, Row, sealed};

#[tokio::test]
async fn records_that_are_not_as_they_should_be_fail_by_themselves_and_kms_is_not_asked_about_foreign_ones() {
    let moving = Moving::start().await;
    let rows = moving.rows().await;
    let changed = |row: &Row, name: &str, value: AttributeValue| {
        let mut row = row.clone();
        row.insert(name.to_owned(), value);
        row
    };
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let openai = |row: &&Row| row["pk"].as_s().unwrap().starts_with("openai#");
    let row = rows.iter().find(openai).unwrap();
    // Every byte of a record turned, one after the other; then a foreign KMS key and other places.
    let mut asked = 0;
    assert_eq!(moving.rewrap_here(&mut asked).await, ([5, 0], 5), "the others are out of the way");
    let foreign = String::from_utf8_lossy(sealed(row)).find("arn:").unwrap() + moving.old.len() - 1;
    for at in (0..sealed(row).len()).filter(|at| *at < foreign + 3 || at % 23 == 0) {
        let mut bytes = sealed(row).to_vec();
        bytes[at] ^= 1;
        moving.put(changed(row, "sealed", AttributeValue::B(bytes.into()))).await;
        let answer = moving.rewrap_here(&mut asked).await;
        // What is beyond the wrapped data key is not KMS's to judge; it travels as it is, and does not open.
        assert!(answer == ([0, 0], 0) || answer.0 == [0, 1] || answer.0 == [1, 0], "{at}: {answer:?}");
        if at <= foreign {
            assert_eq!(answer, ([0, 1], 0), "{at}: refused before KMS is asked");
        }
    }
    for (name, value) in
        [("tenant", "bob"), ("scope", "project:other"), ("tenant", ""), ("scope", "nonsense")]
    {
        moving.put(changed(row, name, text(value))).await;
        assert_eq!(moving.rewrap_here(&mut asked).await.0, [0, 1], "{name}: {value}");
    }
    let mut nameless = row.clone();
    nameless.remove("tenant");
    moving.put(nameless).await;
    assert_eq!(moving.rewrap_here(&mut asked).await, ([0, 1], 0));
    moving.put(row.clone()).await;
    assert_eq!(moving.rewrap_here(&mut asked).await, ([1, 0], 1));
    moving.all_open(&PATHS).await;
}

impl Moving {
    /// A move: how many were moved and how many failed, and how many calls of KMS it took.
    async fn rewrap_here(&self, asked: &mut usize) -> ([u64; 2], usize) {
        let answer = self.here().run(Request::default(), Timestamp::MAX).await.unwrap();
        assert_eq!(answer.left_alone, 0);
        let before = std::mem::replace(asked, self.asked("ReEncrypt"));
        ([answer.moved, answer.failed], *asked - before)
    }
}

/// More than fits the time: it stops, says where, and goes on from there.
#[tokio::test]
async fn a_move_goes_on_where_it_stopped() {
    let moving = Moving::start().await;
    let row = moving.rows().await.remove(0);
    for number in 0..240 {
        let mut row = row.clone();
        let credential = CredentialId::make(runtime::now(), &runtime::random());
        row.insert("pk".to_owned(), AttributeValue::S(format!("openai#{credential}")));
        row.insert("sk".to_owned(), AttributeValue::S(format!("{number:010}")));
        moving.put(row).await;
    }
    let rewrap = moving.here();
    let (mut next, mut pages, mut looked_at) = (None, 0, 0);
    loop {
        let request = Request { next };
        let answer = rewrap.run(request, Timestamp::UNIX_EPOCH).await.unwrap();
        looked_at += answer.moved + answer.failed;
        pages += 1;
        next = answer.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!((pages, looked_at), (3, 245));
    let refused = rewrap.run(Request { next: Some("?".to_owned()) }, Timestamp::MAX).await;
    assert!(refused.unwrap_err().to_string().contains("`next`"));
}
