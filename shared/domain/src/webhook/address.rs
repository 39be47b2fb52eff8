//! Where a webhook may lead: to a host on the internet, by name, over TLS.
//!
//! What a name leads to is looked at when something is sent, each time (see `providers/src/names.rs`); here stands what can
//! be told from the text alone. Addresses in digits are refused in every spelling: no public receiver needs one.

use std::fmt;

use url::{Host, Url};

/// The longest address, in bytes.
const LONGEST: usize = 2_000;

/// Ends of names that never lead to the internet (<https://www.iana.org/assignments/special-use-domain-names>, and what
/// clouds and home routers use).
const NOT_PUBLIC: [&str; 9] =
    [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".onion", ".invalid", ".corp", ".home"];

/// How far webhooks may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To public hosts, over TLS. So it is in AWS.
    Internet,
    /// To this machine too, also without TLS. For a local stack, on request.
    ThisMachineToo,
}

/// An address that a webhook may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

/// Why an address cannot be a webhook's, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No URL, or too long.
    #[error("must be an address like https://example.com/hooks, with at most 2000 characters")]
    NotAnAddress,
    /// Anybody on the way could read and change it.
    #[error("must begin with https://")]
    NotEncrypted,
    /// A user name or password would be sent to the receiver as part of the address.
    #[error("must hold no user name and no password: what is sent is signed")]
    Credentials,
    /// An address in digits.
    #[error("must name its host, as example.com does: addresses in digits are not called")]
    Digits,
    /// It leads to this machine or into a private network.
    #[error("must lead to a host on the internet")]
    NotPublic,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`Unfit`] says what is wrong with it.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, Unfit> {
        // The parser would quietly take tabs, line breaks and blanks out.
        if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Unfit::NotAnAddress);
        }
        let url = Url::parse(text).map_err(|_| Unfit::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unfit::Credentials);
        }
        let this_machine = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => {
                return Err(if url.scheme() == "https" { Unfit::NotAnAddress } else { Unfit::NotEncrypted });
            }
        };
        if this_machine && reach == Reach::ThisMachineToo && ["http", "https"].contains(&url.scheme()) {
            return Ok(Self(url.into()));
        }
        if url.scheme() != "https" {
            return Err(Unfit::NotEncrypted);
        }
        let Some(Host::Domain(name)) = url.host() else { return Err(Unfit::Digits) };
        let name = name.strip_suffix('.').unwrap_or(name);
        // A name without a dot is looked up in whatever network the caller is in.
        if !name.contains('.') || NOT_PUBLIC.iter().any(|end| name.ends_with(end)) {
            return Err(Unfit::NotPublic);
        }
        Ok(Self(url.into()))
    }

    /// The address as it is called.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_public_hosts_over_tls_are_called() {
        for (text, why) in [
            ("", Unfit::NotAnAddress),
            ("example.com/hooks", Unfit::NotAnAddress),
            ("https://exa mple.com/", Unfit::NotAnAddress),
            ("https://example.com/\nHost: x", Unfit::NotAnAddress),
            ("http://example.com/", Unfit::NotEncrypted),
            ("ftp://example.com/", Unfit::NotEncrypted),
            ("file:///etc/passwd", Unfit::NotEncrypted),
            ("data:text/plain,x", Unfit::NotEncrypted),
            ("https://user@example.com/", Unfit::Credentials),
            ("https://user:word@example.com/", Unfit::Credentials),
            ("https://127.0.0.1/", Unfit::Digits),
            ("https://127.1/", Unfit::Digits),
            ("https://2130706433/", Unfit::Digits),
            ("https://0x7f000001/", Unfit::Digits),
            ("https://0177.0.0.1/", Unfit::Digits),
            ("https://169.254.169.254/latest/meta-data/", Unfit::Digits),
            ("https://[::1]/", Unfit::Digits),
            ("https://[::ffff:169.254.169.254]/", Unfit::Digits),
            ("https://[fd00:ec2::254]/", Unfit::Digits),
            ("https://1.1.1.1/", Unfit::Digits),
            ("https://localhost/", Unfit::NotPublic),
            ("https://LOCALHOST./", Unfit::NotPublic),
            ("https://a.localhost/", Unfit::NotPublic),
            ("https://metadata.google.internal/", Unfit::NotPublic),
            ("https://instance-data/", Unfit::NotPublic),
            ("https://printer.local./", Unfit::NotPublic),
        ] {
            assert_eq!(Address::parse(text, Reach::Internet), Err(why), "{text}");
        }
        let long = format!("https://example.com/{}", "x".repeat(LONGEST));
        assert_eq!(Address::parse(&long, Reach::Internet), Err(Unfit::NotAnAddress));
        for text in ["https://example.com", "https://hooks.example.com:8443/a?b=c"] {
            assert!(Address::parse(text, Reach::Internet).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_local_stack_may_call_its_own_machine_and_nothing_else_that_is_private() {
        let to = |text| Address::parse(text, Reach::ThisMachineToo);
        assert!(to("http://127.0.0.1:9/hook").is_ok() && to("http://localhost:9/").is_ok());
        assert_eq!(to("http://example.com/"), Err(Unfit::NotEncrypted));
        assert_eq!(to("https://169.254.169.254/"), Err(Unfit::Digits));
        assert_eq!(to("http://10.0.0.1/"), Err(Unfit::NotEncrypted));
    }
}
