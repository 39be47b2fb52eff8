//! The examples of the document, one of each body, from the `examples` folders of the functions.

use std::collections::BTreeMap;

use jsonschema::Draft;
use serde_json::{Value, json};

use super::document;
use crate::tidy::root;

/// By the name of the schema, which is that of the file.
pub fn examples() -> BTreeMap<String, Value> {
    let mut examples = BTreeMap::new();
    for function in std::fs::read_dir(root().join("functions")).unwrap() {
        let Ok(files) = std::fs::read_dir(function.unwrap().path().join("examples")) else { continue };
        for file in files {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let example = serde_json::from_slice(&std::fs::read(&path).unwrap());
            let example = example.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(examples.insert(name, example).is_none(), "{} is there twice", path.display());
        }
    }
    examples
}

/// Every JSON body, asked or answered, has an example that fits its own schema; and so has every parameter of a path.
#[test]
fn every_operation_has_examples_that_fit() {
    let document = document();
    let (mut tried, mut used) = (0, std::collections::BTreeSet::new());
    let fits = |place: &str, schema: &Value, example: &Value| {
        let mut schema = schema.clone();
        schema["components"] = document["components"].clone();
        let validator = jsonschema::options().with_draft(Draft::Draft202012).build(&schema).unwrap();
        let misfits: Vec<_> = validator.iter_errors(example).map(|error| error.to_string()).collect();
        assert!(misfits.is_empty(), "the example of {place}: {misfits:?}");
    };
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            for parameter in operation["parameters"].as_array().unwrap() {
                if let Some(example) = parameter.get("example") {
                    fits(&place, &parameter["schema"], example);
                }
                assert!(parameter["in"] != "path" || !parameter["example"].is_null(), "{place}: {parameter}");
            }
            let answers = operation["responses"].as_object().unwrap().iter();
            let answers = answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer);
            for content in answers.chain(operation.get("requestBody")).filter_map(|body| body.get("content"))
            {
                let Some(media) = content.get("application/json").filter(|_| path != "/openapi.json") else {
                    continue;
                };
                let empty = media["schema"]["$ref"] == "#/components/schemas/Nothing";
                let nothing = json!({});
                let example = media.get("example").or_else(|| empty.then_some(&nothing));
                let example =
                    example.unwrap_or_else(|| panic!("{place} has no example of {}", media["schema"]));
                fits(&place, &media["schema"], example);
                let name = media["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
                used.insert(name.strip_suffix("Page").unwrap_or(name).to_owned());
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried} bodies");
    let unused: Vec<_> = examples().into_keys().filter(|name| !used.contains(name)).collect();
    assert!(unused.is_empty(), "examples of nothing: {unused:?}");
}
