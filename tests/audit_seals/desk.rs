//! Somebody with a sealed record, and the hands of somebody who can write to the table and to the bucket.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::primitives::ByteStream;
use runtime::Aws;
use sealer::{AuditSealer, Settings};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::binary::binary;
use crate::support::{Api, TestStack, id};

pub type Item = HashMap<String, AttributeValue>;

/// How many lines each seal has, and how many there are under none.
pub const SEALED: [usize; 3] = [6, 4, 3];
pub const UNSEALED: usize = 2;

pub fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// A stack without a sealer of its own, with a sealed record.
pub struct Desk {
    pub stack: TestStack,
    pub ada: Api,
    pub bob: Api,
    sealer: AuditSealer,
    /// Ada's lines, the oldest first.
    pub ids: Vec<String>,
    items: Vec<Item>,
    seals: Vec<Vec<u8>>,
}

/// What a check has found: by the API, and by the command line; none, if all is well.
pub type Finding = Option<(String, Option<u64>, Option<String>)>;

impl Desk {
    pub async fn open() -> Self {
        let stack = TestStack::start_with(|options| options.workers = false).await;
        let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
        let sealer = sealer(&stack);
        let mut desk = Self { stack, ada, bob, sealer, ids: vec![], items: vec![], seals: vec![] };
        for lines in SEALED {
            desk.write(&desk.ada, lines).await;
            desk.write(&desk.bob, 2).await;
            desk.seal().await;
        }
        desk.write(&desk.ada, UNSEALED).await;
        desk.ids = desk.ada.trail("").await.iter().map(id).collect();
        assert_eq!(desk.ids.len(), 15);
        for id in &desk.ids {
            desk.items.push(desk.item("ada", id).await);
        }
        for number in 1..=SEALED.len() {
            desk.seals.push(desk.seal_of("ada", number).await);
        }
        desk
    }

    /// Makes lines.
    pub async fn write(&self, who: &Api, lines: usize) {
        for number in 0..lines {
            let cap = json!({ "monthly_usd": format!("{}.00", 10 + number) });
            let put = who.put("/v1/budgets/account", cap).await;
            assert!(put.status < 300, "{put:?}");
        }
    }

    /// Seals everything that is older than a moment.
    pub async fn seal(&self) {
        tokio::time::sleep(Duration::from_millis(5)).await;
        self.sealer.seal().await.unwrap();
    }

    pub async fn item(&self, tenant: &str, id: &str) -> Item {
        let get = self.stack.dynamodb().get_item().table_name("audit");
        get.key("pk", text(tenant)).key("sk", text(id)).send().await.unwrap().item.unwrap()
    }

    /// The line of a number.
    pub fn line(&self, number: usize) -> Item {
        self.items[number].clone()
    }

    /// Overwrites or inserts a row.
    pub async fn put(&self, item: Item) {
        self.stack.dynamodb().put_item().table_name("audit").set_item(Some(item)).send().await.unwrap();
    }

    /// Overwrites the row of a number with one that says something else in one place.
    pub async fn edit(&self, number: usize, name: &str, value: AttributeValue) {
        let mut item = self.line(number);
        item.insert(name.to_owned(), value);
        self.put(item).await;
    }

    pub async fn delete(&self, id: &str) {
        let delete = self.stack.dynamodb().delete_item().table_name("audit");
        delete.key("pk", text("ada")).key("sk", text(id)).send().await.unwrap();
    }

    pub async fn seal_of(&self, tenant: &str, number: usize) -> Vec<u8> {
        let get = self
            .stack
            .s3()
            .get_object()
            .bucket(&self.stack.stack.buckets().anchors)
            .key(object_key(tenant, number));
        get.send().await.unwrap().body.collect().await.unwrap().to_vec()
    }

    /// One of Ada's seals.
    pub fn sealed(&self, number: usize) -> Value {
        serde_json::from_slice(&self.seals[number - 1]).unwrap()
    }

    pub async fn put_seal(&self, number: usize, bytes: Vec<u8>) {
        let put = self
            .stack
            .s3()
            .put_object()
            .bucket(&self.stack.stack.buckets().anchors)
            .key(object_key("ada", number));
        put.body(ByteStream::from(bytes)).send().await.unwrap();
    }

    pub async fn edit_seal(&self, number: usize, change: impl FnOnce(&mut Value)) {
        let mut seal = self.sealed(number);
        change(&mut seal);
        self.put_seal(number, seal.to_string().into_bytes()).await;
    }

    pub async fn remove_seal(&self, number: usize) {
        let delete = self
            .stack
            .s3()
            .delete_object()
            .bucket(&self.stack.stack.buckets().anchors)
            .key(object_key("ada", number));
        delete.send().await.unwrap();
    }

    /// Puts everything of Ada's back as it was.
    pub async fn restore(&self) {
        let query = self.stack.dynamodb().query().table_name("audit").key_condition_expression("pk = :pk");
        let there = query.expression_attribute_values(":pk", text("ada")).send().await.unwrap();
        for item in there.items() {
            self.delete(item["sk"].as_s().unwrap()).await;
        }
        for item in &self.items {
            self.put(item.clone()).await;
        }
        for (number, seal) in (1..).zip(&self.seals) {
            self.put_seal(number, seal.clone()).await;
        }
    }

    /// What the API says.
    pub async fn verify(&self) -> Finding {
        finding(&self.ada.get("/v1/audit/verify").await.expect(200))
    }

    /// The two files, as the API gives them.
    pub async fn files(&self, who: &Api) -> (String, String) {
        let export = who.request(http::Method::GET, "/v1/audit").header("accept", "application/x-ndjson");
        let export = who.send(export).await;
        assert_eq!(export.status, 200, "{export:?}");
        let seals = who.beyond_contract().get("/v1/audit/seals").await;
        assert_eq!((seals.status, &seals.json["next_cursor"]), (200, &Value::Null), "{seals:?}");
        (export.text, seals.text)
    }

    /// What the command says of two files: whether they agree, and its words.
    pub async fn offline(&self, export: &str, seals: &str) -> (bool, String) {
        let folder = self.stack.folder.path();
        let (one, other) = (folder.join("export.ndjson"), folder.join("seals.json"));
        std::fs::write(&one, export).unwrap();
        std::fs::write(&other, seals).unwrap();
        let ownkey = binary("ownkey").await;
        let output = Command::new(ownkey).arg("verify-audit").args([one, other]).output().await.unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }
}

pub fn sealer(stack: &TestStack) -> AuditSealer {
    let settings = Settings {
        main_table: "main".to_owned(),
        audit_table: "audit".to_owned(),
        anchors_bucket: stack.stack.buckets().anchors.clone(),
        lag: Duration::ZERO,
    };
    AuditSealer::new(&Aws::on_loopback(&stack.stack.aws_of("sealer")), settings)
}

pub fn finding(report: &Value) -> Finding {
    let bad = &report["first_bad"];
    assert_eq!(report["intact"], bad.is_null(), "{report:#}");
    let what = bad["what"].as_str()?.to_owned();
    let row = bad["row"].as_str().map(str::to_owned);
    let message = bad["message"].as_str().unwrap();
    assert!(row.as_ref().is_none_or(|row| message.contains(row)) && message.ends_with('.'), "{report:#}");
    Some((what, bad["seal"].as_u64(), row))
}

fn object_key(tenant: &str, number: usize) -> String {
    format!("seals/{tenant}/{number:012}.json")
}
