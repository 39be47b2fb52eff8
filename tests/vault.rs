//! The vault over the real KMS client: what KMS is asked, and what does not open.

use std::sync::Arc;

use domain::credential::{CredentialMeta, CredentialState, Scope, Slot};
use domain::queue::JobRef;
use domain::{ApiKey, CredentialId, Provider};
use runtime::{Aws, AwsService, now, random};
use vault::{EncryptionContext, KmsKeys, OpenError, Opener, SealedSecret, Sealer};
use zeroize::Zeroizing;

use crate::support::{OK, TestStack};

fn meta(tenant: &str) -> CredentialMeta {
    CredentialMeta {
        id: CredentialId::make(now(), &random()),
        slot: Slot { tenant: tenant.parse().unwrap(), provider: Provider::Openai, scope: Scope::Account },
        version: 1,
        revision: 1,
        label: None,
        hint: "...0001".to_owned(),
        state: CredentialState::Active,
        created_at: now(),
        verified_at: None,
        last_used_at: None,
        balance: None,
    }
}

fn doors(stack: &TestStack) -> (Sealer, Opener) {
    let kms = Aws::on_loopback(stack.stack.aws()).config(AwsService::Kms);
    let kms_key: vault::KmsKeyId = stack.stack.kms_key().parse().unwrap();
    let kms_keys = KmsKeys::new(kms_key.clone(), Vec::new());
    (Sealer::new(&kms, kms_key, "local".to_owned()), Opener::new(&kms, kms_keys, "local".to_owned()))
}

fn api_key() -> ApiKey {
    ApiKey::parse(Provider::Openai, Zeroizing::new(OK.to_owned())).unwrap()
}

#[tokio::test]
async fn each_sealing_has_a_data_key_of_its_own_and_each_opening_asks_kms_once() {
    let stack = TestStack::start().await;
    let (sealer, opener) = doors(&stack);
    let context = EncryptionContext::of("local", &meta("ada"));
    let mut records = Vec::new();
    for _ in 0..50 {
        records.push(sealer.seal(&context, &api_key()).await.unwrap().to_bytes());
    }
    let mut distinct = records.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 50);
    for record in &records {
        let sealed = SealedSecret::parse(record).unwrap();
        assert_eq!(opener.open(&context, &sealed).await.unwrap().expose_secret(), OK);
    }
    let count =
        |operation: &str| stack.stack.kms().calls().iter().filter(|call| call.operation == operation).count();
    assert_eq!((count("GenerateDataKey"), count("Decrypt")), (50, 50), "no data key is used twice or kept");
}

#[tokio::test]
async fn a_record_opens_in_its_own_place_only() {
    let stack = TestStack::start().await;
    let (sealer, opener) = doors(&stack);
    let (ada, bob) = (meta("ada"), meta("bob"));
    let sealed = sealer.seal(&EncryptionContext::of("local", &ada), &api_key()).await.unwrap();
    for other in [
        EncryptionContext::of("local", &bob),
        EncryptionContext::of("other-stack", &ada),
        EncryptionContext { version: 2, ..EncryptionContext::of("local", &ada) },
        EncryptionContext {
            scope: Scope::Project("p".parse().unwrap()),
            ..EncryptionContext::of("local", &ada)
        },
    ] {
        assert!(matches!(opener.open(&other, &sealed).await, Err(OpenError::Refused)), "{other:?}");
    }
}

#[tokio::test]
async fn the_api_asks_kms_for_data_keys_and_never_to_decrypt_and_the_context_holds_ids_only() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let calls = stack.stack.kms().calls();
    assert!(calls.iter().all(|call| call.operation != "Decrypt"));
    let job = ada.ask_for("a fox with a SECRETPROMPT").await;
    ada.wait_for(&job, "succeeded").await;
    let calls = Arc::new(stack.stack.kms().calls());
    assert_eq!(calls.iter().filter(|call| call.operation == "Decrypt").count(), 1);
    let opened = ada.trail("action=credential.opened").await;
    assert_eq!(opened.len(), 1, "as often as the trail says");
    let said = format!("{calls:?}");
    assert!(said.contains("ada") && !said.contains("main") && !said.contains("SECRETPROMPT"), "{said}");
}

/// Fails closed: no record, no key.
#[tokio::test]
async fn when_the_intent_cannot_be_written_kms_is_not_asked_and_nothing_is_paid() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let decrypts = || stack.stack.kms().calls().iter().filter(|call| call.operation == "Decrypt").count();
    let send = async |job| {
        let pointer = JobRef::new("ada".parse().unwrap(), job).to_body();
        let (_, queue) = &stack.stack.queues()[0];
        stack.sqs().send_message().queue_url(queue).message_body(pointer).send().await.unwrap();
    };
    let control = stack.queue_without_pointer("ada", &random()).await;
    let job = stack.queue_without_pointer("ada", &random()).await;
    send(control).await;
    ada.wait_for(&control.to_string(), "succeeded").await;
    assert_eq!((decrypts(), stack.charges().await.len()), (1, 1), "the control");

    stack.dynamodb().delete_table().table_name("audit").send().await.unwrap();
    send(job).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!((decrypts(), stack.charges().await.len()), (1, 1));
    assert_eq!(ada.job(&job.to_string()).await["state"], "queued", "and the job is not lost");
}
