//! Where Black Forest Labs may send us. It names addresses in its answers, so each is held against a short list
//! before anything goes there, and the API key goes to the provider's own domain only.

use reqwest::Url;

/// What is wanted from an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To ask about an order, with the API key.
    Asking,
    /// To fetch an image, without it.
    Fetching,
}

/// The domains of the provider's API.
const DOMAINS: [&str; 2] = ["bfl.ai", "bfl.ml"];

/// Where images were delivered from before 2026.
const OLD_DELIVERY: &str = "bfldeliveryprod.blob.core.windows.net";

/// The address, if it may be used: `https`, port 443, no user name, and a host of the provider's by name. A stack that
/// was given another base (a gateway, a test) may also be sent to that very origin, and to nothing else.
pub(crate) fn allowed(text: &str, purpose: Purpose, base: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|_| text.len() <= 4_096)?;
    let nobody = url.username().is_empty() && url.password().is_none();
    let official = url.scheme() == "https" && url.port().is_none() && is_official(&url, purpose);
    let given = Url::parse(base)
        .is_ok_and(|base| !is_official(&base, Purpose::Asking) && base.origin() == url.origin());
    (nobody && (official || given)).then_some(url)
}

/// By name only: an IP address, however it is spelt, is a host of nobody's.
fn is_official(url: &Url, purpose: Purpose) -> bool {
    let Some(host) = url.domain() else { return false };
    let below = |domain: &str| host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
    match purpose {
        Purpose::Asking => DOMAINS.iter().any(|domain| {
            // Images are delivered by others for them: no API key goes there.
            host == *domain || below(domain).is_some_and(|name| !name.starts_with("delivery"))
        }),
        Purpose::Fetching => {
            host == OLD_DELIVERY || below("bfl.ai").is_some_and(|name| name.starts_with("delivery"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://api.bfl.ai";

    #[test]
    fn the_providers_own_hosts_are_used() {
        for good in [
            "https://api.bfl.ai/v1/get_result?id=1",
            "https://api.eu2.bfl.ai/v1/get_result?id=1",
            "https://gateway.bfl.ai:443/x",
            "https://API.BFL.AI/x",
            "https://api.bfl.ml/x",
        ] {
            assert!(allowed(good, Purpose::Asking, BASE).is_some(), "{good}");
        }
        for good in
            ["https://delivery-eu1.bfl.ai/a.png?sig=1", "https://bfldeliveryprod.blob.core.windows.net/a"]
        {
            assert!(allowed(good, Purpose::Fetching, BASE).is_some(), "{good}");
            assert!(allowed(good, Purpose::Asking, BASE).is_none(), "no API key goes to {good}");
        }
    }

    #[test]
    fn no_other_address_is_used() {
        for bad in [
            "",
            "/v1/get_result?id=1",
            "http://api.bfl.ai/x",
            "https://api.bfl.ai:8443/x",
            "https://user@api.bfl.ai/x",
            "https://:secret@api.bfl.ai/x",
            "https://api.bfl.ai.evil.test/x",
            "https://evilbfl.ai/x",
            "https://api.bfl.ai@evil.test/x",
            "https://evil.test/?api.bfl.ai",
            "https://evil.test#api.bfl.ai",
            "https://api.bfl.ai./x",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://0177.0.0.1/x",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/x",
            "ftp://api.bfl.ai/x",
            "file:///etc/passwd",
            "https:api.bfl.ai.evil.test",
        ] {
            for purpose in [Purpose::Asking, Purpose::Fetching] {
                assert!(allowed(bad, purpose, BASE).is_none(), "{bad}");
            }
        }
        assert!(allowed("https://api.bfl.ai/x", Purpose::Fetching, BASE).is_none(), "no delivery host");
        assert!(allowed(&format!("{BASE}/{}", "x".repeat(5_000)), Purpose::Asking, BASE).is_none());
    }

    #[test]
    fn another_base_opens_its_own_origin_and_no_other() {
        let base = "http://127.0.0.1:9000";
        assert!(allowed("http://127.0.0.1:9000/v1/get_result?id=1", Purpose::Asking, base).is_some());
        assert!(allowed("http://127.0.0.1:9000/sample.png", Purpose::Fetching, base).is_some());
        for bad in [
            "http://127.0.0.1:9001/x",
            "http://localhost:9000/x",
            "https://127.0.0.1:9000/x",
            "http://2130706433:9001/x",
        ] {
            assert!(allowed(bad, Purpose::Asking, base).is_none(), "{bad}");
        }
    }
}
