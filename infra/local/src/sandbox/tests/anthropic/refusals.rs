//! Requests that do not fit are refused as Anthropic refuses them.

use super::*;

#[tokio::test]
async fn every_field_is_checked() {
    let scene = Scene::new();
    let user = |content: Value| json!([{ "role": "user", "content": content }]);
    let open = json!({ "format": { "type": "json_schema", "schema": { "type": "object" } } });
    for (field, value, place) in [
        ("model", json!(7), "model"),
        ("max_tokens", json!("1000"), "max_tokens"),
        ("max_tokens", json!(-1), "max_tokens"),
        ("max_tokens", json!(1.5), "max_tokens"),
        ("max_tokens", Value::Null, "max_tokens"),
        ("max_tokens", json!(128_001), "max_tokens"),
        ("messages", json!([]), "messages"),
        ("messages", json!("hello"), "messages"),
        ("messages", json!(["hello"]), "messages.0"),
        ("messages", json!([{ "role": "user" }]), "messages.0.content"),
        ("messages", json!([{ "role": "bot", "content": "a" }]), "messages.0.role"),
        ("messages", json!([{ "role": "user", "content": "a", "name": "b" }]), "messages.0.name"),
        ("messages", user(json!(7)), "messages.0.content"),
        ("messages", user(json!([{ "text": "a" }])), "messages.0.content.0.type"),
        ("messages", user(json!([{ "type": "audio" }])), "messages.0.content.0.type"),
        ("messages", user(json!([{ "type": "text" }])), "messages.0.content.0.text"),
        ("messages", user(json!([{ "type": "text", "text": "" }])), "messages.0.content.0.text"),
        ("messages", user(json!([{ "type": "text", "text": "a", "b": 1 }])), "messages.0.content.0.b"),
        ("messages", user(json!([{ "type": "image" }])), "messages.0.content.0.source"),
        (
            "messages",
            user(
                json!([{ "type": "image", "source": { "type": "base64", "media_type": "image/bmp", "data": "" } }]),
            ),
            "messages.0.content.0.source.media_type",
        ),
        ("messages", user(json!([{ "type": "tool_result" }])), "messages.0.content.0.tool_use_id"),
        ("messages", user(json!([{ "type": "document" }])), "messages.0.content.0.source"),
        ("system", json!(7), "system"),
        ("system", json!([{ "type": "image" }]), "system.0.type"),
        ("output_config", json!("low"), "output_config"),
        ("output_config", json!({ "effort": "huge" }), "output_config.effort"),
        ("output_config", json!({ "verbosity": "low" }), "output_config.verbosity"),
        ("output_config", json!({ "format": { "type": "json_object" } }), "output_config.format.type"),
        ("output_config", json!({ "format": { "type": "json_schema" } }), "output_config.format.schema"),
        ("output_config", open, "output_config.format.schema"),
        ("output_format", json!({}), "output_format"),
        ("tools", json!([{ "name": "a" }]), "tools.0.input_schema"),
        ("tool_choice", json!({ "type": "any" }), "tool_choice.type"),
        ("tool_choice", json!({ "type": "none", "name": "a" }), "tool_choice.name"),
        ("thinking", json!({ "type": "enabled", "budget_tokens": 2000 }), "thinking.type"),
        ("thinking", json!({ "type": "deep" }), "thinking.type"),
        ("thinking", json!({ "type": "adaptive", "display": "full" }), "thinking.display"),
        ("metadata", json!({ "user": "a" }), "metadata.user"),
        ("stop_sequences", json!(["a", 7]), "stop_sequences.1"),
        ("stream", json!(true), "stream"),
        ("stream", json!("no"), "stream"),
        ("temperature", json!(0.5), "temperature"),
        ("temperature", json!(1.5), "temperature"),
        ("temperature", json!("hot"), "temperature"),
        ("top_p", json!(0.9), "top_p"),
        ("top_k", json!(40), "top_k"),
        ("service_tier", json!("priority"), "service_tier"),
        ("speed", json!("faster"), "speed"),
        ("cache_control", json!({ "type": "permanent" }), "cache_control.type"),
        ("prompt", json!("a"), "prompt"),
    ] {
        let mut body = small();
        body[field] = value.clone();
        let refused = ask(&scene, OK, &body).await;
        let (status, kind, message) = refusal(&refused);
        assert_eq!((status, kind), (400, "invalid_request_error"), "{field}: {value}");
        assert!(message.starts_with(&format!("{place}: ")), "{field}: {value}: {message}");
    }
    for field in ["model", "max_tokens", "messages"] {
        let mut body = small();
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(refusal(&ask(&scene, OK, &body).await).2, format!("{field}: Field required"));
    }
    assert_eq!(scene.charges().await["total"], "0.0000");
}

#[tokio::test]
async fn models_take_what_their_families_take() {
    let scene = Scene::new();
    let prefilled = json!([{ "role": "user", "content": "a" }, { "role": "assistant", "content": "{" }]);
    let (adaptive, disabled) = (json!({ "type": "adaptive" }), json!({ "type": "disabled" }));
    let (between, enabled) =
        (json!({ "type": "between_tools" }), json!({ "type": "enabled", "budget_tokens": 1024 }));
    for (model, field, value, status) in [
        ("claude-haiku-5-5", "temperature", json!(1), 200),
        ("claude-opus-5", "temperature", json!(0), 400),
        ("claude-sonnet-4-6", "temperature", json!(0), 200),
        ("claude-sonnet-4-6", "top_k", json!(5), 200),
        ("claude-sonnet-5", "messages", prefilled.clone(), 400),
        ("claude-sonnet-4-5", "messages", prefilled, 200),
        ("claude-fable-5-2", "thinking", enabled.clone(), 400),
        ("claude-opus-4-7", "thinking", enabled, 200),
        ("claude-opus-5-5", "thinking", disabled.clone(), 400),
        ("claude-haiku-5-5", "thinking", disabled, 200),
        ("claude-sonnet-5-5", "thinking", between.clone(), 200),
        ("claude-haiku-5-5", "thinking", between, 400),
        ("claude-opus-5-5", "thinking", adaptive, 200),
        ("claude-haiku-4-5", "max_tokens", json!(64_001), 400),
        ("claude-3-haiku", "max_tokens", json!(1000), 404),
        ("claude-opus-4-8", "max_tokens", json!(1000), 404),
        ("gpt-5", "max_tokens", json!(1000), 404),
    ] {
        let mut body = small();
        (body["model"], body[field]) = (json!(model), value.clone());
        let answer = ask(&scene, OK, &body).await;
        assert_eq!(answer.status, status, "{model} {field} {value}: {}", answer.message());
        if status == 404 {
            assert_eq!(refusal(&answer).1, "not_found_error");
        }
    }
}

#[tokio::test]
async fn what_may_be_null_or_is_harmless_is_taken() {
    let scene = Scene::new();
    let mut body = brief("a baker", "English");
    for field in ["speed", "inference_geo", "cache_control"] {
        body[field] = Value::Null;
    }
    body["output_config"]["effort"] = Value::Null;
    body["max_tokens"] = json!(4000);
    body["metadata"] = json!({ "user_id": null });
    body["system"] =
        json!([{ "type": "text", "text": "a", "cache_control": { "type": "ephemeral", "ttl": "1h" } }]);
    body["tools"] = json!([{ "name": "a", "input_schema": { "type": "object" }, "strict": true }]);
    body["tool_choice"] = json!({ "type": "auto" });
    body["stream"] = json!(false);
    body["service_tier"] = json!("standard_only");
    let source = json!({ "type": "base64", "media_type": "image/png", "data": "aGk=" });
    body["messages"][0]["content"] =
        json!([{ "type": "image", "source": source }, { "type": "text", "text": "a baker" }]);
    let answer = ask(&scene, OK, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn headers_and_paths_are_checked_too() {
    let scene = Scene::new();
    for (versions, status) in [(&[][..], 400), (&["2023-01-01"], 400), (&["2023-06-01"], 200)] {
        let mut call = Call::new("GET", "/v1/models", OK, &Value::Null);
        call.headers = vec![("x-api-key", OK)];
        call.headers.extend(versions.iter().map(|version| ("anthropic-version", *version)));
        let answer = call.send(&scene).await;
        assert_eq!(answer.status, status, "{versions:?}");
        if status == 400 {
            assert!(refusal(&answer).2.starts_with("anthropic-version: "));
        }
    }
    for (method, path, body, status, kind) in [
        ("POST", "/v1/messages", "{", 400, "invalid_request_error"),
        ("POST", "/v1/messages", "[]", 400, "invalid_request_error"),
        ("GET", "/v1/messages", "", 405, "invalid_request_error"),
        ("POST", "/v1/complete", "{}", 404, "not_found_error"),
        ("GET", "/v2/models", "", 404, "not_found_error"),
        ("GET", "/v1/models/claude-2", "", 404, "not_found_error"),
        ("GET", "/v1/models?limit=0", "", 400, "invalid_request_error"),
        ("GET", "/v1/models?limit=many", "", 400, "invalid_request_error"),
        ("GET", "/v1/models?after_id=claude-2", "", 400, "invalid_request_error"),
    ] {
        let mut call = Call::new(method, path, OK, &Value::Null);
        call.body = body.to_owned();
        let answer = call.send(&scene).await;
        assert_eq!((refusal(&answer).0, refusal(&answer).1), (status, kind), "{method} {path} {body}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_html() {
    let scene = Scene::new();
    let mut call = Call::new("POST", "/v1/messages", OK, &Value::Null);
    call.body = " ".repeat((32 << 20) + 1);
    let answer = call.send(&scene).await;
    assert_eq!((answer.status, &answer.body), (413, &Value::Null));
    assert_eq!(answer.headers["content-type"], "text/html");
}
