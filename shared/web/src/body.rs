//! A JSON body. What does not fit is named by its place, never by its value.

use axum::body::Body;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{Problem, ProblemKind};

/// The largest body: the longest prompt is 32,000 characters.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// A body of type `T`. Refuses unknown fields if `T` does.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, A: Send + Sync> FromRequest<A> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &A) -> Result<Self, Problem> {
        check_headers(request.headers())?;
        let body = read(request.into_body()).await?;
        parse(&body).map(Self)
    }
}

/// No body at all is fine where a handler asks for `Option<JsonBody<T>>`, whatever its headers announce.
impl<T: DeserializeOwned, A: Send + Sync> OptionalFromRequest<A> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &A) -> Result<Option<Self>, Problem> {
        let (parts, body) = request.into_parts();
        check_length(&parts.headers)?;
        let body = read(body).await?;
        if body.trim_ascii().is_empty() {
            return Ok(None);
        }
        check_headers(&parts.headers)?;
        parse(&body).map(|body| Some(Self(body)))
    }
}

/// What a route takes that takes nothing: no body, or `{}`. So a field that somebody hopes will do something is refused
/// there too.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

fn check_headers(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type != "application/json" {
        let detail = "Set the header `Content-Type: application/json`.";
        return Err(Problem::new(ProblemKind::UnsupportedMediaType, detail));
    }
    check_length(headers)
}

/// Refuses by what it announces, before it is read.
fn check_length(headers: &HeaderMap) -> Result<(), Problem> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LARGEST_BODY) { Err(too_large()) } else { Ok(()) }
}

async fn read(body: Body) -> Result<bytes::Bytes, Problem> {
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Problem::new(ProblemKind::InvalidRequest, "The body was cut off. Send it again.")),
    }
}

/// Reads JSON: a body, or a part of one that may be wrong without the rest.
///
/// # Errors
/// `invalid-json` or `invalid-request`, with the field where it can be named.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Only an object has names; a list would be taken for the fields in their order.
    if body.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        return Err(Problem::new(ProblemKind::InvalidRequest, "Send a JSON object: `{...}`."));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        // The parser itself calls some values that do not fit a mistake in the JSON.
        let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
        explain(error.inner(), plain_name(&field), is_json)
    })?;
    json.end().map_err(|error| explain(&error, None, false))?;
    Ok(value)
}

fn too_large() -> Problem {
    let detail = format!("A body may have {LARGEST_BODY} bytes at most.");
    Problem::new(ProblemKind::PayloadTooLarge, detail).with("limit_bytes", LARGEST_BODY)
}

/// Says what does not fit. The parser's own message is used only as far as it speaks of what was expected.
fn explain(error: &serde_json::Error, field: Option<&str>, is_json: bool) -> Problem {
    let (line, column) = (error.line(), error.column());
    if !is_json {
        let detail = format!("The JSON breaks off or goes wrong at line {line}, column {column}.");
        return Problem::new(ProblemKind::InvalidJson, detail);
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    // The last one: what stands before it may be what was sent.
    let expected = message.rsplit_once(", expected ").map(|(_, expected)| expected);
    let expected = expected
        .or_else(|| message.strip_prefix("expected "))
        .map(|text| format!("expected {}", in_words(text)));
    let quoted = message.split('`').nth(1).and_then(plain_name);
    let (field, what) = if message.starts_with("unknown field") {
        (
            quoted,
            format!("unknown field; {}", expected.unwrap_or_else(|| "no field is taken here".to_owned())),
        )
    } else if message.starts_with("missing field") {
        (quoted, "the field is missing".to_owned())
    } else if message.starts_with("duplicate field") {
        (quoted, "the field is there twice".to_owned())
    } else {
        (field, expected.unwrap_or_else(|| "the value does not fit".to_owned()))
    };
    let place = field.map_or_else(|| format!("line {line}, column {column}"), |field| format!("`{field}`"));
    let problem = Problem::new(ProblemKind::InvalidRequest, format!("{place}: {what}."));
    match field {
        Some(field) => problem.with("field", field),
        None => problem,
    }
}

/// What the parser calls by the names of a programming language.
fn in_words(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    }
}

/// A field's name, if it can be nothing else: no digits, no dashes, so no API key.
pub fn plain_name(field: &str) -> Option<&str> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || b"_.[]".contains(&byte);
    ((1..=40).contains(&field.len()) && field != "." && field.bytes().all(is_name)).then_some(field)
}
