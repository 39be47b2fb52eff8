//! A person who asks the API.

use std::time::{Duration, Instant};

use http::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::{Value, json};

use domain::Provider;

use super::{MODEL, api_key, contract};

/// How long a test waits for something that takes a second or two on an idle machine, and some a minute.
const PATIENCE: Duration = Duration::from_secs(180);

#[derive(Clone)]
pub struct Api {
    http: Client,
    pub base: String,
    pub token: Option<String>,
    /// Whether answers are held against the OpenAPI document.
    held_to_contract: bool,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    /// The last part of the problem's type; checks that it is a whole problem.
    pub fn problem(&self) -> &str {
        let told_to_openais_clients = &self.json["error"];
        if let Some(problem) = told_to_openais_clients["problem"].as_str() {
            assert_eq!(self.headers["content-type"], "application/json", "{self:?}");
            assert!(!told_to_openais_clients["message"].as_str().unwrap().is_empty());
            return problem.strip_prefix("/problems/").unwrap();
        }
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        assert_eq!(self.json["status"], self.status, "{self:?}");
        assert!(
            !self.json["title"].as_str().unwrap().is_empty()
                && !self.json["detail"].as_str().unwrap().is_empty()
        );
        self.json["type"].as_str().unwrap().strip_prefix("/problems/").unwrap()
    }

    /// A further member of a problem.
    pub fn member(&self, name: &str) -> &Value {
        if self.json["error"].is_object() { &self.json["error"][name] } else { &self.json[name] }
    }

    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

impl Api {
    pub async fn sign_in(base: &str, tenant: &str, scope: Option<&str>) -> Self {
        let scope = scope.map(|scope| format!("&scope={}", scope.replace(' ', "%20"))).unwrap_or_default();
        Self::sign_in_as(base, tenant, &format!("{tenant}-user{scope}")).await
    }

    /// One of several people of a tenant.
    pub async fn sign_in_as(base: &str, tenant: &str, sub: &str) -> Self {
        let mut api = Self::anonymous(base);
        let answer = api.get(&format!("/local/token?tenant={tenant}&sub={sub}")).await.expect(200);
        api.token = Some(answer["access_token"].as_str().unwrap().to_owned());
        api
    }

    pub fn anonymous(base: &str) -> Self {
        let http = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { http, base: base.to_owned(), token: None, held_to_contract: true }
    }

    /// The same person, who reads what somebody has tampered with behind our back.
    pub fn beyond_contract(&self) -> Self {
        Self { held_to_contract: false, ..self.clone() }
    }

    /// The same person after a restart: tokens outlive it, the port does not.
    pub fn moved_to(self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.execute(request.build().unwrap()).await
    }

    pub async fn execute(&self, request: reqwest::Request) -> Answer {
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.http.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Answer { status, headers, text, json };
        if self.held_to_contract {
            contract::check(method.as_str(), &path, &answer);
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub async fn send_json(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header("content-type", "application/json");
        self.send(request.body(body.to_string())).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send_json(Method::POST, path, &body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send_json(Method::PUT, path, &body).await
    }

    /// Stores an API key that the provider accepts.
    pub async fn store(&self, api_key: &str) -> Value {
        let answer = self.put("/v1/api-keys/openai", json!({ "api_key": api_key, "label": "main" })).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        answer.json
    }

    /// Asks for an image; answers with the job's id.
    pub async fn ask_for(&self, prompt: &str) -> String {
        let body = json!({ "kind": "image", "model": MODEL, "prompt": prompt });
        id(&self.post("/v1/jobs", body).await.expect(202))
    }

    pub async fn job(&self, id: &str) -> Value {
        self.get(&format!("/v1/jobs/{id}")).await.expect(200)
    }

    /// Waits until a job is in a state.
    pub async fn wait_for(&self, id: &str, state: &str) -> Value {
        let started = Instant::now();
        loop {
            let job = self.job(id).await;
            if job["state"] == state {
                return job;
            }
            assert!(started.elapsed() < PATIENCE, "waiting for {state}: {job:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks until the answer is as expected.
    pub async fn eventually(&self, path: &str, expected: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let answer = self.get(path).await.expect(200);
            if expected(&answer) {
                return answer;
            }
            assert!(started.elapsed() < PATIENCE, "{path}: {answer:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The audit trail about a job or a credential, oldest first, as actions.
    pub async fn actions(&self, query: &str) -> Vec<String> {
        self.trail(query).await.iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect()
    }

    /// The audit trail, oldest first.
    pub async fn trail(&self, query: &str) -> Vec<Value> {
        let mut items = self.get(&format!("/v1/audit?limit=100&{query}")).await.expect(200)["items"].take();
        let mut events = items.as_array_mut().unwrap().split_off(0);
        events.reverse();
        events
    }

    /// Stores the sandbox API key of a provider that plays a case.
    pub async fn store_for(&self, provider: Provider, case: &str) -> Value {
        let stored = self
            .put(&format!("/v1/api-keys/{provider}"), json!({ "api_key": api_key(provider, case) }))
            .await;
        assert!(stored.status < 300, "{stored:?}");
        stored.json
    }

    /// Uploads a photo by its form, and gives back its id.
    pub async fn upload(&self, file: &'static [u8], content_type: &str) -> String {
        let body = json!({ "content_type": content_type, "bytes": file.len(), "consent": true });
        let upload = self.post("/v1/uploads", body).await.expect(201);
        let fields = upload["upload"]["fields"].as_object().unwrap();
        let form = fields.iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| {
            form.text(name.clone(), value.as_str().unwrap().to_owned())
        });
        let form = form.part("file", reqwest::multipart::Part::bytes(file));
        let sent = Client::new()
            .post(upload["upload"]["url"].as_str().unwrap())
            .multipart(form)
            .send()
            .await
            .unwrap();
        assert!(sent.status().is_success(), "{sent:?}");
        id(&upload)
    }

    /// Has a persona written, and gives back what it is.
    pub async fn persona(&self, body: Value) -> Value {
        let job = self.post("/v1/personas", body).await.expect(202);
        let job = self.wait_for(&id(&job), "succeeded").await;
        self.get(&format!("/v1/personas/{}", job["persona"].as_str().unwrap())).await.expect(200)
    }

    pub async fn image(&self, job: &Value) -> Vec<u8> {
        let redirect = self.get(&format!("/v1/jobs/{}/image", id(job))).await;
        assert_eq!(redirect.status, 302, "{redirect:?}");
        let image = reqwest::get(redirect.header("location")).await.unwrap();
        assert_eq!(image.status(), 200);
        image.bytes().await.unwrap().to_vec()
    }
}

pub fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}
