//! Who signed a request: in its header, in its address, or in the fields of a form.

use http::request::Parts;
use memchr::memmem;

/// Which part of a form is looked at: the fields come first, the file last.
const FORM_HEAD: usize = 16 * 1024;

/// The access key id of whoever signed, if anybody did.
pub(super) fn access_key_id(parts: &Parts, body: &[u8]) -> Option<String> {
    let credential =
        in_header(parts).or_else(|| in_address(parts)).or_else(|| field(body, "x-amz-credential"))?;
    // Then come the day, the region and the service.
    let (id, _) = credential.split_once(['/', '%'])?;
    Some(id.to_owned())
}

fn in_header(parts: &Parts) -> Option<String> {
    let header = parts.headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    header.split_once("Credential=").map(|(_, credential)| credential.to_owned())
}

fn in_address(parts: &Parts) -> Option<String> {
    query(parts, "X-Amz-Credential").map(str::to_owned)
}

/// A value of the query, as it is written there; empty for a name without one.
pub(super) fn query<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    let pairs = parts.uri.query()?.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.filter(|(of, _)| *of == name).map(|(_, value)| value).next()
}

/// A field of a form. Names are written as they like.
pub(super) fn field(body: &[u8], name: &str) -> Option<String> {
    let head = body.get(..FORM_HEAD.min(body.len()))?;
    let lower = head.to_ascii_lowercase();
    let begin = memmem::find(&lower, format!("name=\"{name}\"").as_bytes())?;
    let value = begin + memmem::find(head.get(begin..)?, b"\r\n\r\n")? + 4;
    let end = value + memmem::find(head.get(value..)?, b"\r\n")?;
    String::from_utf8(head.get(value..end)?.to_vec()).ok()
}
