//! Looking host names up. What lies on a private network is left out, so that no name of a provider can be made to lead
//! into ours. A connection goes to the very addresses that were looked at: no name is looked up twice for it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name that leads to nothing on the public internet.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no public address")]
pub(crate) struct NotPublic;

/// The names that calls may go to.
pub(crate) struct PublicNames {
    /// Hosts that whoever runs the stack has named: a gateway may well be private.
    pub(crate) given: Vec<String>,
}

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let given = self.given.contains(&name);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let usable = usable(found, given)?;
            Ok::<Addrs, _>(Box::new(usable.into_iter()))
        })
    }
}

fn usable(
    found: io::Result<impl Iterator<Item = SocketAddr>>,
    given: bool,
) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let usable: Vec<_> = found?.filter(|address| given || is_public(address.ip())).collect();
    if usable.is_empty() { Err(NotPublic.into()) } else { Ok(usable) }
}

/// Whether an address is one that anybody may have, after the registries of special-purpose addresses
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>, <https://www.iana.org/assignments/iana-ipv6-special-registry>).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // This network, loopback, link-local (the metadata service), carrier-grade NAT.
        [0 | 10 | 127, ..] | [169, 254, ..] | [100, 64..=127, ..] => true,
        [172, 16..=31, ..] | [192, 168, ..] => true,
        // Protocol assignments, documentation, 6to4 relays, benchmarks.
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => {
            true
        }
        // Multicast, reserved, broadcast.
        [224..=255, ..] => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // IPv4 in other clothes: mapped, translated by NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => within(high, low),
        [0x2002, high, low, ..] => within(high, low),
        // Protocol assignments and Teredo, documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Only this block is given out to anybody.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_anybody_may_have_are_public() {
        for public in ["104.18.6.192", "1.1.1.1", "172.32.0.1", "2606:4700::6812:7c0", "64:ff9b::101:101"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn a_name_that_turns_private_leads_nowhere() {
        let answer = |text: &[&str]| {
            let addresses: Vec<_> = text.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect();
            usable(Ok(addresses.into_iter()), false).ok().map(|usable| usable.len())
        };
        assert_eq!(answer(&["1.1.1.1"]), Some(1));
        assert_eq!(answer(&["169.254.169.254"]), None, "looked up again, it is another");
        assert_eq!(answer(&["10.0.0.1", "1.1.1.1", "::1"]), Some(1), "both at once");
        assert_eq!(answer(&[]), None);
    }

    #[tokio::test]
    async fn a_private_name_is_used_only_if_it_was_given() {
        for (given, found) in [(Vec::new(), false), (vec!["localhost".to_owned()], true)] {
            let names = PublicNames { given };
            assert_eq!(names.resolve("localhost".parse().unwrap()).await.is_ok(), found);
        }
    }
}
