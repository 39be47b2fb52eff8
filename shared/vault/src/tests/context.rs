//! The context is one list of pairs in two forms, and no two contexts share one.

use std::collections::{HashMap, HashSet};

use domain::Provider;
use domain::credential::{CredentialMeta, CredentialState, Scope, Slot};

use super::{Case, Seeded};
use crate::context::EncryptionContext;

/// Reads the associated data back, by the README's words. That this is possible proves that the encoding is
/// injective.
fn decode(mut bytes: &[u8]) -> Vec<(String, String)> {
    let mut text = || {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let (text, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
        bytes = rest;
        Some(String::from_utf8(text.to_vec()).unwrap())
    };
    let pairs = std::iter::from_fn(|| Some((text()?, text()?))).collect();
    assert!(bytes.is_empty());
    pairs
}

/// A context out of few letters, so that fields often run into each other.
fn random_context(random: &mut Seeded) -> EncryptionContext {
    fn text(random: &mut Seeded, letters: &[&str], least: usize) -> String {
        let length = least + random.below(4);
        (0..length).map(|_| letters[random.below(letters.len())]).collect()
    }
    EncryptionContext {
        stage: text(random, &["a", "tenant", "\0", "\u{1}", "\0\0\0\0\0\0\0\u{6}tenant", "é"], 0),
        tenant: text(random, &["a", "b", "provider", "a."], 1).parse().unwrap(),
        provider: Provider::ALL[random.below(Provider::ALL.len())],
        scope: match random.below(2) {
            0 => Scope::Account,
            _ => Scope::Project(text(random, &["a", "account-", "credential"], 1).parse().unwrap()),
        },
        credential: format!("cred_0192d3f0c1a87b3e9f0011223344556{}", random.below(2)).parse().unwrap(),
        version: random.below(12) as u32,
    }
}

#[test]
fn the_associated_data_can_be_read_back() {
    let mut random = Seeded(2);
    let mut seen = HashMap::new();
    for _ in 0..50_000 {
        let context = random_context(&mut random);
        let associated_data = context.to_associated_data();
        let pairs = context.pairs().map(|(name, value)| (name.to_owned(), value));
        assert_eq!(decode(&associated_data), pairs);
        let first = seen.entry(associated_data).or_insert_with(|| context.clone());
        assert_eq!(*first, context);
    }
    assert!(seen.len() > 20_000, "{}", seen.len());
}

#[test]
fn kms_gets_the_same_pairs() {
    for case in [Case::typical(), Case::maximal()] {
        let sent: HashSet<_> = case.context.to_kms().into_iter().collect();
        let bound: HashSet<_> = decode(&case.context.to_associated_data()).into_iter().collect();
        assert_eq!(sent, bound);
        assert_eq!(sent.len(), 7);
    }
}

#[test]
fn names_and_order_are_fixed() {
    let pairs = Case::typical().context.pairs();
    let names = pairs.each_ref().map(|(name, _)| *name);
    assert_eq!(names, ["app", "stage", "tenant", "provider", "scope", "credential", "version"]);
    let values = pairs.each_ref().map(|(_, value)| value.as_str());
    let credential = "cred_0192d3f0c1a87b3e9f00112233445566";
    assert_eq!(values, ["ownkey", "dev", "auth0|65f0c", "openai", "account", credential, "1"]);
}

#[test]
fn a_credentials_place_is_its_slot_and_version() {
    let context = Case::typical().context;
    let at = domain::Timestamp::constant(1_763_860_000, 0);
    let meta = CredentialMeta {
        id: context.credential,
        slot: Slot {
            tenant: context.tenant.clone(),
            provider: context.provider,
            scope: context.scope.clone(),
        },
        version: context.version,
        revision: 9,
        label: Some("typed by a user".to_owned()),
        hint: "...3f9A".to_owned(),
        state: CredentialState::Active,
        created_at: at,
        verified_at: None,
        last_used_at: None,
        balance: None,
    };
    assert_eq!(EncryptionContext::of("dev", &meta), context);
}
