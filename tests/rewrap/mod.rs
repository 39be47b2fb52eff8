//! The move to another KMS key: nothing is opened, nothing is lost, the newest upload wins, what is revoked stays gone.

mod moves;
mod records;
mod troubles;

use std::collections::HashMap;

use ::rewrap::{Rewrap, Settings};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Provider;
use runtime::Aws;
use serde_json::{Value, json};
use vault::KmsKeys;

use crate::faults::relay::Relay;
use crate::support::runtime_api::Function;
use crate::support::{Api, TestStack, api_key, id};

type Row = HashMap<String, AttributeValue>;

/// A stack whose API keys lie under its first KMS key, while the second is the current one.
struct Moving {
    stack: TestStack,
    ada: Api,
    old: String,
}

/// Where the API keys of every test lie: three accounts', and projects' own.
const PATHS: [(&str, Provider); 5] = [
    ("/v1/api-keys/openai", Provider::Openai),
    ("/v1/api-keys/bfl", Provider::Bfl),
    ("/v1/api-keys/anthropic", Provider::Anthropic),
    ("/v1/projects/comic/api-keys/openai", Provider::Openai),
    ("/v1/projects/comic/api-keys/anthropic", Provider::Anthropic),
];

impl Moving {
    async fn start() -> Self {
        let stack = TestStack::start().await;
        let ada = stack.tenant("ada").await;
        for (path, provider) in PATHS {
            ada.put(path, json!({ "api_key": api_key(provider, "ok") })).await.expect(201);
        }
        let old = stack.stack.kms_key().to_owned();
        stack.stack.kms().add_kms_key("Ownkey local stack").unwrap();
        let stack = stack.restart().await;
        assert_ne!(stack.stack.kms_key(), old);
        let ada = ada.moved_to(stack.stack.url());
        Self { stack, ada, old }
    }

    /// The deployed function, between itself and all that it calls a relay.
    async fn function(&self, relay: &Relay) -> Function {
        let mut environment = relay.environment();
        environment.extend([("OWNKEY_OTHER_KMS_KEYS", self.old.as_str()), ("OWNKEY_LOG", "off")]);
        Function::start("rewrap", &self.stack, &environment).await
    }

    /// The move, by the deployed function that nothing happens to.
    async fn rewrap(&self) -> Value {
        let relay = Relay::start(&self.stack, &[]).await;
        self.function(&relay).await.invoke(json!({})).await.unwrap()
    }

    /// The same in this process.
    fn here(&self) -> Rewrap {
        let kms_keys = KmsKeys::parse(self.stack.stack.kms_key(), Some(&self.old)).unwrap();
        let settings = Settings { vault_table: "vault".to_owned(), kms_keys, stage: "local".to_owned() };
        Rewrap::new(&Aws::on_loopback(&self.stack.stack.aws_of("rewrap")), settings)
    }

    /// How often KMS was asked for something by name.
    fn asked(&self, operation: &str) -> usize {
        self.stack.stack.kms().calls().iter().filter(|call| call.operation == operation).count()
    }

    async fn rows(&self) -> Vec<Row> {
        self.stack.dynamodb().scan().table_name("vault").send().await.unwrap().items.unwrap()
    }

    async fn put(&self, row: Row) {
        self.stack.dynamodb().put_item().table_name("vault").set_item(Some(row)).send().await.unwrap();
    }

    /// A test of each API key: a worker opens it.
    async fn all_open(&self, paths: &[(&str, Provider)]) {
        for (path, _) in paths {
            let test = self.ada.post(&format!("{path}/test"), json!({})).await.expect(202);
            self.ada.wait_for(&id(&test), "succeeded").await;
        }
    }

    /// Switches the first KMS key off, or on again.
    async fn switch_old(&self, operation: &str) {
        let call = reqwest::Client::new().post(&self.stack.stack.aws().kms);
        let call = call.header("x-amz-target", format!("TrentService.{operation}"));
        let answer = call.body(json!({ "KeyId": self.old }).to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

fn sealed(row: &Row) -> &[u8] {
    row["sealed"].as_b().unwrap().as_ref()
}

fn counts(answer: &Value) -> [u64; 4] {
    ["moved", "already", "left_alone", "failed"].map(|name| answer[name].as_u64().unwrap())
}
