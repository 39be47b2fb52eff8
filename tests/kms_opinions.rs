//! What our KMS emulator says of contexts, damaged data keys and moves. Under `infra/second_emulator.py`, moto, an emulator
//! by somebody else, is asked the same, and must say the same.

use std::collections::HashMap;

use aws_sdk_kms::Client;
use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use runtime::{Aws, AwsService, LoopbackAws};

use crate::support::TestStack;

type Context = HashMap<String, String>;

const OPENED: &str = "opened";
const REFUSED: &str = "InvalidCiphertextException";

fn context(parts: &[(&str, &str)]) -> Context {
    parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A KMS with a wrapped data key.
struct Asked {
    kms: Client,
    kms_key: String,
    wrapped: Vec<u8>,
    plain: Vec<u8>,
}

impl Asked {
    async fn at(url: &str, whole: &Context) -> Self {
        let aws = LoopbackAws {
            dynamodb: String::new(),
            kms: url.to_owned(),
            s3: String::new(),
            sns: String::new(),
            sqs: String::new(),
            access_key_id: "nobody".to_owned(),
            secret_access_key: "nothing".to_owned(),
        };
        let kms = Client::new(&Aws::on_loopback(&aws).config(AwsService::Kms));
        let kms_key = make_kms_key(&kms).await;
        let made = kms.generate_data_key().key_id(&kms_key).key_spec(DataKeySpec::Aes256);
        let made = made.set_encryption_context(Some(whole.clone())).send().await.unwrap();
        let [wrapped, plain] = [made.ciphertext_blob, made.plaintext].map(|blob| blob.unwrap().into_inner());
        Self { kms, kms_key, wrapped, plain }
    }

    async fn opens(&self, wrapped: &[u8], context: &Context) -> String {
        let asked = self.kms.decrypt().ciphertext_blob(Blob::new(wrapped));
        match asked.set_encryption_context(Some(context.clone())).send().await {
            Ok(answer) if answer.plaintext.as_ref().unwrap().as_ref() == self.plain => OPENED.to_owned(),
            Ok(_) => "something else".to_owned(),
            Err(error) => error.code().unwrap().to_owned(),
        }
    }

    /// Wraps the data key anew, under another KMS key and in another context.
    async fn moves(&self, from: &Context, to: &Context) -> Result<Vec<u8>, String> {
        let asked = self.kms.re_encrypt().ciphertext_blob(Blob::new(self.wrapped.clone()));
        let asked = asked.source_key_id(&self.kms_key).destination_key_id(make_kms_key(&self.kms).await);
        let asked = asked.set_source_encryption_context(Some(from.clone()));
        match asked.set_destination_encryption_context(Some(to.clone())).send().await {
            Ok(answer) => Ok(answer.ciphertext_blob.unwrap().into_inner()),
            Err(error) => Err(error.code().unwrap().to_owned()),
        }
    }
}

async fn make_kms_key(kms: &Client) -> String {
    kms.create_key().send().await.unwrap().key_metadata.unwrap().arn.unwrap()
}

/// What was asked, and what was said.
async fn opinions(url: &str) -> Vec<(&'static str, String)> {
    let whole = context(&[("tenant", "ada"), ("provider", "openai")]);
    let asked = Asked::at(url, &whole).await;
    let mut said = Vec::new();
    for (what, other) in [
        ("its own context", whole.clone()),
        ("no context", Context::new()),
        ("another tenant", context(&[("tenant", "bob"), ("provider", "openai")])),
        ("another name", context(&[("team", "ada"), ("provider", "openai")])),
        ("a part missing", context(&[("tenant", "ada")])),
        ("a part too many", context(&[("tenant", "ada"), ("provider", "openai"), ("more", "x")])),
        ("in capitals", context(&[("tenant", "Ada"), ("provider", "openai")])),
    ] {
        said.push((what, asked.opens(&asked.wrapped, &other).await));
    }
    let mut damaged = asked.wrapped.clone();
    *damaged.last_mut().unwrap() ^= 1;
    said.push(("its last bit turned", asked.opens(&damaged, &whole).await));
    let elsewhere = context(&[("tenant", "ada"), ("provider", "bfl")]);
    said.push(("moved out of another context", asked.moves(&elsewhere, &elsewhere).await.unwrap_err()));
    let moved = asked.moves(&whole, &elsewhere).await.unwrap();
    said.push(("moved", asked.opens(&moved, &elsewhere).await));
    said.push(("moved, in its old context", asked.opens(&moved, &whole).await));
    said.push(("left behind", asked.opens(&asked.wrapped, &whole).await));
    said
}

#[tokio::test]
async fn a_data_key_opens_in_its_own_context_undamaged_and_nowhere_else() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let said = opinions(&stack.stack.aws().kms).await;
    for (what, said) in &said {
        let opens = ["its own context", "moved", "left behind"].contains(what);
        assert_eq!(said, if opens { OPENED } else { REFUSED }, "{what}");
    }
    if let Ok(moto) = std::env::var("OWNKEY_MOTO") {
        assert_eq!(opinions(&moto).await, said, "moto, and ours");
    }
}
