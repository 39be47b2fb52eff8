//! Structured answers fit their schemas, whatever those ask for.

use super::*;

/// Whether a value fits, as far as the schemas here go.
fn fits(schema: &Value, value: &Value, root: &Value) -> bool {
    if let Some(target) = schema["$ref"].as_str() {
        return fits(root.pointer(target.trim_start_matches('#')).unwrap(), value, root);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        return any.iter().any(|schema| fits(schema, value, root));
    }
    let fixed = schema.get("const").is_none_or(|fixed| fixed == value);
    let listed = schema["enum"].as_array().is_none_or(|all| all.contains(value));
    let of = |kind: &str| match kind {
        "object" => {
            let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object())
            else {
                return false;
            };
            let required = schema["required"].as_array().unwrap();
            fields
                .iter()
                .all(|(name, value)| properties.get(name).is_some_and(|schema| fits(schema, value, root)))
                && required.iter().all(|name| fields.contains_key(name.as_str().unwrap()))
        }
        "array" => {
            let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).unwrap();
            value.as_array().is_some_and(|items| {
                items.len() >= least && items.iter().all(|item| fits(&schema["items"], item, root))
            })
        }
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    };
    let kinds = match &schema["type"] {
        Value::String(kind) => of(kind),
        Value::Array(kinds) => kinds.iter().any(|kind| of(kind.as_str().unwrap())),
        _ => true,
    };
    let bounds = [("minimum", true), ("maximum", false)].into_iter().all(|(name, least)| {
        let bound = schema[name].as_f64();
        bound.is_none_or(|bound| {
            value.as_f64().is_some_and(|value| if least { value >= bound } else { value <= bound })
        })
    });
    let length = value.as_str().map_or(0, |text| text.chars().count() as u64);
    let lengths = schema["minLength"].as_u64().is_none_or(|least| length >= least)
        && schema["maxLength"].as_u64().is_none_or(|most| length <= most);
    fixed && listed && kinds && bounds && lengths
}

async fn answer(schema: &Value) -> Value {
    let mut body = brief("a 34-year-old baker called Mara", "English");
    body["output_config"]["format"]["schema"] = schema.clone();
    body["max_tokens"] = json!(128_000);
    let answer = ask(&Scene::new(), OK, &body).await;
    serde_json::from_str(text(&answer)).unwrap()
}

fn object(properties: Value) -> Value {
    let required: Vec<_> = properties.as_object().unwrap().keys().cloned().collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

#[tokio::test]
async fn answers_fit() {
    let text = json!({ "type": "string" });
    let mut recursive = object(json!({ "node": { "$ref": "#/$defs/node" } }));
    let next = json!({ "anyOf": [{ "$ref": "#/$defs/node" }, { "type": "null" }] });
    recursive["$defs"] = json!({ "node": object(json!({ "title": text, "next": next })) });
    recursive["$defs"]["node"]["required"] = json!(["title"]);
    for schema in [
        persona_schema(),
        object(json!({ "title": text })),
        object(
            json!({ "n": { "type": "integer" }, "x": { "type": "number" }, "yes": { "type": "boolean" } }),
        ),
        object(
            json!({ "kind": { "enum": ["a", "b"] }, "version": { "const": 2 }, "nothing": { "type": "null" } }),
        ),
        object(
            json!({ "maybe": { "type": ["null", "string"] }, "either": { "anyOf": [{ "type": "integer" }, text] } }),
        ),
        object(
            json!({ "list": { "type": "array", "items": object(json!({ "deep": text })), "minItems": 2 } }),
        ),
        object(json!({ "inner": object(json!({ "innermost": object(json!({ "name": text })) })) })),
        object(
            json!({ "age": { "type": "string" }, "name": { "type": "integer" }, "style": { "enum": ["x"] } }),
        ),
        object(
            json!({ "age": { "type": "integer", "maximum": 30 }, "n": { "type": "integer", "minimum": 7 } }),
        ),
        object(
            json!({ "name": { "type": "string", "maxLength": 3 }, "t": { "type": "string", "minLength": 99 } }),
        ),
        json!({ "type": "array", "items": text }),
        json!({ "type": "string" }),
        recursive,
    ] {
        let value = answer(&schema).await;
        assert!(fits(&schema, &value, &schema), "{schema}\n{value}");
    }
}

#[tokio::test]
async fn what_nothing_can_fit_comes_to_an_end() {
    let again = json!({ "$ref": "#" });
    let many = object(json!({ "a": again, "b": again, "c": again, "d": again, "e": again }));
    assert!(answer(&many).await.is_object());
    let huge = json!({ "type": "string", "minLength": 4_000_000_000_u64 });
    assert!(answer(&object(json!({ "huge": huge }))).await["huge"].is_string());
    let huge = json!({ "type": "integer", "exclusiveMinimum": i64::MAX });
    assert!(answer(&object(json!({ "huge": huge }))).await["huge"].is_i64());
}

#[tokio::test]
async fn what_is_known_goes_where_it_is_asked_for() {
    let schema = object(json!({
        "name": { "type": "string", "description": "The full name" },
        "age": { "type": "integer", "minimum": 18, "maximum": 99 },
        "motto": { "type": "string" },
        "friend": object(json!({ "age": { "type": "integer" } })),
    }));
    let value = answer(&schema).await;
    assert!(value["name"].as_str().unwrap().starts_with("Mara "));
    assert_eq!(
        (&value["age"], &value["friend"]["age"]),
        (&json!(34), &json!(1)),
        "the friend is somebody else"
    );
}
