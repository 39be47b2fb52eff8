//! `ownkey demo`: the main job in the terminal, through the same API that everybody uses.

use std::io::{self, Write};
use std::time::Duration;

use local::{Options, ProviderMode, Stack};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

const API_KEY: &str = "sk-sandbox-ok-0000000000000001";
const MODEL: &str = "gpt-image-2.6-flare";
const PROMPT: &str = "Portrait of a friendly founder with red hair and round glasses, teal background";

/// Runs the demo in a stack of its own, on a free port. Only ever with sandbox providers: it spends nothing.
pub(crate) async fn run(options: Options) -> Result<(), Failure> {
    // The HTTP client of this demo needs a TLS library even for plain http; there is one in the tree.
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = options.data.clone();
    let stack =
        Stack::start(Options { port: 0, providers: ProviderMode::Sandbox, addresses: Vec::new(), ..options })
            .await?;
    let api = Api::sign_in(stack.url()).await?;

    say(&format!("Storing the sandbox API key {API_KEY}"))?;
    let stored = api
        .call(Method::PUT, "/v1/api-keys/openai", Some(json!({ "api_key": API_KEY, "label": "demo" })))
        .await?;
    note(&format!(
        "{} {}, version {}",
        shown(&stored, "/hint"),
        shown(&stored, "/state"),
        shown(&stored, "/version")
    ))?;

    say(&format!("Asking {MODEL} for an avatar"))?;
    note(&format!("\"{PROMPT}\""))?;
    let body = json!({ "kind": "image", "model": MODEL, "prompt": PROMPT });
    let job = api.call(Method::POST, "/v1/jobs", Some(body)).await?;
    note(&format!("{}, estimated ${}", shown(&job, "/id"), shown(&job, "/cost/estimated")))?;
    note(&shown(&job, "/state"))?;

    let job = api.follow(&shown(&job, "/id")).await?;
    if shown(&job, "/state") != "succeeded" {
        return Err(
            format!("the job is {}: {}", shown(&job, "/state"), shown(&job, "/reason/message")).into()
        );
    }
    let image = reqwest::get(shown(&job, "/image/url")).await?.error_for_status()?.bytes().await?;
    let path = folder.join("demo-avatar.png");
    tokio::fs::write(&path, &image).await?;
    say(&format!("Your avatar: {}", path.display()))?;
    note(&format!(
        "{} x {}, {} kB, cost ${} ({})",
        shown(&job, "/image/width"),
        shown(&job, "/image/height"),
        image.len() / 1_000,
        shown(&job, "/cost/actual"),
        shown(&job, "/cost/source"),
    ))?;

    say("What the audit trail says")?;
    let since = shown(&stored, "/verified_at");
    let trail = api.call(Method::GET, &format!("/v1/audit?from={since}"), None).await?;
    for event in trail.get("items").and_then(Value::as_array).into_iter().flatten().rev() {
        let cost =
            event.get("cost").and_then(Value::as_str).map(|cost| format!("  ${cost}")).unwrap_or_default();
        note(&format!(
            "{}  {:<24} {}{cost}",
            shown(event, "/at"),
            shown(event, "/action"),
            shown(event, "/outcome")
        ))?;
    }
    Ok(())
}

/// The API, signed in.
struct Api {
    http: Client,
    base: String,
    token: String,
}

impl Api {
    async fn sign_in(base: &str) -> Result<Self, Failure> {
        let http = Client::new();
        let answer = http.get(format!("{base}/local/token?tenant=me")).send().await?;
        let token = shown(&parsed(answer).await?, "/access_token");
        Ok(Self { http, base: base.to_owned(), token })
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        parsed(self.request(method, path, body).send().await?).await
    }

    fn request(&self, method: Method, path: &str, body: Option<Value>) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        }
    }

    /// Looks at a job as often as the API says it is worth it, and shows each state once.
    async fn follow(&self, id: &str) -> Result<Value, Failure> {
        let mut last = "queued".to_owned();
        loop {
            let answer = self.request(Method::GET, &format!("/v1/jobs/{id}"), None).send().await?;
            let wait = answer.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
            let job = parsed(answer).await?;
            let state = shown(&job, "/state");
            if state != last {
                note(&state)?;
            }
            last = state;
            match wait {
                Some(seconds) if last == "queued" || last == "running" => {
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                }
                _ => return Ok(job),
            }
        }
    }
}

async fn parsed(response: Response) -> Result<Value, Failure> {
    let failed = !response.status().is_success();
    let body: Value = serde_json::from_slice(&response.bytes().await?)?;
    if failed {
        Err(format!("{}: {}", shown(&body, "/title"), shown(&body, "/detail")).into())
    } else {
        Ok(body)
    }
}

/// A member of an answer, by its JSON pointer (RFC 6901), as people read it.
fn shown(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "\n{line}")
}

fn note(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "  {line}")
}
