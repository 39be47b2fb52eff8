//! Accounts whose erasing dies at some request: what comes after it finishes, and nothing is left.

use domain::Provider;
use domain::audit::{Action, AuditEvent};
use domain::erasure::Erasure;
use domain::{AuditId, SignedDuration};
use runtime::{Aws, AwsService, now, random};
use serde_json::{Value, json};
use store::{Erasures, Tables};

use super::fault::Plan;
use super::place::{Place, Work};
use super::relay::Relay;
use super::{deaths, matrix, thorough};
use crate::erasure::erase;
use crate::support::runtime_api::{Function, http_event};

const WORK: Work = Work::Image(Provider::Openai);

/// A place with a finished image, a job that waits, a batch, and what belongs to them.
async fn lived_in() -> Place {
    let place = Place::open(WORK).await;
    let relay = Relay::start(&place.stack, &[]).await;
    place.ask().await;
    place.settle_all(&relay).await;
    let (_, order) = WORK.order();
    place.ada.post("/v1/batches", json!({ "job": order, "count": 2 })).await.expect(202);
    place.ada.put("/v1/projects/comic", json!({})).await.expect(201);
    place
}

fn request() -> Value {
    http_event("DELETE", "/v1/account", Some("account:write"), Some(json!({ "confirm": "erase" })))
}

async fn api_keys(place: &Place, relay: &Relay) -> Function {
    let mut environment = relay.environment();
    environment.extend([("OWNKEY_QUEUE_OPENAI", place.queue()), ("OWNKEY_LOG", "off")]);
    environment.push(("OWNKEY_KMS_KEY", place.stack.stack.kms_key()));
    Function::start("api-keys", &place.stack, &environment).await
}

async fn sweep(place: &Place, relay: &Relay) -> bool {
    let mut environment = relay.environment();
    environment.extend([("OWNKEY_QUEUE_OPENAI", place.queue()), ("OWNKEY_LOG", "off")]);
    let sweeper = Function::start("sweeper", &place.stack, &environment).await;
    tokio::select! {
        answer = sweeper.invoke(json!({ "source": "aws.scheduler" })) => answer.is_ok(),
        () = relay.strikes() => {
            sweeper.kill().await;
            false
        }
    }
}

/// Closes the account an hour ago, when its API key went too.
async fn closed() -> Place {
    let place = lived_in().await;
    assert_eq!(place.ada.delete("/v1/api-keys/openai").await.status, 204);
    let aws = Aws::on_loopback(place.stack.stack.aws());
    let tables = Tables::new("main".to_owned(), "audit".to_owned());
    let begun_at = now() - SignedDuration::from_hours(1);
    let erasure = Erasure { tenant: "ada".parse().unwrap(), begun_by: "ada-user".to_owned(), begun_at };
    let event = AuditEvent::of_subject(
        (AuditId::make(now(), &random()), now()),
        &erasure.tenant,
        "ada-user",
        Action::AccountErased,
        "begun",
        "account".to_owned(),
    );
    Erasures::new(&aws.config(AwsService::Dynamodb), tables).begin(&erasure, event).await.unwrap();
    place
}

async fn nothing_is_left(place: &Place) {
    let rows = place.stack.rows_of("main", "ada").await;
    assert!(rows.iter().all(|pk| pk.starts_with("TENANTS#")), "{rows:?}");
    assert_eq!(place.stack.objects_of("ada").await, 0);
    let outcomes: Vec<_> =
        place.ada.trail("action=account.erased").await.iter().map(|event| event["outcome"].clone()).collect();
    assert_eq!(outcomes, ["begun", "ok"]);
    assert_eq!(place.ada.get("/v1/jobs").await.status, 200, "open again");
}

#[tokio::test]
async fn a_sweeper_that_dies_while_it_erases_leaves_nothing() {
    let boundaries = {
        let place = closed().await;
        let relay = Relay::start(&place.stack, &[]).await;
        // The first takes the waiting jobs back.
        assert!(sweep(&place, &relay).await && sweep(&place, &relay).await);
        nothing_is_left(&place).await;
        relay.seen()
    };
    // Most of it is looking.
    let faults = |at: usize, boundary: &str| {
        let looks = boundary.ends_with("Query") || boundary.ends_with("GetItem");
        if looks && !thorough() && !at.is_multiple_of(8) { Vec::new() } else { deaths(at) }
    };
    let strike = async |plan: Plan| {
        let place = closed().await;
        let relay = Relay::start(&place.stack, &[plan]).await;
        assert!(!(sweep(&place, &relay).await && sweep(&place, &relay).await), "{plan:?} struck nothing");
        relay.calm();
        for _ in 0..2 {
            assert!(sweep(&place, &relay).await);
        }
        nothing_is_left(&place).await;
        "nothing is left".to_owned()
    };
    matrix("kill -9 of the sweeper that erases", boundaries, faults, strike).await;
}

#[tokio::test]
async fn a_request_to_erase_that_dies_can_be_sent_again() {
    let boundaries = {
        let place = lived_in().await;
        let relay = Relay::start(&place.stack, &[]).await;
        let answer = api_keys(&place, &relay).await.invoke(request()).await.unwrap();
        assert_eq!(answer["statusCode"], 202, "{answer}");
        relay.seen()
    };
    let strike = async |plan: Plan| {
        let place = lived_in().await;
        let relay = Relay::start(&place.stack, &[plan]).await;
        let first = api_keys(&place, &relay).await;
        tokio::select! {
            _ = first.invoke(request()) => panic!("{plan:?} struck nothing"),
            () = relay.strikes() => first.kill().await,
        }
        relay.calm();
        assert_eq!(erase(&place.ada, "erase").await.status, 202);
        assert!(place.stack.rows_of("vault", "ada").await.is_empty());
        assert_eq!(place.ada.get("/v1/jobs").await.problem(), "account-being-erased");
        assert_eq!(place.ada.actions("action=account.erased").await, ["account.erased"]);
        assert_eq!(place.ada.actions("action=credential.revoked").await, ["credential.revoked"]);
        "closed, and the API keys are gone".to_owned()
    };
    matrix("kill -9 of the request that erases", boundaries, |at, _| deaths(at), strike).await;
}
