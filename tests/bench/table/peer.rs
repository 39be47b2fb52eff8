//! `LiteLLM`, which passes the same image through: what people run who bring their own API keys today.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use reqwest::Client;
use serde_json::json;
use tokio::process::{Child, Command};

use super::process;

/// It refuses to start without one that looks strong.
const MASTER: &str = "sk-5f0c7b8e1d2a4936b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4";

/// The proxy as its makers start it, without a database.
pub struct Peer {
    process: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Peer {
    /// Starts `program` in front of a provider. It takes a minute.
    pub async fn start(program: &Path, provider: &str) -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let config = json!({
            "model_list": [{
                "model_name": "gpt-image-1", "model_info": { "mode": "image_generation" },
                "litellm_params": { "model": "openai/gpt-image-1", "api_base": provider, "api_key": "sk-bench" }
            }],
            "litellm_settings": { "telemetry": false, "drop_params": true }
        });
        // JSON is YAML.
        let file = folder.path().join("litellm.yaml");
        std::fs::write(&file, config.to_string()).unwrap();
        let port = free_port();
        let mut command = Command::new(program);
        command.arg("--config").arg(&file).args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        command.args(["--num_workers", "1", "--telemetry", "False"]);
        command.envs([
            ("LITELLM_MASTER_KEY", MASTER),
            ("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
            ("LITELLM_TELEMETRY", "False"),
            ("LITELLM_LOG", "ERROR"),
        ]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        let peer = Self { process, url: format!("http://127.0.0.1:{port}"), _folder: folder };
        for _ in 0..300 {
            let alive = reqwest::get(format!("{}/health/liveliness", peer.url)).await;
            if alive.is_ok_and(|answer| answer.status() == 200) {
                return peer;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        panic!("the peer does not start");
    }

    /// Passes so many images through, one after the other, and tells what each took of a processor.
    pub async fn pass(&self, images: u32) -> Duration {
        let client = Client::new();
        let process = self.process.id().unwrap();
        self.pass_one(&client).await;
        let before = process::cpu(process);
        for _ in 0..images {
            self.pass_one(&client).await;
        }
        (process::cpu(process) - before) / images
    }

    async fn pass_one(&self, client: &Client) {
        let call = client.post(format!("{}/v1/images/generations", self.url)).bearer_auth(MASTER);
        let order = json!({ "model": "gpt-image-1", "prompt": "a fox", "n": 1 }).to_string();
        let answer = call.header("content-type", "application/json").body(order).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
        assert!(answer.bytes().await.unwrap().len() > 1_000_000);
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
