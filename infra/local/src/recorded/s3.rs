//! What S3 is asked, as IAM sees it: an upload in parts is a `PutObject`, a look at the head of an object a `GetObject`.

use http::Method;
use http::request::Parts;

use super::caller::{field, query};
use super::{Call, SOMETHING};
use crate::tables::{ANCHORS, IMAGES};

pub(super) fn calls(parts: &Parts, body: &[u8]) -> Vec<Call> {
    let path = parts.uri.path().trim_start_matches('/');
    let (bucket, object_key) = path.split_once('/').unwrap_or((path, ""));
    let bucket = logical(bucket);
    if object_key.is_empty() {
        return of_bucket(parts, body, &bucket);
    }
    let action = match (&parts.method, query(parts, "uploadId")) {
        (&Method::GET | &Method::HEAD, None) => "s3:GetObject",
        (&Method::DELETE, None) => "s3:DeleteObject",
        (&Method::DELETE, Some(_)) => "s3:AbortMultipartUpload",
        (&Method::GET, Some(_)) => "s3:ListMultipartUploadParts",
        _ => "s3:PutObject",
    };
    let mut call = Call::new(action, on(&bucket, object_key));
    if let Some(condition) = parts.headers.get("if-none-match").and_then(|value| value.to_str().ok()) {
        call = call.when("s3:if-none-match", vec![condition.to_owned()]);
    }
    let source = parts.headers.get("x-amz-copy-source").and_then(|value| value.to_str().ok());
    let source = source.and_then(|source| source.trim_start_matches('/').split_once('/'));
    let copied =
        source.map(|(bucket, object_key)| Call::new("s3:GetObject", on(&logical(bucket), object_key)));
    std::iter::once(call).chain(copied).collect()
}

fn of_bucket(parts: &Parts, body: &[u8], bucket: &str) -> Vec<Call> {
    let call = match parts.method {
        Method::POST if query(parts, "delete").is_some() => return deleted(body, bucket),
        // A form from a browser.
        Method::POST => Call::new("s3:PutObject", on(bucket, &field(body, "key").unwrap_or_default())),
        Method::GET | Method::HEAD => Call::new("s3:ListBucket", bucket),
        Method::DELETE => Call::new("s3:DeleteBucket", bucket),
        _ => Call::new("s3:CreateBucket", bucket),
    };
    vec![call]
}

/// Many objects are deleted by one request, each by a right of its own.
fn deleted(body: &[u8], bucket: &str) -> Vec<Call> {
    let body = String::from_utf8_lossy(body);
    let object_keys = body.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
    object_keys.map(|object_key| Call::new("s3:DeleteObject", on(bucket, object_key))).collect()
}

/// An object by the first part of its object key.
fn on(bucket: &str, object_key: &str) -> String {
    match object_key.split_once(['/', '%']) {
        Some((folder, _)) => format!("{bucket}/{folder}/{SOMETHING}"),
        None => format!("{bucket}/{SOMETHING}"),
    }
}

/// The name in the template. Where names are shared by many, a stack's buckets have more after it.
fn logical(bucket: &str) -> String {
    let known = [(IMAGES, "ImagesBucket"), (ANCHORS, "AnchorsBucket")];
    let known = known.iter().find(|(name, _)| bucket.starts_with(name));
    known.map_or_else(|| bucket.to_owned(), |(_, it)| (*it).to_owned())
}
