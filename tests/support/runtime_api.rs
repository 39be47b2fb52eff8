//! A small Lambda Runtime API (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>), so that the real
//! function binaries run as they do in AWS.

use std::collections::HashMap;
use std::io::Read;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};

use super::binary::binary;
use super::{Answer, TestStack, contract};

/// What `infra/README.md` calls the function of a binary: a worker goes by its provider, a detector by what it stands for.
fn function_of(binary: &str, environment: &[(&str, &str)]) -> String {
    let said = |name: &str| environment.iter().rfind(|(of, _)| *of == name).map(|(_, value)| *value);
    match (said("DETECTOR_FUNCTION").unwrap_or(binary), said("OWNKEY_PROVIDER")) {
        ("worker", provider) => format!("worker-{}", provider.unwrap_or("openai")),
        (name, _) => name.to_owned(),
    }
}

type Outcome = Result<Value, Value>;

struct Invocations {
    waiting: tokio::sync::Mutex<mpsc::Receiver<(String, Value)>>,
    pending: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
}

/// A function binary that waits for events.
pub struct Function {
    events: mpsc::Sender<(String, Value)>,
    invocations: Arc<Invocations>,
    process: Child,
    said: mpsc::UnboundedReceiver<String>,
}

impl Function {
    /// Starts the binary of a function with the environment that the template gives it.
    pub async fn start(name: &str, stack: &TestStack, more: &[(&str, &str)]) -> Self {
        Self::start_logging(name, stack, more, Stdio::inherit()).await
    }

    /// The same, with its log lines somewhere else.
    pub async fn start_logging(
        name: &str,
        stack: &TestStack,
        more: &[(&str, &str)],
        log: impl Into<Stdio>,
    ) -> Self {
        let function = function_of(name, more);
        let aws = stack.stack.aws_of(&function);
        let provider = function.strip_prefix("worker-").unwrap_or("openai");
        let no_dead_letters = format!("http://127.0.0.1:1/{provider}-none-dead");
        let mut command = Command::new(binary(name).await);
        command.env_clear().stderr(log);
        command.envs([
            ("AWS_LAMBDA_FUNCTION_NAME", name),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "group"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
            ("AWS_LAMBDA_LOG_LEVEL", "warn"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", &aws.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", &aws.secret_access_key),
            ("AWS_ENDPOINT_URL_DYNAMODB", &aws.dynamodb),
            ("AWS_ENDPOINT_URL_KMS", &aws.kms),
            ("AWS_ENDPOINT_URL_S3", &aws.s3),
            ("AWS_ENDPOINT_URL_SNS", &aws.sns),
            ("AWS_ENDPOINT_URL_SQS", &aws.sqs),
            ("OWNKEY_STAGE", "local"),
            ("OWNKEY_TABLE_MAIN", "main"),
            ("OWNKEY_TABLE_AUDIT", "audit"),
            ("OWNKEY_TABLE_VAULT", "vault"),
            ("OWNKEY_BUCKET_IMAGES", &stack.stack.buckets().images),
            ("OWNKEY_BUCKET_ANCHORS", &stack.stack.buckets().anchors),
            ("OWNKEY_KMS_KEY", stack.stack.kms_key()),
            ("OWNKEY_KMS_KEY_WEBHOOKS", stack.stack.webhooks_kms_key()),
            ("OWNKEY_QUEUE_NOTIFIER", stack.stack.notifier_queue()),
            ("OWNKEY_TOPIC_TEAM", local::TEAM_TOPIC),
            ("OWNKEY_TENANT_CLAIM", "tenant"),
            ("OWNKEY_REQUESTS_PER_SECOND", "5000"),
            ("OWNKEY_JOBS_PER_HOUR", "1000000"),
            ("OWNKEY_JOBS_WAITING", "1000000"),
            ("OWNKEY_PROVIDER", "openai"),
            ("OWNKEY_DEAD_LETTERS", &no_dead_letters),
            ("OWNKEY_QUEUE_BFL", "http://127.0.0.1:1/bfl-none"),
            ("OWNKEY_QUEUE_ANTHROPIC", "http://127.0.0.1:1/anthropic-none"),
            ("OWNKEY_OPENAI_URL", &stack.stack.endpoints().openai),
            ("OWNKEY_BFL_URL", &stack.stack.endpoints().bfl),
            ("OWNKEY_ANTHROPIC_URL", &stack.stack.endpoints().anthropic),
        ]);
        command.envs(more.iter().copied());
        Self::run(command).await
    }

    /// Starts a program that gets its events from here.
    pub async fn run(mut command: Command) -> Self {
        let (events, waiting) = mpsc::channel(16);
        let invocations = Arc::new(Invocations { waiting: waiting.into(), pending: Mutex::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        command.env("AWS_LAMBDA_RUNTIME_API", listener.local_addr().unwrap().to_string());
        let base = "/2018-06-01/runtime";
        let router = Router::new()
            .route(&format!("{base}/invocation/next"), get(next))
            .route(&format!("{base}/invocation/{{id}}/response"), post(response))
            .route(&format!("{base}/invocation/{{id}}/error"), post(error))
            .route(&format!("{base}/init/error"), post(init_error))
            .with_state(invocations.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        command.kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (line, said) = mpsc::unbounded_channel();
        // Taken off as they come: a full pipe would stop the function.
        tokio::spawn(async move {
            while let Ok(Some(said)) = lines.next_line().await {
                if line.send(said).is_err() {
                    break;
                }
            }
        });
        Self { events, invocations, process, said }
    }

    /// The lines that it has written on its standard output until now, and that nobody has read yet.
    pub fn lines(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.said.try_recv().ok()).collect()
    }

    /// A line for its standard input, answered by one on its standard output.
    pub async fn ask(&mut self, line: &str) -> String {
        let stdin = self.process.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        self.said.recv().await.unwrap()
    }

    /// The limits of the process, as `/proc` tells them.
    pub fn limits(&self) -> String {
        std::fs::read_to_string(format!("/proc/{}/limits", self.process.id().unwrap())).unwrap()
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.process.id().unwrap()
    }

    /// Waits until it asks for its first event: what Lambda calls the end of INIT.
    pub async fn ready(&self) {
        while self.invocations.waiting.try_lock().is_ok() {
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
    }

    /// `kill -9`: whatever it was about to do is not done.
    pub async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }

    /// Stops the process where it is, or lets it go on: `STOP`, `CONT`.
    pub async fn signal(&self, signal: &str) {
        let process = self.process.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-s", signal, &process]).status().await.unwrap();
        assert!(sent.success(), "kill -s {signal}");
    }

    /// Invokes the function with an event. An answer to a request is held against the contract.
    pub async fn invoke(&self, event: Value) -> Outcome {
        let asked = |place: &str| event.pointer(place).and_then(Value::as_str).map(str::to_owned);
        let asked = asked("/requestContext/http/method").zip(asked("/rawPath"));
        let id = format!("{:x?}", runtime::random::<8>());
        let id: String = id.chars().filter(char::is_ascii_hexdigit).collect();
        let (answer, answered) = oneshot::channel();
        self.invocations.pending.lock().unwrap().insert(id.clone(), answer);
        self.events.send((id, event)).await.unwrap();
        let waited = tokio::time::timeout(Duration::from_secs(60), answered).await;
        let outcome = waited.expect("the function answers within a minute").unwrap();
        if let (Some((method, path)), Ok(answer)) = (asked, &outcome) {
            contract::check(&method, &path, &as_answer(answer));
        }
        outcome
    }
}

/// What API Gateway makes of a function's answer.
pub fn as_answer(answer: &Value) -> Answer {
    let body = answer["body"].as_str().unwrap_or_default();
    let body = match answer["isBase64Encoded"] == true {
        true => base64_simd::STANDARD.decode_to_vec(body).unwrap(),
        false => body.as_bytes().to_vec(),
    };
    let header =
        |(name, value): (&String, &Value)| (name.parse().unwrap(), value.as_str().unwrap().parse().unwrap());
    let headers: Vec<(http::HeaderName, http::HeaderValue)> =
        answer["headers"].as_object().into_iter().flatten().map(header).collect();
    let body = match answer["headers"]["content-encoding"].as_str() {
        Some("gzip") => unpacked(&body),
        _ => body,
    };
    let text = String::from_utf8_lossy(&body).into_owned();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap();
    Answer { status, headers: headers.into_iter().collect(), text, json }
}

/// What was packed with gzip.
pub fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut whole).unwrap();
    whole
}

async fn next(State(invocations): State<Arc<Invocations>>) -> Response {
    let Some((id, event)) = invocations.waiting.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let deadline = runtime::now().as_millisecond() + 900_000;
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:test".to_owned(),
        ),
        ("lambda-runtime-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793".to_owned()),
    ];
    (headers, event.to_string()).into_response()
}

async fn init_error(body: String) -> StatusCode {
    panic!("the function does not start: {body}")
}

async fn response(
    State(invocations): State<Arc<Invocations>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    settle(&invocations, &id, Ok(serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

async fn error(
    State(invocations): State<Arc<Invocations>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    settle(&invocations, &id, Err(serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

fn settle(invocations: &Invocations, id: &str, outcome: Outcome) -> StatusCode {
    match invocations.pending.lock().unwrap().remove(id) {
        Some(waiting) => waiting.send(outcome).map_or(StatusCode::GONE, |()| StatusCode::ACCEPTED),
        None => StatusCode::NOT_FOUND,
    }
}

/// An event of an HTTP API, payload format 2.0, with the claims that the JWT authorizer has checked.
pub fn http_event(method: &str, path: &str, scope: Option<&str>, body: Option<Value>) -> Value {
    let authorizer = scope.map(|scope| {
        json!({ "jwt": { "claims": { "sub": "ada-user", "tenant": "ada", "scope": scope }, "scopes": [scope] } })
    });
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": { "content-type": "application/json", "host": "api.example.com" },
        "requestContext": {
            "accountId": "000000000000", "apiId": "api", "domainName": "api.example.com", "domainPrefix": "api",
            "requestId": "request-1", "routeKey": "$default", "stage": "$default",
            "time": "23/Nov/2026:00:00:00 +0000", "timeEpoch": 1_795_392_000_000_i64,
            "authorizer": authorizer,
            "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.1", "userAgent": "test" }
        },
        "body": body.map(|body| body.to_string()),
        "isBase64Encoded": false
    })
}
