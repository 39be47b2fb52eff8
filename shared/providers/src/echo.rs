//! Answers that quote the API key: a provider that does so by mistake, or a host that passes for one, must not get it into
//! tables, logs or the trail.

use domain::ApiKey;
use domain::outcome::{CallFailure, FailureClass};

use crate::anthropic::WrittenPersona;
use crate::bfl::Ordered;
use crate::http::failure;

/// As long a part of an API key is no accident.
const PART: usize = 8;

/// Whether a text holds an API key, or a part of it.
fn echoes(text: &str, api_key: &ApiKey) -> bool {
    let parts = api_key.expose_secret().as_bytes().windows(PART);
    parts.into_iter().any(|part| memchr::memmem::find(text.as_bytes(), part).is_some())
}

/// The provider's id of a call, unless it is none.
pub(crate) fn unless_echoed(request_id: Option<String>, api_key: &ApiKey) -> Option<String> {
    request_id.filter(|id| !echoes(id, api_key))
}

/// A failure is in our own words, but for the id.
pub(crate) fn quiet(failure: CallFailure, api_key: &ApiKey) -> CallFailure {
    CallFailure { request_id: unless_echoed(failure.request_id, api_key), ..failure }
}

/// An order that cannot be kept as it is cannot be asked about.
pub(crate) fn quiet_order(ordered: Ordered, api_key: &ApiKey) -> Result<Ordered, CallFailure> {
    if !echoes(&ordered.id, api_key) && !echoes(&ordered.polling_url, api_key) {
        return Ok(ordered);
    }
    Err(thrown_away())
}

/// A persona that quotes the API key is none of Claude's.
pub(crate) fn quiet_persona(
    written: WrittenPersona,
    api_key: &ApiKey,
) -> Result<WrittenPersona, CallFailure> {
    let told = serde_json::to_string(&written.traits).unwrap_or_default();
    if echoes(&told, api_key) {
        return Err(CallFailure { billed: written.billed, ..thrown_away() });
    }
    Ok(WrittenPersona { request_id: unless_echoed(written.request_id, api_key), ..written })
}

fn thrown_away() -> CallFailure {
    failure(
        FailureClass::UnusableAnswer,
        "api_key_quoted",
        "The provider's answer quoted the API key and was thrown away. The provider has probably charged for it.",
    )
}

#[cfg(test)]
mod tests {
    use domain::Provider;
    use domain::outcome::Billed;
    use domain::persona::Traits;
    use zeroize::Zeroizing;

    use super::*;

    const TEXT: &str = "sk-ant-Kq7ZtXw3PmV9rBnYc5Jd8H";

    fn written(backstory: &str, request_id: &str) -> WrittenPersona {
        let texts = ["name", "occupation", "personality", "appearance", "style"];
        let mut traits: serde_json::Map<_, _> =
            texts.into_iter().map(|name| (name.to_owned(), serde_json::json!("a baker"))).collect();
        traits.insert("backstory".to_owned(), backstory.into());
        traits.insert("age".to_owned(), 34.into());
        let traits: Traits = serde_json::from_value(traits.into()).unwrap();
        WrittenPersona { traits, billed: Billed::Unsaid, request_id: Some(request_id.to_owned()) }
    }

    #[test]
    fn a_good_answer_that_quotes_the_api_key_is_not_kept_either() {
        let api_key = ApiKey::parse(Provider::Anthropic, Zeroizing::new(TEXT.to_owned())).ok().unwrap();
        let plain = quiet_persona(written("born in Kiel", "req_1"), &api_key).unwrap();
        assert_eq!(plain.request_id.as_deref(), Some("req_1"));
        let quoted = quiet_persona(written("born in Kiel", TEXT), &api_key).unwrap();
        assert_eq!(quoted.request_id, None);
        let part = "tXw3PmV9rB";
        assert_eq!(quiet_persona(written(part, "req_1"), &api_key).err().unwrap().code, "api_key_quoted");
        let ordered =
            |id: &str, url: &str| Ordered { id: id.to_owned(), polling_url: url.to_owned(), cost: None };
        assert!(quiet_order(ordered("1", "https://api.bfl.ai/1"), &api_key).is_ok());
        assert!(quiet_order(ordered(part, "https://api.bfl.ai/1"), &api_key).is_err());
        assert!(quiet_order(ordered("1", &format!("https://api.bfl.ai/{part}")), &api_key).is_err());
    }
}
