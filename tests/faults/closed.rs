//! No record, no API key: while the intent cannot be written, KMS is not asked and no provider is called.

use super::fault::{Fault, Plan};
use super::place::Place;
use super::relay::Relay;
use super::workers::{WORKS, boundaries};

#[tokio::test]
async fn while_the_intent_cannot_be_written_kms_is_not_asked_and_no_provider_called() {
    for work in WORKS {
        let known = boundaries(work).await;
        let first = |begin: &str| known.iter().position(|boundary| boundary.starts_with(begin)).unwrap();
        let (intent, decrypt) = (first("dynamodb TransactWriteItems"), first("kms Decrypt"));
        assert!(intent < decrypt && decrypt < first(work.provider().slug()), "{known:?}");

        let place = Place::open(work).await;
        let job = place.ask().await;
        let decrypts = || {
            let calls = place.stack.stack.kms().calls();
            calls.iter().filter(|call| call.operation == "Decrypt").count()
        };
        // Main and audit are written together, so that neither is written without the other.
        let throttled = Plan::first("dynamodb TransactWriteItems", Fault::Throttled(usize::MAX));
        let relay = Relay::start(&place.stack, &[throttled]).await;
        let worker = place.worker(&relay).await;
        let pointer = place.receive().await.unwrap();
        for _ in 0..2 {
            worker.invoke(pointer.clone()).await.unwrap();
        }
        let asked = relay.seen();
        assert!(asked.iter().all(|asked| asked.starts_with("dynamodb ")), "{asked:?}");
        assert_eq!((decrypts(), place.charges().await.len()), (0, 0));
        assert_eq!(place.ada.job(&job).await["state"], "queued", "the sweeper sends its pointer again");
        assert_eq!(place.ada.actions("action=job.intent").await, [""; 0]);

        // The control: the same worker, once the table takes it.
        relay.calm();
        worker.invoke(pointer).await.unwrap();
        let done = place.settle(&relay, &job).await;
        assert_eq!(done["state"], "succeeded", "{done:#}");
        assert!(decrypts() > 0);
        place.check(&done, 1).await;
    }
}
