//! Stands between a function and all that it calls, and lets a fault strike at one of the requests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};
use tokio::sync::Notify;

use super::fault::{Bug, Fault, Plan, answered, broken, cut_off, throttled, unfenced};
use crate::support::TestStack;

/// A fault that goes on striking.
struct Striking {
    /// Where.
    asked: String,
    fault: Fault,
    /// How often yet.
    left: usize,
}

struct Shared {
    /// What is to come, the first last.
    plans: Mutex<Vec<Plan>>,
    upstream: reqwest::Client,
    /// Every request: the service and what is asked of it.
    seen: Mutex<Vec<String>>,
    striking: Mutex<Option<Striking>>,
    bug: Option<Bug>,
    died: AtomicBool,
    struck: Notify,
    woken: Notify,
}

/// A relay for one process.
pub struct Relay {
    shared: Arc<Shared>,
    environment: Vec<(&'static str, String)>,
}

impl Relay {
    /// `plans`: what strikes, the earliest first.
    pub async fn start(stack: &TestStack, plans: &[Plan]) -> Self {
        Self::start_with(stack, plans, None).await
    }

    /// One that is no better than what it stands for.
    pub async fn start_with(stack: &TestStack, plans: &[Plan], bug: Option<Bug>) -> Self {
        let upstream = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let shared = Arc::new(Shared {
            plans: Mutex::new(plans.iter().rev().copied().collect()),
            upstream: upstream.build().unwrap(),
            seen: Mutex::default(),
            striking: Mutex::default(),
            bug,
            died: AtomicBool::new(false),
            struck: Notify::new(),
            woken: Notify::new(),
        });
        let (aws, providers) = (stack.stack.aws(), stack.stack.endpoints());
        let mut environment = Vec::new();
        for (variable, url) in [
            ("AWS_ENDPOINT_URL_DYNAMODB", &aws.dynamodb),
            ("AWS_ENDPOINT_URL_KMS", &aws.kms),
            ("AWS_ENDPOINT_URL_S3", &aws.s3),
            ("AWS_ENDPOINT_URL_SNS", &aws.sns),
            ("AWS_ENDPOINT_URL_SQS", &aws.sqs),
            ("OWNKEY_OPENAI_URL", &providers.openai),
            ("OWNKEY_BFL_URL", &providers.bfl),
            ("OWNKEY_ANTHROPIC_URL", &providers.anthropic),
        ] {
            environment.push((variable, stand_before(url, variable, shared.clone()).await));
        }
        Self { shared, environment }
    }

    /// What the function is told about where things are.
    pub fn environment(&self) -> Vec<(&str, &str)> {
        self.environment.iter().map(|(variable, url)| (*variable, url.as_str())).collect()
    }

    /// Where one of them is: a name of the environment.
    pub fn url(&self, variable: &str) -> String {
        let mut all = self.environment.iter();
        all.find(|(name, _)| *name == variable).map(|(_, url)| url.clone()).unwrap()
    }

    /// Returns when the process is to die, or to sleep.
    pub async fn strikes(&self) {
        self.shared.struck.notified().await;
    }

    /// The process that sleeps is awake again.
    pub fn wake(&self) {
        self.shared.woken.notify_one();
    }

    /// The process that has died is followed by another.
    pub fn revive(&self) {
        self.shared.died.store(false, Ordering::SeqCst);
    }

    /// From here on all is well.
    pub fn calm(&self) {
        self.revive();
        self.shared.plans.lock().unwrap().clear();
        *self.shared.striking.lock().unwrap() = None;
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<String> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Whether every fault has struck.
    pub fn has_struck(&self) -> bool {
        self.shared.plans.lock().unwrap().is_empty()
    }
}

/// Listens, and sends on to `url`. Gives back where.
async fn stand_before(url: &str, variable: &'static str, shared: Arc<Shared>) -> String {
    let (origin, path) = match url.match_indices('/').nth(2) {
        Some((slash, _)) => url.split_at(slash),
        None => (url, ""),
    };
    let (origin, path) = (origin.to_owned(), path.to_owned());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = variable.trim_start_matches("AWS_ENDPOINT_URL_").trim_start_matches("OWNKEY_");
    let service = service.trim_end_matches("_URL").to_lowercase();
    let handle = move |State(shared): State<Arc<Shared>>, request: Request| {
        relay(shared, service.clone(), origin.clone(), request)
    };
    let router = Router::new().fallback(handle).with_state(shared);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}{path}")
}

async fn relay(shared: Arc<Shared>, service: String, origin: String, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    if shared.died.load(Ordering::SeqCst) {
        return std::future::pending().await;
    }
    let asked = format!("{service} {}", what(&parts));
    let fault = match shared.fault(&asked) {
        // What a provider's error says about the charge is its own promise: see `wire/tables.rs`. Here answers only get lost.
        Some(Fault::DoneButRefused(times)) if ["openai", "bfl", "anthropic"].contains(&service.as_str()) => {
            Some(Fault::DoneButCutOff(times))
        }
        fault => fault,
    };
    if fault == Some(Fault::DiesBefore) {
        return shared.die().await;
    }
    if let Some(Fault::Throttled(_)) = fault {
        return throttled(&service);
    }
    if fault == Some(Fault::SleepsBefore) {
        shared.sleep().await;
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = parts.headers;
    headers.remove(TRANSFER_ENCODING);
    let mut sent = shared.upstream.request(parts.method, format!("{origin}{path}"));
    sent = match shared.bug {
        Some(Bug::Unfenced) => {
            headers.remove(CONTENT_LENGTH);
            sent.headers(headers).body(unfenced(&body))
        }
        _ => sent.headers(headers).body(body),
    };
    let again = sent.try_clone().filter(|_| shared.bug == Some(Bug::SendsAgain));
    let answer = match (sent.send().await, again) {
        (Err(_), Some(again)) => again.send().await,
        (answer, _) => answer,
    };
    let Ok(answer) = answer else {
        // It hung up, and so does the relay.
        let length = HeaderMap::from_iter([(CONTENT_LENGTH, 1.into())]);
        return answered(StatusCode::OK, length, cut_off(Bytes::new()));
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    if fault == Some(Fault::SleepsAfter) {
        shared.sleep().await;
    }
    match fault {
        Some(Fault::DiesAfter) => shared.die().await,
        Some(Fault::DoneButRefused(_)) => broken(&service),
        Some(Fault::DoneButCutOff(_)) => {
            headers.insert(CONTENT_LENGTH, (body.len() + 1).into());
            headers.remove(TRANSFER_ENCODING);
            answered(status, headers, cut_off(body))
        }
        _ => {
            headers.remove(TRANSFER_ENCODING);
            answered(status, headers, Body::from(body))
        }
    }
}

impl Shared {
    /// Notes the request; says what happens to it.
    fn fault(&self, asked: &str) -> Option<Fault> {
        let mut seen = self.seen.lock().unwrap();
        let at = seen.len();
        seen.push(asked.to_owned());
        let mut striking = self.striking.lock().unwrap();
        if let Some(on) = striking.as_mut().filter(|on| on.left > 0 && on.asked == asked) {
            on.left -= 1;
            return Some(on.fault);
        }
        let mut plans = self.plans.lock().unwrap();
        let plan = plans.pop_if(|plan| plan.strikes(at, asked))?;
        let times = match plan.fault {
            Fault::DiesBefore | Fault::DiesAfter | Fault::SleepsBefore | Fault::SleepsAfter => 1,
            Fault::Throttled(times) | Fault::DoneButRefused(times) | Fault::DoneButCutOff(times) => times,
        };
        *striking = Some(Striking { asked: asked.to_owned(), fault: plan.fault, left: times - 1 });
        Some(plan.fault)
    }

    async fn sleep(&self) {
        self.struck.notify_one();
        self.woken.notified().await;
    }

    /// Never answers: whoever asked is gone.
    async fn die(&self) -> Response {
        self.died.store(true, Ordering::SeqCst);
        self.struck.notify_one();
        std::future::pending().await
    }
}

/// The operation of an AWS service, or the method and the kind of path.
fn what(parts: &http::request::Parts) -> String {
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    match target.and_then(|target| target.rsplit('.').next()) {
        Some(operation) => operation.to_owned(),
        None => {
            let path = parts.uri.path().trim_start_matches('/');
            let kind = path.split('/').rfind(|part| !part.chars().any(|c| c.is_ascii_digit()));
            format!("{} {}", parts.method, kind.unwrap_or_default())
        }
    }
}
