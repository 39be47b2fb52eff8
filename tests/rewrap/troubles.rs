//! What happens to API keys while they are moved, and to whoever moves them.

use domain::Provider;
use serde_json::json;

use super::{Moving, PATHS, Row, counts};
use crate::faults::fault::{Fault, Plan};
use crate::faults::relay::Relay;
use crate::support::api_key;

/// The function sleeps when it has read the table, and when KMS has wrapped the first data key anew. Meanwhile somebody
/// revokes an API key and another replaces theirs.
#[tokio::test]
async fn what_is_replaced_or_revoked_meanwhile_is_left_alone() {
    for (boundary, left_alone) in [("dynamodb Scan", 2), ("kms ReEncrypt", 2)] {
        let moving = Moving::start().await;
        // Every record waits at the same boundary: the first request of the kind sleeps, the others are held with it.
        let at = usize::from(boundary == "kms ReEncrypt");
        let relay = Relay::start(&moving.stack, &[Plan::at(at, Fault::SleepsAfter)]).await;
        let function = moving.function(&relay).await;
        let meanwhile = async {
            relay.strikes().await;
            function.signal("STOP").await;
            let ada = &moving.ada;
            assert_eq!(ada.delete("/v1/api-keys/bfl").await.status, 204);
            let body = json!({ "api_key": api_key(Provider::Openai, "ok-newer") });
            ada.put("/v1/api-keys/openai", body).await.expect(200);
            let rows = moving.rows().await;
            relay.wake();
            function.signal("CONT").await;
            rows
        };
        let (answer, newest) = tokio::join!(function.invoke(json!({})), meanwhile);
        let [moved, already, left, failed] = counts(&answer.unwrap());
        println!("{boundary}: {moved} moved, {already} already, {left} left alone");
        assert!(left <= left_alone && moved + left == 5 && already + failed == 0);
        assert!(boundary != "dynamodb Scan" || left == 2, "both were read before they changed");
        let now = moving.rows().await;
        assert_eq!(now.len(), 4, "what was revoked stays gone");
        let newer = |rows: &[Row]| rows.iter().find(|row| row["sk"].as_s().unwrap().ends_with('2')).cloned();
        assert_eq!(newer(&now), newer(&newest), "the newest upload is as it was");
        moving.switch_old("DisableKey").await;
        let left = [PATHS[0], PATHS[2], PATHS[3], PATHS[4]];
        moving.all_open(&left).await;
        let gone = moving.ada.post("/v1/api-keys/bfl/test", json!({})).await;
        assert_eq!(gone.status, 404, "{gone:?}");
    }
}

#[tokio::test]
async fn a_move_that_dies_anywhere_leaves_every_api_key_open_and_is_taken_up_again() {
    // One page of five records: a scan, five calls of KMS, five writes.
    let boundaries = {
        let moving = Moving::start().await;
        let relay = Relay::start(&moving.stack, &[]).await;
        moving.function(&relay).await.invoke(json!({})).await.unwrap();
        relay.seen().len()
    };
    assert_eq!(boundaries, 11);
    let moving = Moving::start().await;
    let first = moving.rows().await;
    for at in 0..boundaries {
        let fault = [Fault::DiesBefore, Fault::DiesAfter][at % 2];
        for row in first.clone() {
            moving.put(row).await;
        }
        let relay = Relay::start(&moving.stack, &[Plan::at(at, fault)]).await;
        let function = moving.function(&relay).await;
        tokio::select! {
            answer = function.invoke(json!({})) => panic!("{at}: {answer:?}"),
            () = relay.strikes() => function.kill().await,
        }
        moving.all_open(&PATHS[at % 5..][..1]).await;
        let [moved, already, left_alone, failed] = counts(&moving.rewrap().await);
        println!("died at {at} ({fault:?}): {already} were moved, {moved} left");
        assert_eq!((moved + already, left_alone + failed), (5, 0));
        if at + 1 == boundaries {
            moving.switch_old("DisableKey").await;
            moving.all_open(&PATHS).await;
        }
    }
}

/// Also when the answer of a write is lost, and the SDK writes again.
#[tokio::test]
async fn two_moves_at_once_and_stores_that_falter_do_no_harm() {
    let moving = Moving::start().await;
    let plans = [1, 6].map(|at| Plan::at(at, Fault::DoneButCutOff(1)));
    let (first, second) =
        (Relay::start(&moving.stack, &plans).await, Relay::start(&moving.stack, &plans).await);
    let (first, second) = (moving.function(&first).await, moving.function(&second).await);
    let (one, other) = tokio::join!(first.invoke(json!({})), second.invoke(json!({})));
    let (one, other) = (counts(&one.unwrap()), counts(&other.unwrap()));
    println!("{one:?}, {other:?}");
    assert_eq!(one[0] + other[0], 5, "each was moved by one of the two");
    assert_eq!(one[3] + other[3], 0);
    moving.switch_old("DisableKey").await;
    moving.all_open(&PATHS).await;
}
