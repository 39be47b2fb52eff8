//! Looks for secrets in everything writable of this process: freed heap, left stack and library buffers included.

use std::collections::BTreeMap;
use std::fs::{File, read_to_string};
use std::io::{BufRead, Write, stdin, stdout};
use std::os::unix::fs::FileExt;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::leak;

/// What is asked for comes masked by this, so that the search does not find its own question.
pub const MASK: u8 = 0xa5;

/// A page.
const STEP: u64 = 4096;

/// Something to look for.
struct Needle {
    name: String,
    masked: Vec<u8>,
}

/// Answers each line of the standard input by one on the standard output, beside the function's own work.
pub fn listen() {
    std::thread::spawn(|| {
        for line in stdin().lock().lines() {
            let asked: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let answer = match asked["leak"].as_str() {
                Some(how) => leak::leak(how, &unhex(asked["masked"].as_str().unwrap())),
                None => search(&needles(&asked["needles"])),
            };
            println!("{answer}");
            stdout().flush().unwrap();
        }
    });
}

fn needles(asked: &Value) -> Vec<Needle> {
    let pairs = asked.as_object().unwrap().iter();
    pairs
        .map(|(name, masked)| Needle { name: name.clone(), masked: unhex(masked.as_str().unwrap()) })
        .collect()
}

/// How often each needle is there, and how many bytes were looked at.
fn search(needles: &[Needle]) -> Value {
    let longest = needles.iter().map(|needle| needle.masked.len()).max().unwrap_or(1);
    let mut by_first_byte: [Vec<&Needle>; 256] = std::array::from_fn(|_| Vec::new());
    for needle in needles {
        by_first_byte[usize::from(needle.masked[0] ^ MASK)].push(needle);
    }
    let memory = File::open("/proc/self/mem").unwrap();
    // A page, and what a needle that begins at its end needs.
    let mut chunk = Zeroizing::new(vec![0; STEP as usize + longest - 1]);
    let own = chunk.as_ptr() as u64..chunk.as_ptr() as u64 + chunk.len() as u64;
    let (mut hits, mut bytes) = (BTreeMap::<&str, usize>::new(), 0_u64);
    for (start, end) in writable_mappings() {
        // Without the search's own buffer, which would be found over and over.
        for (start, end) in [(start, end.min(own.start)), (start.max(own.end), end)] {
            let mut at = start;
            while at < end {
                let wanted = (chunk.len() as u64).min(end - at) as usize;
                let page = &mut chunk[..wanted];
                // Most of memory was never written and is zero.
                if memory.read_exact_at(page, at).is_ok() && page.iter().any(|byte| *byte != 0) {
                    bytes += STEP.min(end - at);
                    count(page, &by_first_byte, &mut hits);
                }
                at += STEP;
            }
        }
    }
    json!({ "bytes": bytes, "hits": hits })
}

fn count<'a>(page: &[u8], by_first_byte: &[Vec<&'a Needle>; 256], hits: &mut BTreeMap<&'a str, usize>) {
    for at in 0..page.len().min(STEP as usize) {
        for needle in &by_first_byte[usize::from(page[at])] {
            let rest = &page[at..];
            let found = rest.len() >= needle.masked.len()
                && rest.iter().zip(&needle.masked).all(|(byte, masked)| byte ^ MASK == *masked);
            if found {
                *hits.entry(&needle.name).or_default() += 1;
            }
        }
    }
}

fn writable_mappings() -> Vec<(u64, u64)> {
    let maps = read_to_string("/proc/self/maps").unwrap();
    let address = |text| u64::from_str_radix(text, 16).unwrap();
    let writable = maps.lines().filter(|line| line.contains(" rw"));
    let ranges = writable.map(|line| line.split_once(' ').unwrap().0.split_once('-').unwrap());
    ranges.map(|(start, end)| (address(start), address(end))).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
