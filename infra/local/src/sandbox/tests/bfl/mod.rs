//! Black Forest Labs.

mod cases;
mod delivery;
mod prices;
mod refusals;
mod tasks;

use super::*;

const API_KEY: &str = "bfl-sandbox-ok-0001";
const HERE: &str = "http://127.0.0.1:4000/bfl";

impl Scene {
    async fn bfl(&self, method: &str, path: &str, api_key: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/bfl{path}"))
            .header("host", "127.0.0.1:4000")
            .header("x-key", api_key)
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()));
        Self::send(self.sandbox.clone().providers(), request.unwrap()).await
    }

    /// Orders from the model in `body["model"]`, or from `flux-2-pro`.
    async fn submit(&self, api_key: &str, mut body: Value) -> Answer {
        let model = body.as_object_mut().unwrap().remove("model").unwrap_or(json!("flux-2-pro"));
        let path = format!("/v1/{}", model.as_str().unwrap());
        self.bfl("POST", &path, api_key, &body.to_string()).await
    }

    async fn poll(&self, api_key: &str, submitted: &Answer) -> Answer {
        let url = submitted.body["polling_url"].as_str().unwrap();
        self.bfl("GET", url.strip_prefix(HERE).unwrap(), api_key, "").await
    }

    async fn credits(&self, api_key: &str) -> Answer {
        self.bfl("GET", "/v1/credits", api_key, "").await
    }

    /// Without an API key, as it should be.
    async fn fetch(&self, url: &str) -> Answer {
        let path = url.strip_prefix("http://127.0.0.1:4000").unwrap();
        let request = Request::get(path).body(Body::empty()).unwrap();
        Self::send(self.sandbox.clone().providers(), request).await
    }

    /// From the order to the file.
    async fn image_of(&self, order: Value) -> Bytes {
        let submitted = self.submit(API_KEY, order).await;
        assert_eq!(submitted.status, 200, "{}", submitted.body);
        let ready = self.poll(API_KEY, &submitted).await;
        let sample = self.fetch(ready.body["result"]["sample"].as_str().unwrap()).await;
        assert_eq!(sample.status, 200);
        sample.bytes
    }

    /// As [`Scene::restart`], but from now on every image takes an hour.
    fn restart_slowly(&mut self) {
        let hour = Duration::from_secs(3600);
        let sandbox = Sandbox::open(&self.folder).unwrap();
        self.sandbox = Arc::new(sandbox.with_think_time(hour).with_slow_time(hour));
    }
}

impl Answer {
    fn detail(&self) -> (u16, &str) {
        (self.status, self.body["detail"].as_str().unwrap_or_default())
    }
}

fn tiny() -> Value {
    json!({ "prompt": "a friendly baker", "width": 64, "height": 64 })
}

/// A file in base64, as a request carries it.
fn base64(file: &[u8]) -> Value {
    base64_simd::STANDARD.encode_to_string(file).into()
}
