//! Workers that are stopped in the middle of it, and wake when somebody else has taken their place: their leases have run
//! out, and they do not know.

use serde_json::{Value, json};

use super::fault::{Fault, Plan};
use super::place::{Place, Work};
use super::relay::Relay;
use super::workers::{WORKS, boundaries};
use super::{both, matrix};

/// One job, whose worker sleeps at one request until another worker has done what there is to do.
async fn strike(work: Work, plan: Plan) -> String {
    let place = Place::open(work).await;
    let job = place.ask().await;
    let relay = Relay::start(&place.stack, &[plan]).await;
    let sleeper = place.worker(&relay).await;
    place.work_on(&sleeper, &relay, &job).await;
    assert!(relay.has_struck(), "{plan:?} struck nothing");
    sleeper.signal("STOP").await;

    let shown = place.settle(&relay, &job).await;
    place.check(&shown, 1).await;
    let charges = place.charges().await.len();

    sleeper.signal("CONT").await;
    relay.wake();
    // Events come one after the other: when it has answered to this one, it is through with what it woke to.
    sleeper.invoke(json!({ "Records": [] })).await.unwrap();
    let woken = place.ada.job(&job).await;
    assert_eq!(unsigned(&woken), unsigned(&shown), "the job is another's");
    place.check(&woken, 1).await;
    let ordered = place.charges().await.len() > charges;
    assert!(!ordered || woken["state"] == "unknown", "ordered without an intent: {woken:#}");
    place.finish(&relay, &woken).await;
    format!("{}{}", woken["state"].as_str().unwrap(), if ordered { ", ordered when it woke" } else { "" })
}

/// Without the address of the image, which is signed anew whenever somebody looks.
fn unsigned(job: &Value) -> Value {
    let mut job = job.clone();
    if let Some(image) = job["image"].as_object_mut() {
        image.remove("url");
    }
    job
}

#[tokio::test]
async fn a_worker_that_sleeps_past_its_lease_moves_nothing_and_pays_for_nothing_that_another_has_done() {
    for work in WORKS {
        let sleeps = |at, _: &str| both(at, [Fault::SleepsBefore, Fault::SleepsAfter]);
        let title = format!("kill -STOP of the worker past its lease, {work:?}");
        let ends = matrix(&title, boundaries(work).await, sleeps, |plan| strike(work, plan)).await;
        let known = ["succeeded", "unknown", "unknown, ordered when it woke"];
        assert!(ends.keys().all(|end| known.contains(&end.as_str())), "{ends:?}");
    }
}
