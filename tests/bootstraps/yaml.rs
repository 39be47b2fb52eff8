//! A CloudFormation template as JSON, its short forms (`!Ref`) spelled out.

use serde_json::{Map, Value, json};
use yaml_rust2::parser::{Event, EventReceiver, Parser, Tag};
use yaml_rust2::scanner::TScalarStyle;

/// A list or a map that is not whole yet.
enum Open {
    List(Vec<Value>, Option<Tag>),
    Map(Map<String, Value>, Option<String>, Option<Tag>),
}

/// What is open, the outermost first, and the document once it is read.
#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    whole: Option<Value>,
}

/// Reads a template.
pub fn parse(text: &str) -> Value {
    let mut reader = Reader::default();
    Parser::new_from_str(text).load(&mut reader, false).unwrap();
    reader.whole.unwrap()
}

impl Reader {
    fn add(&mut self, value: Value) {
        match self.open.last_mut() {
            None => self.whole = Some(value),
            Some(Open::List(list, _)) => list.push(value),
            Some(Open::Map(map, name, _)) => match name.take() {
                Some(name) => assert!(map.insert(name.clone(), value).is_none(), "{name} is there twice"),
                None => *name = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
            },
        }
    }
}

impl EventReceiver for Reader {
    fn on_event(&mut self, event: Event) {
        match event {
            Event::Scalar(text, style, _, tag) => self.add(spelled_out(tag, scalar(text, style))),
            Event::SequenceStart(_, tag) => self.open.push(Open::List(Vec::new(), tag)),
            Event::MappingStart(_, tag) => self.open.push(Open::Map(Map::new(), None, tag)),
            Event::SequenceEnd | Event::MappingEnd => {
                let whole = match self.open.pop().unwrap() {
                    Open::List(list, tag) => spelled_out(tag, list.into()),
                    Open::Map(map, _, tag) => spelled_out(tag, map.into()),
                };
                self.add(whole);
            }
            Event::Alias(_) => panic!("CloudFormation knows no aliases"),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart
            | Event::DocumentEnd => {}
        }
    }
}

fn scalar(text: String, style: TScalarStyle) -> Value {
    if style != TScalarStyle::Plain {
        return text.into();
    }
    match text.as_str() {
        "" | "~" | "null" => Value::Null,
        "true" => true.into(),
        "false" => false.into(),
        _ => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
    }
}

fn spelled_out(tag: Option<Tag>, value: Value) -> Value {
    let Some(tag) = tag else { return value };
    match (tag.suffix.as_str(), &value) {
        ("Ref" | "Condition", _) => json!({ tag.suffix: value }),
        ("GetAtt", Value::String(path)) => {
            let (name, attribute) = path.split_once('.').unwrap();
            json!({ "Fn::GetAtt": [name, attribute] })
        }
        (function, _) => json!({ (format!("Fn::{function}")): value }),
    }
}

#[test]
fn short_forms_are_spelled_out() {
    let read = parse("{a: !Ref B, c: !GetAtt D.Arn, e: !If [F, !Sub \"${G}\", \"1\"], h: 1, i: [true, {}]}");
    let spelled_out = json!({
        "a": { "Ref": "B" },
        "c": { "Fn::GetAtt": ["D", "Arn"] },
        "e": { "Fn::If": ["F", { "Fn::Sub": "${G}" }, "1"] },
        "h": 1,
        "i": [true, {}],
    });
    assert_eq!(read, spelled_out);
}
