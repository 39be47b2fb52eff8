//! What comes from outside, mangled: nothing panics, nothing is taken for what it is not. `corpus/<target>/` holds the
//! inputs that it begins with; what once broke something is kept there.
//!
//! Each round is made of a seed and its number, so that it can be made again: `OWNKEY_SEED=17 cargo test -p tests -- fuzz`.

mod answers;
mod bodies;
mod exports;
mod mangle;
mod record;

use std::path::Path;

use crate::support::thorough;
use mangle::Random;

/// The inputs of a target, by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut inputs: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()).collect();
    inputs.sort_by_key(|entry| entry.file_name());
    let read = inputs.iter().map(|entry| {
        (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap())
    });
    let inputs: Vec<_> = read.collect();
    assert!(!inputs.is_empty(), "no corpus for {target}");
    inputs
}

/// The whole corpus of a target as it is, then so many rounds of it mangled; more when thorough.
fn inputs(target: &'static str, rounds: u64) -> impl Iterator<Item = Input> {
    let corpus = corpus(target);
    let given = std::env::var("OWNKEY_SEED").ok().map(|seed| seed.parse().expect("OWNKEY_SEED is a number"));
    // The same in every run, so that a run that fails is no surprise; thorough ones look further each time.
    let usual = if thorough() { u64::from_be_bytes(runtime::random()) >> 32 } else { 1 };
    let seed = given.unwrap_or(usual);
    let rounds = if thorough() { rounds * 5 } else { rounds };
    println!("{target}: {} inputs, {rounds} rounds of OWNKEY_SEED={seed}", corpus.len());
    let as_they_are =
        corpus.clone().into_iter().map(move |(name, bytes)| Input { target, from: name, bytes });
    let mangled = (0..rounds).map(move |round| {
        let mut random = Random::of(seed, round);
        let (name, bytes) = &corpus[random.below(corpus.len())];
        let (_, other) = &corpus[random.below(corpus.len())];
        let from = format!("{name}, round {round} of OWNKEY_SEED={seed}");
        Input { target, from, bytes: mangle::mangle(&mut random, bytes, other) }
    });
    as_they_are.chain(mangled)
}

/// One input. Says which it was when its round ends in a panic.
struct Input {
    target: &'static str,
    from: String,
    bytes: Vec<u8>,
}

impl Drop for Input {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let shown = String::from_utf8_lossy(&self.bytes);
            println!("{}: {}, {} bytes: {shown:.2000}", self.target, self.from, self.bytes.len());
        }
    }
}

#[test]
fn a_round_can_be_made_again() {
    let first: Vec<_> = inputs("bodies", 200).map(|input| input.bytes.clone()).collect();
    let second: Vec<_> = inputs("bodies", 200).map(|input| input.bytes.clone()).collect();
    let distinct: std::collections::BTreeSet<_> = first.iter().collect();
    assert!(thorough() || first == second);
    assert!(distinct.len() > first.len() / 2, "{} of {}", distinct.len(), first.len());
}
