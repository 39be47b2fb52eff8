//! The template, and what its values come to once parameters are chosen and resources are made.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::yaml::parse;
use crate::support::binary::binary;
use crate::tidy::root;

/// The stack's name, and with it the stage.
pub const STACK: &str = "ownkey-team-a";

/// The template that is deployed: what `sam build` made of ours, or ours.
pub struct Template {
    document: Value,
    /// Where `sam build` has left the functions.
    built: Option<PathBuf>,
}

/// A stack that a template was made to.
#[derive(Default)]
pub struct Made {
    /// Parameters that are not left at their default.
    pub parameters: HashMap<&'static str, &'static str>,
    /// What resources are called: by name in the template and attribute, `Ref` among those.
    pub names: HashMap<(String, &'static str), String>,
}

impl Template {
    /// `OWNKEY_BOOTSTRAPS` is the folder that `sam build` has built into.
    pub fn read() -> Self {
        let built = std::env::var_os("OWNKEY_BOOTSTRAPS").map(PathBuf::from);
        let file = built.as_ref().map_or_else(|| root().join("infra"), Clone::clone).join("template.yaml");
        let text =
            std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Self { document: parse(&text), built }
    }

    /// Resources of a type, such as `DynamoDB::Table`: name and properties.
    pub fn resources(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        let all = self.document["Resources"].as_object().unwrap().iter();
        let kind = format!("AWS::{kind}");
        let of_kind = all.filter(move |(_, resource)| resource["Type"] == kind.as_str());
        of_kind.map(|(name, resource)| (name.as_str(), &resource["Properties"]))
    }

    /// The functions: name and properties.
    pub fn functions(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.resources("Serverless::Function")
    }

    /// The events of a type that reach functions: the function's name and the event's properties.
    pub fn events(&self, kind: &str) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for (name, function) in self.functions() {
            let events = function.get("Events").and_then(Value::as_object).into_iter().flat_map(Map::values);
            let of_kind = events.filter(|event| event["Type"] == kind);
            found.extend(of_kind.map(|event| (name.to_owned(), event["Properties"].clone())));
        }
        found
    }

    /// The program of a function.
    pub async fn program(&self, function: &Value) -> PathBuf {
        let code = function["CodeUri"].as_str().unwrap();
        match &self.built {
            Some(folder) => folder.join(code).join("bootstrap"),
            None => binary(code.rsplit('/').next().unwrap()).await,
        }
    }

    /// What Lambda sets in a function's environment.
    pub fn environment(&self, function: &Value, made: &Made) -> Vec<(String, String)> {
        let variables = |of: &Value| of.pointer("/Environment/Variables").and_then(Value::as_object).cloned();
        let globals = variables(&self.document["Globals"]["Function"]).unwrap_or_default();
        let all = globals.into_iter().chain(variables(function).unwrap_or_default());
        let all = all.map(|(name, value)| (name, self.value(&value, made)));
        all.filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, text(&value))).collect()
    }

    /// What a value comes to.
    pub fn value(&self, value: &Value, made: &Made) -> Value {
        let again = |value: &Value| self.value(value, made);
        match value {
            Value::Array(list) => list.iter().map(again).collect(),
            Value::Object(map) => match map.iter().next() {
                Some((function, given)) if function == "Ref" || function.starts_with("Fn::") => {
                    self.intrinsic(function, given, made)
                }
                _ => map.iter().map(|(name, value)| (name.clone(), again(value))).collect(),
            },
            plain => plain.clone(),
        }
    }

    fn intrinsic(&self, function: &str, given: &Value, made: &Made) -> Value {
        let given_text = |at: usize| text(&self.value(&given[at], made));
        match function {
            "Ref" if given == "AWS::NoValue" => Value::Null,
            "Ref" => self.named(&text(given), "Ref", made).into(),
            "Fn::GetAtt" => self.named(&given_text(0), &given_text(1), made).into(),
            "Fn::Sub" => self.filled_in(given.as_str().unwrap(), made).into(),
            "Fn::If" => self.value(&given[if self.holds(&given[0], made) { 1 } else { 2 }], made),
            "Fn::FindInMap" => {
                let [map, first, second] = [0, 1, 2].map(given_text);
                self.document["Mappings"][map][first][second].clone()
            }
            "Fn::Join" => {
                let parts = self.value(&given[1], made);
                let parts: Vec<_> = parts.as_array().unwrap().iter().map(text).collect();
                parts.join(&given_text(0)).into()
            }
            other => panic!("{other} is not understood here"),
        }
    }

    fn named(&self, name: &str, attribute: &str, made: &Made) -> String {
        let resource = &self.document["Resources"][name];
        let attribute_of_made = made.names.iter().find(|((of, what), _)| of == name && *what == attribute);
        match (name, attribute_of_made) {
            ("AWS::StackName", _) => STACK.to_owned(),
            ("AWS::Region", _) => "us-east-1".to_owned(),
            ("AWS::AccountId", _) => "000000000000".to_owned(),
            ("AWS::Partition", _) => "aws".to_owned(),
            ("AWS::URLSuffix", _) => "amazonaws.com".to_owned(),
            (_, Some((_, called))) => called.clone(),
            _ if resource.is_object() => format!("{STACK}-{name}-{attribute}"),
            _ => {
                let default = &self.document["Parameters"][name]["Default"];
                let chosen = made.parameters.get(name).map(|chosen| (*chosen).to_owned());
                chosen.unwrap_or_else(|| match default {
                    Value::Null => panic!("{name} is no resource, and no parameter that has a value"),
                    default => text(default),
                })
            }
        }
    }

    fn filled_in(&self, pattern: &str, made: &Made) -> String {
        let mut parts = pattern.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap();
            let (name, attribute) = name.split_once('.').unwrap_or((name, "Ref"));
            filled += &self.named(name, attribute, made);
            filled += rest;
        }
        filled
    }

    fn holds(&self, condition: &Value, made: &Made) -> bool {
        if let Some(name) = condition.as_str() {
            return self.holds(&self.document["Conditions"][name], made);
        }
        let (how, what) = condition.as_object().and_then(|map| map.iter().next()).unwrap();
        let all = || what.as_array().unwrap();
        match how.as_str() {
            "Condition" => self.holds(what, made),
            "Fn::Equals" => text(&self.value(&what[0], made)) == text(&self.value(&what[1], made)),
            "Fn::Not" => !self.holds(&what[0], made),
            "Fn::And" => all().iter().all(|one| self.holds(one, made)),
            "Fn::Or" => all().iter().any(|one| self.holds(one, made)),
            other => panic!("{other} is not understood here"),
        }
    }
}

/// Numbers are texts to CloudFormation.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
