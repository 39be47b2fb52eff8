//! All API keys move, and work.

use std::process::Stdio;

use domain::Provider;

use super::{Moving, PATHS, Row, counts, sealed};
use crate::faults::place::Work;
use crate::support::binary::{binary, start_ownkey};
use crate::support::{Api, folder_with_issuer, id};

/// A record from behind the wrapped data key on: salt, nonce, commitment, ciphertext.
fn what_is_sealed(row: &Row) -> &[u8] {
    let mut rest = &sealed(row)[3..];
    for _field in ["KMS key id", "wrapped data key"] {
        rest = &rest[2 + usize::from(u16::from_be_bytes([rest[0], rest[1]]))..];
    }
    assert!(rest.len() > 32 + 12 + 32 + 2 + 16);
    rest
}

#[tokio::test]
async fn every_api_key_moves_and_works_with_the_old_kms_key_switched_off() {
    let moving = Moving::start().await;
    // Before the move: old ones open, new ones are sealed under the new KMS key.
    moving.all_open(&PATHS).await;
    let bob = moving.stack.tenant("bob").await;
    bob.store_for(Provider::Openai, "ok").await;
    let (decrypts, made) = (moving.asked("Decrypt"), moving.asked("GenerateDataKey"));
    let before = moving.rows().await;
    assert_eq!((decrypts, made), (5, 1), "the control of the count");

    assert_eq!(counts(&moving.rewrap().await), [5, 1, 0, 0]);
    assert_eq!((moving.asked("ReEncrypt"), moving.asked("Decrypt")), (5, decrypts), "nothing was opened");
    assert_eq!(moving.asked("GenerateDataKey"), made);
    // All but the name of the KMS key and the wrapped data key is as it was, to the byte.
    let after = moving.rows().await;
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(what_is_sealed(before), what_is_sealed(after));
        let apart = |row: &Row| {
            let mut row = row.clone();
            row.remove("sealed");
            row
        };
        assert_eq!(apart(before), apart(after));
    }
    assert_eq!(counts(&moving.rewrap().await), [0, 6, 0, 0], "a second time there is nothing to do");

    moving.switch_old("DisableKey").await;
    moving.all_open(&PATHS).await;
    for work in [Work::Image(Provider::Openai), Work::Image(Provider::Bfl), Work::Persona] {
        let (path, order) = work.order();
        let job = moving.ada.post(path, order).await.expect(202);
        moving.ada.wait_for(&id(&job), "succeeded").await;
    }
    let job = bob.ask_for("a fox").await;
    bob.wait_for(&job, "succeeded").await;
}

#[tokio::test]
async fn an_old_kms_key_that_is_switched_off_too_early_moves_nothing_and_loses_nothing() {
    let moving = Moving::start().await;
    moving.switch_old("DisableKey").await;
    let before = moving.rows().await;
    assert_eq!(counts(&moving.rewrap().await), [0, 0, 0, 5]);
    assert_eq!(moving.rows().await, before);
    moving.switch_old("EnableKey").await;
    assert_eq!(counts(&moving.rewrap().await), [5, 0, 0, 0]);
    moving.all_open(&PATHS).await;
}

#[tokio::test]
async fn the_command_line_moves_a_stopped_stack() {
    let folder = folder_with_issuer().await;
    let (mut running, url) = start_ownkey(folder.path(), &[], Stdio::null()).await;
    let ada = Api::sign_in(&url, "ada", None).await;
    ada.store_for(Provider::Openai, "ok").await;
    let command = async || {
        let ownkey = binary("ownkey").await;
        let mut ownkey = tokio::process::Command::new(ownkey);
        ownkey.args(["rewrap", "--data"]).arg(folder.path()).output().await.unwrap()
    };
    let refused = command().await;
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("another Ownkey"));
    running.kill().await.unwrap();
    let moved = command().await;
    let said = String::from_utf8_lossy(&moved.stdout);
    assert!(moved.status.success() && said.contains("1 moved, 0 not moved"), "{moved:?}");

    let (_running, url) = start_ownkey(folder.path(), &[], Stdio::null()).await;
    let ada = ada.moved_to(&url);
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "succeeded").await;
}
