//! Anthropic's part of the sandbox.

mod answers;
mod cases;
mod personas;
mod refusals;
mod schemas;

use super::*;

const OK: &str = "sk-ant-sandbox-ok-0001";

/// What stands between a request and its answer.
struct Call<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: String,
}

impl<'a> Call<'a> {
    fn new(method: &'a str, path: &'a str, api_key: &'a str, body: &Value) -> Self {
        let headers = vec![
            ("x-api-key", api_key),
            ("anthropic-version", "2023-06-01"),
            ("content-type", "application/json"),
        ];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Self { method, path, headers, body }
    }

    async fn send(self, scene: &Scene) -> Answer {
        let uri = format!("/anthropic{}", self.path);
        let mut request = Request::builder().method(self.method).uri(uri);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        Scene::send(scene.sandbox.clone().providers(), request.body(Body::from(self.body)).unwrap()).await
    }
}

async fn ask(scene: &Scene, api_key: &str, body: &Value) -> Answer {
    Call::new("POST", "/v1/messages", api_key, body).send(scene).await
}

async fn models(scene: &Scene, api_key: &str) -> Answer {
    Call::new("GET", "/v1/models?limit=1", api_key, &Value::Null).send(scene).await
}

/// Status, error type and message.
fn refusal(answer: &Answer) -> (u16, &str, &str) {
    assert_eq!(answer.body["type"], "error");
    assert_eq!(answer.body["request_id"], answer.headers["request-id"].to_str().unwrap());
    (answer.status, answer.body["error"]["type"].as_str().unwrap(), answer.message())
}

/// What the product asks for.
fn persona_schema() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "name": text, "age": { "type": "integer" }, "occupation": text, "personality": text, "backstory": text,
            "appearance": text, "style": text,
        },
        "required": ["name", "age", "occupation", "personality", "backstory", "appearance", "style"],
        "additionalProperties": false,
    })
}

fn brief(brief: &str, language: &str) -> Value {
    json!({
        "model": "claude-haiku-5-5",
        "max_tokens": 4000,
        "system": "Write a persona.",
        "messages": [
            { "role": "user", "content": format!("Language: {language}\n<brief>\n{brief}\n</brief>\n") },
        ],
        "output_config": {
            "effort": "low",
            "format": { "type": "json_schema", "schema": persona_schema() },
        },
    })
}

/// The smallest request.
fn small() -> Value {
    json!({
        "model": "claude-haiku-5-5",
        "max_tokens": 1000,
        "messages": [{ "role": "user", "content": "a friendly baker" }],
        "output_config": { "effort": "low" },
    })
}

/// The text block, wherever it is.
fn text(answer: &Answer) -> &str {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let blocks = answer.body["content"].as_array().unwrap();
    blocks.iter().find(|block| block["type"] == "text").map_or("", |block| block["text"].as_str().unwrap())
}

async fn persona(scene: &Scene, told: &str, language: &str) -> Value {
    let answer = ask(scene, OK, &brief(told, language)).await;
    assert_eq!(answer.body["stop_reason"], "end_turn");
    serde_json::from_str(text(&answer)).unwrap()
}
