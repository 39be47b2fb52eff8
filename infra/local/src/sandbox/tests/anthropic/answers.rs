//! What a good answer looks like, and what it costs.

use super::*;

#[tokio::test]
async fn an_answer_thinks_first_and_then_speaks() {
    let scene = Scene::new();
    let answer = ask(&scene, OK, &small()).await;
    let body = &answer.body;
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    assert!(body["id"].as_str().unwrap().starts_with("msg_"));
    for (field, value) in [
        ("type", json!("message")),
        ("role", json!("assistant")),
        ("model", json!("claude-haiku-5-5")),
        ("stop_reason", json!("end_turn")),
        ("stop_sequence", Value::Null),
        ("stop_details", Value::Null),
    ] {
        assert_eq!(body[field], value, "{field}");
    }
    let [thinking, text] = body["content"].as_array().unwrap().as_slice() else { panic!("{body}") };
    assert_eq!((&thinking["type"], &thinking["thinking"]), (&json!("thinking"), &json!("")));
    assert!(!thinking["signature"].as_str().unwrap().is_empty());
    assert!(text["text"].as_str().unwrap().contains("baker"));
    // "a friendly baker" has 16 characters, 3 a token, and a message costs 4.
    let written = u64::try_from(text["text"].as_str().unwrap().chars().count().div_ceil(3)).unwrap();
    assert_eq!(
        body["usage"],
        json!({
            "input_tokens": 10,
            "output_tokens": 64 + written,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens_details": { "thinking_tokens": 64 },
            "service_tier": "standard",
        })
    );
}

#[tokio::test]
async fn whoever_does_not_think_begins_with_the_text() {
    let scene = Scene::new();
    for (model, thinking) in
        [("claude-haiku-5-5", json!({ "type": "disabled" })), ("claude-haiku-4-5", Value::Null)]
    {
        let mut body = small();
        body["model"] = json!(model);
        if !thinking.is_null() {
            body["thinking"] = thinking;
        }
        let answer = ask(&scene, OK, &body).await;
        assert_eq!(answer.body["content"][0]["type"], "text", "{model}");
        assert_eq!(answer.body["usage"]["output_tokens_details"]["thinking_tokens"], 0);
    }
}

#[tokio::test]
async fn every_answer_is_charged_to_the_tenth_of_a_micro_dollar() {
    let scene = Scene::new();
    let long = "a ".repeat(160_000);
    // The price for a million tokens in and out, in tenths of a dollar.
    for (number, (model, prompt, price_in, price_out)) in [
        ("claude-haiku-5-5", "a", 1, 5),
        ("claude-haiku-5-5", long.as_str(), 5, 25),
        ("claude-sonnet-5-5", "a", 20, 100),
        ("claude-opus-5-5", "a", 40, 200),
        ("claude-fable-5-2", "a", 80, 400),
        ("claude-opus-5", "a", 50, 250),
        ("claude-sonnet-5", "a", 20, 100),
        ("claude-haiku-4-5", "a", 10, 50),
        ("claude-sonnet-4-6", "a", 30, 150),
        ("claude-opus-4-5", "a", 50, 250),
        ("claude-opus-4-6", "a", 50, 250),
        ("claude-opus-4-7", "a", 50, 250),
        ("claude-sonnet-4-5", "a", 30, 150),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = small();
        (body["model"], body["messages"][0]["content"]) = (json!(model), json!(prompt));
        let answer = ask(&scene, OK, &body).await;
        let usage = |name: &str| answer.body["usage"][name].as_u64().unwrap();
        let tenths = usage("input_tokens") * price_in + usage("output_tokens") * price_out;
        let charge = scene.charges().await["items"][number].clone();
        assert_eq!(charge["amount"], domain::Usd::from_micros(tenths.div_ceil(10)).to_string(), "{model}");
        assert_eq!((&charge["provider"], &charge["model"]), (&json!("anthropic"), &json!(model)));
        assert_eq!(charge["request_id"], answer.headers["request-id"].to_str().unwrap());
    }
}

#[tokio::test]
async fn too_few_tokens_cut_the_json_off() {
    let scene = Scene::new();
    // 64 go to thinking: the rest is half an object, and sometimes nothing.
    for (most, blocks) in [(100, 2), (65, 2), (64, 1), (10, 1)] {
        let mut body = brief("a baker", "English");
        body["max_tokens"] = json!(most);
        let answer = ask(&scene, OK, &body).await;
        assert_eq!(answer.body["stop_reason"], "max_tokens", "{most}");
        assert_eq!(answer.body["content"].as_array().unwrap().len(), blocks, "{most}");
        assert_eq!(answer.body["usage"]["output_tokens"], most);
        assert!(serde_json::from_str::<Value>(text(&answer)).is_err());
    }
}

#[tokio::test]
async fn a_stop_sequence_ends_the_text() {
    let scene = Scene::new();
    let mut body = small();
    body["stop_sequences"] = json!(["never said", "baker"]);
    let answer = ask(&scene, OK, &body).await;
    assert_eq!(
        (&answer.body["stop_reason"], &answer.body["stop_sequence"]),
        (&json!("stop_sequence"), &json!("baker"))
    );
    assert!(!text(&answer).contains("baker"));
}

#[tokio::test]
async fn counting_agrees_with_the_bill() {
    let scene = Scene::new();
    let asked = brief("a baker", "English");
    let mut counted = asked.clone();
    counted.as_object_mut().unwrap().remove("max_tokens");
    let count = |body: Value| async move {
        Call::new("POST", "/v1/messages/count_tokens", OK, &body).send(&scene).await
    };
    let count = count(counted).await;
    let scene = Scene::new();
    assert_eq!(count.body["input_tokens"], ask(&scene, OK, &asked).await.body["usage"]["input_tokens"]);
    let refused = Call::new("POST", "/v1/messages/count_tokens", OK, &asked).send(&scene).await;
    assert_eq!(refusal(&refused).2, "max_tokens: Extra inputs are not permitted");
}

#[tokio::test]
async fn models_are_listed_in_pages_with_their_end() {
    let scene = Scene::new();
    let get = async |path: &str| Call::new("GET", path, OK, &Value::Null).send(&scene).await.body;
    let all = get("/v1/models").await;
    let models = all["data"].as_array().unwrap();
    assert_eq!((models.len(), &all["has_more"]), (12, &json!(false)));
    for model in models {
        assert_eq!(model["type"], "model");
        assert!(model["display_name"].is_string() && model["max_tokens"].is_u64());
        assert!(model["created_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
        assert_eq!(model["capabilities"]["structured_outputs"]["supported"], true);
        assert_eq!(&get(&format!("/v1/models/{}", model["id"].as_str().unwrap())).await, model);
    }
    let going: Vec<_> = models.iter().filter(|model| model["lifecycle"] != "active").collect();
    assert_eq!(going.len(), 1);
    for (field, value) in
        [("id", "claude-sonnet-4-5"), ("lifecycle", "deprecated"), ("retires_at", "2026-11-30")]
    {
        assert_eq!(going[0][field], value);
    }
    for (query, first, last, more) in [
        ("limit=1", 0, 0, true),
        ("limit=1000", 0, 11, false),
        ("limit=2&after_id=claude-haiku-5-5", 1, 2, true),
        ("after_id=claude-haiku-5-5", 1, 11, false),
        ("limit=2&before_id=claude-opus-5", 2, 3, true),
        ("before_id=claude-sonnet-5-5", 0, 0, false),
    ] {
        let page = get(&format!("/v1/models?{query}")).await;
        let expected = (&models[first]["id"], &models[last]["id"], &json!(more));
        assert_eq!((&page["first_id"], &page["last_id"], &page["has_more"]), expected, "{query}");
        assert_eq!(page["data"].as_array().unwrap().len(), last - first + 1);
    }
}
