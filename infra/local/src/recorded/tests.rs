use http::Request;
use http::request::Parts;
use serde_json::json;

use super::*;

fn parts(request: http::request::Builder) -> Parts {
    request.body(()).unwrap().into_parts().0
}

fn told(calls: &[Call]) -> Vec<String> {
    let facts = |call: &Call| {
        let facts = call.conditions.iter().map(|(name, values)| format!(" {name}={}", values.join(",")));
        format!("{} {}{}", call.action, call.resource, facts.collect::<String>())
    };
    calls.iter().map(facts).collect()
}

#[test]
fn a_transaction_is_asked_part_by_part_and_a_query_by_what_it_wants() {
    let item = |pk: &str| json!({ "pk": { "S": pk }, "sk": { "S": "x" } });
    let transaction = json!({ "TransactItems": [
        { "Put": { "TableName": "audit", "Item": item("ada") } },
        { "Update": { "TableName": "main", "Key": item("JOB#ada") } },
        { "ConditionCheck": { "TableName": "main", "Key": item("PERSONA#ada") } },
        { "Delete": { "TableName": "vault", "Key": item("openai#ada#account") } },
    ] });
    let query = json!({
        "TableName": "main", "IndexName": "work",
        "KeyConditionExpression": "#of = :of AND begins_with(work_sk, :sk)",
        "ExpressionAttributeNames": { "#of": "work_pk" },
        "ExpressionAttributeValues": { ":of": { "S": "DUE#7" }, ":sk": { "S": "x" } },
    });
    let batch = json!({ "RequestItems": { "vault": [
        { "DeleteRequest": { "Key": item("bfl#ada") } }, { "PutRequest": { "Item": item("openai#ada") } },
    ] } });
    for (operation, body, expected) in [
        (
            "TransactWriteItems",
            transaction,
            vec![
                "dynamodb:PutItem AuditTable dynamodb:LeadingKeys=…",
                "dynamodb:UpdateItem MainTable dynamodb:LeadingKeys=JOB#…",
                "dynamodb:ConditionCheckItem MainTable dynamodb:LeadingKeys=PERSONA#…",
                "dynamodb:DeleteItem VaultTable dynamodb:LeadingKeys=openai#…",
            ],
        ),
        ("Query", query, vec!["dynamodb:Query MainTable/index/work dynamodb:LeadingKeys=DUE#…"]),
        (
            "BatchWriteItem",
            batch,
            vec!["dynamodb:BatchWriteItem VaultTable dynamodb:LeadingKeys=bfl#…,openai#…"],
        ),
        ("Scan", json!({ "TableName": "vault" }), vec!["dynamodb:Scan VaultTable"]),
    ] {
        assert_eq!(told(&dynamodb::calls(operation, &body)), expected);
    }
}

#[test]
fn a_move_is_asked_of_both_kms_keys_and_tenants_are_left_out() {
    let context = json!({ "provider": "bfl", "tenant": "ada" });
    let body = json!({ "SourceKeyId": "old", "SourceEncryptionContext": context,
                       "DestinationKeyId": "new", "DestinationEncryptionContext": context });
    let name = |arn: &str| if arn == "new" { "CurrentKmsKey" } else { "OtherKmsKey" };
    let facts = "kms:EncryptionContext:provider=bfl kms:EncryptionContext:tenant=… kms:EncryptionContextKeys=provider,tenant";
    let expected =
        [format!("kms:ReEncryptFrom OtherKmsKey {facts}"), format!("kms:ReEncryptTo CurrentKmsKey {facts}")];
    assert_eq!(told(&kms::calls("ReEncrypt", &body, name)), expected);
}

#[test]
fn queues_go_by_their_provider_and_objects_by_their_folder() {
    for (operation, queue, expected) in [
        ("SendMessageBatch", "openai", "sqs:SendMessage OpenaiQueue"),
        ("DeleteMessageBatch", "bfl-of-our-own", "sqs:DeleteMessage BflQueue"),
        ("SendMessage", "anthropic-dead", "sqs:SendMessage AnthropicDeadLetterQueue"),
    ] {
        let body = json!({ "QueueUrl": format!("http://127.0.0.1:1/000000000000/{queue}") });
        assert_eq!(told(&sqs::calls(operation, &body)), [expected]);
    }
    let delete =
        "<Delete><Object><Key>images/a/1</Key></Object><Object><Key>exports/2</Key></Object></Delete>";
    for (request, body, expected) in [
        (Request::get("/images/images/ada/1?x-id=GetObject"), "", vec!["s3:GetObject ImagesBucket/images/…"]),
        (Request::head("/anchors-12/seals/ada"), "", vec!["s3:GetObject AnchorsBucket/seals/…"]),
        (Request::get("/anchors?list-type=2"), "", vec!["s3:ListBucket AnchorsBucket"]),
        (
            Request::put("/anchors/seals/ada/1").header("if-none-match", "*"),
            "",
            vec!["s3:PutObject AnchorsBucket/seals/… s3:if-none-match=*"],
        ),
        (Request::post("/images/exports/1?uploads"), "", vec!["s3:PutObject ImagesBucket/exports/…"]),
        (
            Request::delete("/images/exports/1?uploadId=7"),
            "",
            vec!["s3:AbortMultipartUpload ImagesBucket/exports/…"],
        ),
        (
            Request::post("/images?delete"),
            delete,
            vec!["s3:DeleteObject ImagesBucket/images/…", "s3:DeleteObject ImagesBucket/exports/…"],
        ),
        (
            Request::put("/images/references/2").header("x-amz-copy-source", "images/uploads/1"),
            "",
            vec!["s3:PutObject ImagesBucket/references/…", "s3:GetObject ImagesBucket/uploads/…"],
        ),
    ] {
        assert_eq!(told(&s3::calls(&parts(request), body.as_bytes())), expected);
    }
}

#[test]
fn whoever_signed_is_named_by_header_link_or_form() {
    let form = "--b\r\ncontent-disposition: form-data; name=\"key\"\r\n\r\nuploads/1\r\n--b\r\ncontent-disposition: \
                form-data; name=\"X-Amz-Credential\"\r\n\r\nlocal-jobs/20261123/us-east-1/s3/aws4_request\r\n--b--";
    let header =
        "AWS4-HMAC-SHA256 Credential=local-sweeper/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host";
    let link = "/images/a?X-Amz-Date=1&X-Amz-Credential=local-jobs%2F20261123%2Fus-east-1";
    for (request, body, expected) in [
        (Request::post("/").header("authorization", header), "", Some("local-sweeper")),
        (Request::get(link), "", Some("local-jobs")),
        (Request::post("/images"), form, Some("local-jobs")),
        (Request::get("/images/a"), "", None),
    ] {
        assert_eq!(caller::access_key_id(&parts(request), body.as_bytes()).as_deref(), expected);
    }
    let upload = s3::calls(&parts(Request::post("/images")), form.as_bytes());
    assert_eq!(told(&upload), ["s3:PutObject ImagesBucket/uploads/…"]);
}

#[test]
fn each_kind_is_on_file_at_once_and_the_numbers_add_up() {
    let folder = std::env::temp_dir().join(format!("ownkey-calls-{}", std::process::id()));
    let lines = || {
        let file = folder.join(format!("{}.jsonl", std::process::id()));
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    let callers = Callers::of_local_functions("secret");
    let recorder = Recorder::open(
        &folder,
        callers,
        [("new".to_owned(), "CurrentKmsKey"), ("mac".to_owned(), "WebhooksKey")],
    )
    .unwrap();
    recorder.note("local", vec![Call::new("sqs:CreateQueue", "OpenaiQueue")]);
    assert_eq!(lines(), [Value::Null; 0], "the stack's own calls");
    for _ in 0..1_000 {
        recorder.note("local-worker-bfl", vec![Call::new("sqs:ReceiveMessage", "BflQueue")]);
    }
    let first = json!({ "function": "worker-bfl", "action": "sqs:ReceiveMessage", "resource": "BflQueue",
                        "conditions": {}, "calls": 1 });
    assert_eq!(lines()[0], first);
    drop(recorder);
    let lines = lines();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(lines.iter().map(|line| line["calls"].as_u64().unwrap()).sum::<u64>(), 1_000);
    assert!(lines.len() < 20, "{}", lines.len());
}
