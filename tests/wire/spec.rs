//! A provider's OpenAPI document, and what does not fit it.

use domain::Provider;
use http::{HeaderMap, Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

pub struct Spec {
    document: Value,
    /// What stands before the document's paths in the sandbox.
    base: &'static str,
}

impl Spec {
    pub fn of(provider: Provider) -> Self {
        let (text, base) = match provider {
            Provider::Openai => (include_str!("../specs/openai-images.json"), "/openai/v1"),
            Provider::Bfl => (include_str!("../specs/bfl.json"), "/bfl"),
            Provider::Anthropic => (include_str!("../specs/anthropic-messages.json"), "/anthropic"),
        };
        Self { document: serde_json::from_str(text).unwrap(), base }
    }

    /// What does not fit about a request.
    pub async fn request(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Vec<String> {
        let Some(operation) = self.operation(method, path) else {
            return vec![format!("request: {method} {path} is not in the document")];
        };
        let mut wrong = self.headers(operation, headers);
        let media_type = headers.get("content-type").map_or("", |value| value.to_str().unwrap());
        let media_type = media_type.split(';').next().unwrap();
        match operation.pointer("/requestBody/content") {
            None if body.is_empty() => {}
            None => wrong.push("request: there should be no body".to_owned()),
            Some(content) => match content.get(media_type) {
                None => wrong.push(format!("request: content type {media_type:?}")),
                Some(content) => {
                    let body = if media_type == "multipart/form-data" {
                        self.form(&content["schema"], headers, body).await
                    } else {
                        serde_json::from_slice(body).unwrap()
                    };
                    wrong.extend(
                        self.misfits(&content["schema"], &body)
                            .into_iter()
                            .map(|at| format!("request: {at}")),
                    );
                }
            },
        }
        wrong
    }

    /// What does not fit about an answer.
    pub fn answer(&self, method: &Method, path: &str, status: StatusCode, body: &[u8]) -> Vec<String> {
        let Some(operation) = self.operation(method, path) else { return Vec::new() };
        let responses = &operation["responses"];
        let Some(response) = responses.get(status.as_str()).or_else(|| responses.get("default")) else {
            return vec![format!("answer: {status} is not in the document for {method} {path}")];
        };
        let response = self.resolve(response);
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return vec![format!("answer {status}: no JSON")];
        };
        let misfits = self.misfits(&response["content"]["application/json"]["schema"], &body);
        misfits.into_iter().map(|at| format!("answer {status} to {method} {path}: {at} in {body}")).collect()
    }

    /// The schema of a JSON request.
    pub fn request_schema(&self, path: &str) -> Validator {
        let path = format!("{}{path}", self.base);
        self.validator(&self.operation(&Method::POST, &path).unwrap()["requestBody"]["content"]["application/json"]["schema"])
    }

    fn misfits(&self, schema: &Value, value: &Value) -> Vec<String> {
        misfits(&self.validator(schema), value)
    }

    fn validator(&self, schema: &Value) -> Validator {
        let mut root = schema.as_object().unwrap().clone();
        root.insert("components".to_owned(), self.document["components"].clone());
        jsonschema::validator_for(&Value::Object(root)).unwrap()
    }

    fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let path = path.strip_prefix(self.base)?;
        let fits = |template: &str| {
            let (mut wanted, mut given) = (template.split('/'), path.split('/'));
            template.split('/').count() == path.split('/').count()
                && wanted
                    .by_ref()
                    .zip(given.by_ref())
                    .all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
        };
        let paths = self.document["paths"].as_object().unwrap();
        let (_, item) = paths
            .iter()
            .find(|(template, _)| *template == path)
            .or_else(|| paths.iter().find(|(t, _)| fits(t)))?;
        item.get(method.as_str().to_lowercase())
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(place) => self.document.pointer(place.strip_prefix('#').unwrap()).unwrap(),
            None => value,
        }
    }

    /// Headers that must be there, such as a version.
    fn headers(&self, operation: &Value, headers: &HeaderMap) -> Vec<String> {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let parameters = parameters.iter().map(|parameter| self.resolve(parameter).clone());
        let required =
            parameters.filter(|parameter| parameter["in"] == "header" && parameter["required"] == true);
        required
            .filter_map(|parameter| {
                let name = parameter["name"].as_str().unwrap();
                let value = headers.get(name).map(|value| value.to_str().unwrap());
                let fits =
                    value.is_some_and(|value| self.misfits(&parameter["schema"], &json!(value)).is_empty());
                (!fits).then(|| format!("request: header {name}: {value:?}"))
            })
            .collect()
    }

    /// A form as the schema sees it: numbers where it wants numbers, lists for names that come several times.
    async fn form(&self, schema: &Value, headers: &HeaderMap, body: &[u8]) -> Value {
        let boundary = multer::parse_boundary(headers["content-type"].to_str().unwrap()).unwrap();
        let body = bytes::Bytes::copy_from_slice(body);
        let mut form = multer::Multipart::new(
            futures_util::stream::once(async { Ok::<_, std::io::Error>(body) }),
            boundary,
        );
        let properties = &self.resolve(schema)["properties"];
        let mut fields = Map::new();
        while let Some(field) = form.next_field().await.unwrap() {
            let name = field.name().unwrap().to_owned();
            if let Some(media_type) = field.content_type() {
                assert!(
                    ["image/png", "image/jpeg", "image/webp"].contains(&media_type.essence_str()),
                    "{media_type}"
                );
                assert!(field.file_name().is_some_and(|file| file.contains('.')), "a file has a name");
                let many = fields
                    .entry(name.clone())
                    .or_insert_with(|| if name.ends_with("[]") { json!([]) } else { json!("file") });
                if let Some(many) = many.as_array_mut() {
                    many.push(json!("file"));
                }
                continue;
            }
            let text = field.text().await.unwrap();
            let number = properties[&name]["type"].to_string().contains("integer");
            fields.insert(name, if number { serde_json::from_str(&text).unwrap() } else { text.into() });
        }
        fields.into()
    }
}

pub fn misfits(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
