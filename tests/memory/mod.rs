//! No secret stays in a function's memory: a function like the deployed one does real work over TLS, and after each job
//! everything writable of its process is searched for the API key, the data key and what was derived from it.

use domain::Provider;
use futures_util::future::join_all;
use ring::hkdf::{HKDF_SHA512, KeyType, Salt};
use serde_json::{Map, Value, json};

use crate::faults::place::{Work, rests};
use crate::support::forms::{forms, forms_of_text};
use crate::support::front::Front;
use crate::support::runtime_api::{Function, http_event};
use crate::support::{TestStack, id};

/// What the search asks for is masked by this, so that it does not find the question.
const MASK: u8 = 0xa5;

/// How much of a form is looked for: the beginning and the end of it.
const PART: usize = 14;

/// A stack, and a function that can be asked.
struct Scene {
    stack: TestStack,
    front: Front,
    function: Function,
    provider: Provider,
}

impl Scene {
    async fn open(detector: &str, role: &str, provider: Provider) -> Self {
        let stack = TestStack::start_with(|options| options.workers = false).await;
        let endpoints = stack.stack.endpoints();
        let upstream = endpoints.openai.split('/').nth(2).unwrap().to_owned();
        let front = Front::of(upstream.clone(), &["h2", "http/1.1"]).await;
        let over_tls = |url: &str| url.replace(&format!("http://{upstream}"), &front.origin);
        let queues = stack.stack.queues();
        let queue = &queues.iter().find(|(of, _)| *of == provider).unwrap().1;
        let environment = [
            ("DETECTOR_FUNCTION", role.to_owned()),
            ("DETECTOR_AUTHORITY", hex(&front.authority)),
            ("OWNKEY_PROVIDER", provider.to_string()),
            ("OWNKEY_QUEUE", queue.clone()),
            ("OWNKEY_OPENAI_URL", over_tls(&endpoints.openai)),
            ("OWNKEY_BFL_URL", over_tls(&endpoints.bfl)),
            ("OWNKEY_ANTHROPIC_URL", over_tls(&endpoints.anthropic)),
        ];
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let function = Function::start(detector, &stack, &environment).await;
        Self { stack, front, function, provider }
    }

    /// A job with an API key of its own, and all that was done for it; what is left of its secrets then.
    async fn job(&mut self, number: usize, case: &str, more: Value) -> (String, Value) {
        let work = match self.provider {
            Provider::Anthropic => Work::Persona,
            provider => Work::Image(provider),
        };
        let tenant = format!("{case}-{number}");
        let ada = self.stack.tenant(&tenant).await;
        let secret = secret(self.provider);
        let api_key = api_key(self.provider, case, &secret);
        let path = format!("/v1/api-keys/{}?verify=false", self.provider);
        ada.put(&path, json!({ "api_key": api_key })).await.expect(201);
        let (path, order) = work.order();
        let job = id(&ada.post(path, order).await.expect(202));
        let mut needles = needles("API key", forms_of_text(&secret));
        needles.append(&mut self.needles_of_data_key().await);
        let pointer = json!({ "v": 1, "tenant": tenant, "job": job }).to_string();
        let mut event =
            json!({ "Records": [{ "messageId": "1", "body": pointer, "eventSource": "aws:sqs" }] });
        event.as_object_mut().unwrap().append(more.clone().as_object_mut().unwrap());
        let mut ended = Value::Null;
        // Orders are asked about until they are done.
        for _ in 0..20 {
            ended = self.function.invoke(event.clone()).await.unwrap();
            let shown = ada.job(&job).await;
            if rests(&shown) || shown["state"] == "queued" || ended != "done" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        }
        let shown = ada.job(&job).await;
        let ended = format!("{}, {}", ended.as_str().unwrap(), shown["state"].as_str().unwrap());
        (ended, self.search(needles).await)
    }

    fn cases(&self) -> Vec<(&'static str, &'static str, Value, &'static str)> {
        cases(self.front.origin.rsplit(':').next().unwrap())
    }

    /// An API key is sent to be stored; the status, and what is left of it.
    async fn put(&mut self, case: &str) -> (Value, Value) {
        let secret = secret(self.provider);
        let body = json!({ "api_key": api_key(self.provider, case, &secret), "label": "main" });
        let path = format!("/v1/api-keys/{}", self.provider);
        let event = http_event("PUT", &path, Some("keys:write"), Some(body));
        let answer = self.function.invoke(event).await.unwrap();
        let mut needles = needles("API key", forms_of_text(&secret));
        if answer["statusCode"] == 200 || answer["statusCode"] == 201 {
            needles.append(&mut self.needles_of_data_key().await);
        }
        (answer["statusCode"].clone(), self.search(needles).await)
    }

    async fn search(&mut self, needles: Map<String, Value>) -> Value {
        // What is dropped by tasks of their own, like connections, is dropped a moment later.
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        let answer = self.function.ask(&json!({ "needles": needles }).to_string()).await;
        serde_json::from_str(&answer).unwrap()
    }

    /// The data key of the record that was sealed last, unwrapped by KMS, and the encryption key derived from it.
    async fn needles_of_data_key(&self) -> Map<String, Value> {
        let calls = self.stack.stack.kms().calls();
        let sealing = calls.iter().rfind(|call| call.operation == "GenerateDataKey").unwrap();
        let credential = sealing.encryption_context["credential"].clone();
        let items = self.stack.dynamodb().scan().table_name("vault").send().await.unwrap().items.unwrap();
        let item = items.iter().find(|item| item["pk"].as_s().unwrap().ends_with(&credential)).unwrap();
        let [wrapped, salt, commitment] = wrapped_data_key(item["sealed"].as_b().unwrap().as_ref());
        let data_key = self.stack.unwrap_data_key(wrapped, sealing.encryption_context.clone()).await;
        let extracted = Salt::new(HKDF_SHA512, &salt).extract(&data_key);
        let derived = |label: &[u8]| {
            let mut derived = [0; 32];
            extracted.expand(&[label, &[0, 1]], ThirtyTwo).unwrap().fill(&mut derived).unwrap();
            derived
        };
        assert_eq!(derived(b"ownkey vault v1 commitment"), commitment[..], "this is the data key");
        let encryption_key = derived(b"ownkey vault v1 encryption");
        let mut all = needles("data key", forms(&data_key));
        all.append(&mut needles("encryption key", forms(&encryption_key)));
        all
    }
}

struct ThirtyTwo;

impl KeyType for ThirtyTwo {
    fn len(&self) -> usize {
        32
    }
}

/// The wrapped data key, the salt and the commitment: see the table in the vault's README.
fn wrapped_data_key(record: &[u8]) -> [Vec<u8>; 3] {
    let length = |at: usize| usize::from(u16::from_be_bytes([record[at], record[at + 1]]));
    let wrapped = 5 + length(3);
    let salt = wrapped + 2 + length(wrapped);
    let commitment = salt + 32 + 12;
    [wrapped + 2..salt, salt..salt + 32, commitment..commitment + 32].map(|field| record[field].to_vec())
}

/// Random, and with characters that are escaped in JSON and in URLs where the provider's API keys may have them.
fn secret(provider: Provider) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let random = runtime::random::<32>().map(|byte| char::from(letters[usize::from(byte) % letters.len()]));
    let mut secret: String = random.iter().collect();
    if provider == Provider::Bfl {
        for (at, special) in [(3, '"'), (9, '\\'), (20, '+'), (27, '%')] {
            secret.insert(at, special);
        }
    }
    secret
}

fn api_key(provider: Provider, case: &str, secret: &str) -> String {
    let prefix = match provider {
        Provider::Openai => "sk-",
        Provider::Bfl => "bfl_",
        Provider::Anthropic => "sk-ant-",
    };
    format!("{prefix}sandbox-{case}-{secret}0000")
}

fn needles(of: &str, forms: Vec<(String, Vec<u8>)>) -> Map<String, Value> {
    let masked = |form: &[u8]| hex(&form.iter().map(|byte| byte ^ MASK).collect::<Vec<_>>());
    let both = forms.into_iter().flat_map(|(form, bytes)| {
        let part = PART.min(bytes.len());
        [("begins", masked(&bytes[..part])), ("ends", masked(&bytes[bytes.len() - part..]))]
            .map(|(which, bytes)| (format!("{of}, {form}, {which}"), json!(bytes)))
    });
    both.collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the provider says, how the work on it goes, and what has become of the job then.
fn cases(port: &str) -> Vec<(&'static str, &'static str, Value, &'static str)> {
    let plain = || json!({});
    vec![
        ("success", "ok", plain(), "done, succeeded"),
        ("401", "invalid", plain(), "done, paused"),
        ("no credit", "out-of-credit", plain(), "done, paused"),
        ("429", "rate-limited", plain(), "done, queued"),
        ("5xx", "flaky", plain(), "done, queued"),
        ("moderated", "moderated", plain(), "done, failed"),
        ("hung up", "hang-up", plain(), "done, unknown"),
        ("given up", "slow", json!({ "patience_ms": 1_500 }), "cancelled, running"),
        ("panic", "ok", json!({ "panics_at": port }), "panicked, running"),
        ("success", "ok", plain(), "done, succeeded"),
    ]
}

#[tokio::test]
async fn a_worker_forgets_every_secret_when_its_job_is_done() {
    let searched = join_all(Provider::ALL.map(async |provider| {
        let mut scene = Scene::open("detector", "worker", provider).await;
        let mut searched = 0;
        for (number, (name, case, more, expected)) in scene.cases().into_iter().enumerate() {
            let (ended, found) = scene.job(number, case, more).await;
            searched += found["bytes"].as_u64().unwrap();
            println!("{provider:<10} {name:<10} {ended:<20} {found}");
            // An order is taken at once, and slow only then.
            if (provider, case) != (Provider::Bfl, "slow") {
                assert_eq!(ended, expected, "{provider}, {name}");
            }
            assert_eq!(found["hits"], json!({}), "{provider}, {name}");
        }
        let spoken = scene.front.spoken.lock().unwrap().clone();
        // Over HTTP/2 a header would stay in memory, Huffman-coded.
        assert!(!spoken.is_empty() && spoken.iter().all(|protocol| protocol == "http/1.1"), "{spoken:?}");
        searched
    }));
    println!("30 jobs, {} bytes searched, no secret found", searched.await.iter().sum::<u64>());
}

#[tokio::test]
async fn the_function_that_takes_api_keys_forgets_them() {
    let searched = join_all(Provider::ALL.map(async |provider| {
        let mut scene = Scene::open("detector", "api-keys", provider).await;
        let mut searched = 0;
        for (case, expected) in [
            ("ok", 201),
            ("invalid", 422),
            ("flaky", 200),
            ("hang-up", 200),
            ("out-of-credit", 200),
            ("ok", 200),
        ] {
            let (status, found) = scene.put(case).await;
            searched += found["bytes"].as_u64().unwrap();
            println!("{provider:<10} {case:<14} {status} {found}");
            assert_eq!(status, expected, "{provider}, {case}");
            assert_eq!(found["hits"], json!({}), "{provider}, {case}");
        }
        searched
    }));
    println!("18 requests, {} bytes searched, no secret found", searched.await.iter().sum::<u64>());
}

/// The search is alive: it finds what is leaked on purpose, and what a function leaves behind that wipes nothing.
#[tokio::test]
async fn what_is_leaked_is_found() {
    let mut scene = Scene::open("detector", "worker", Provider::Openai).await;
    for (place, found) in [("heap", true), ("stack", true), ("freed heap", false)] {
        let secret = secret(Provider::Openai);
        for (form, bytes) in forms_of_text(&secret) {
            let masked = hex(&bytes.iter().map(|byte| byte ^ MASK).collect::<Vec<_>>());
            scene.function.ask(&json!({ "leak": place, "masked": masked }).to_string()).await;
            let hits = scene.search(needles("leaked", vec![(form.clone(), bytes)])).await;
            assert_eq!(hits["hits"] != json!({}), found, "{place}, {form}");
        }
    }
    let mut plain = Scene::open("detector-plain", "worker", Provider::Openai).await;
    // What is freed may be written over at once, by luck.
    for number in 0..10 {
        let (ended, left) = plain.job(number, "ok", json!({})).await;
        println!("without the allocator that wipes: {ended} {left}");
        if left["hits"] != json!({}) {
            return;
        }
    }
    panic!("nothing is found where nothing is wiped");
}

/// As far as it can be seen from outside. The rest is tried in `runtime`.
#[tokio::test]
async fn the_deployed_functions_leave_no_core() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    for (name, queue) in [("worker", "OWNKEY_QUEUE"), ("api-keys", "OWNKEY_QUEUE_OPENAI")] {
        let function = Function::start(name, &stack, &[(queue, "http://127.0.0.1:1/openai-none")]).await;
        let cores = || {
            let limits = function.limits();
            let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
            line.split_whitespace().skip(4).take(2).map(str::to_owned).collect::<Vec<_>>()
        };
        for _ in 0..100 {
            if cores() == ["0", "0"] {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(cores(), ["0", "0"], "{name}");
    }
}
