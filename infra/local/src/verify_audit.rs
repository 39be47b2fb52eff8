//! `ownkey verify-audit`: holds an export of the audit trail against its seals, with two files and nobody's word.

use std::io::{self, Write};
use std::path::Path;

use domain::TenantId;
use domain::audit::{Bad, Chain, Found, Seal, What, compare};
use serde::Deserialize;
use serde_json::value::RawValue;

type Failure = Box<dyn std::error::Error>;

/// Reads both, says what was looked at, and fails with the first thing that is wrong.
pub(crate) fn run(export: &Path, seals: &Path) -> Result<(), Failure> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let (seals, more) =
        split_seals(&read(seals)?).map_err(|error| format!("{}: {error}", seals.display()))?;
    let export = Export::of(&read(export)?);
    let first = seals.first().ok_or("there is no seal in the file: nothing vouches for the export yet")?;
    let whose: Whose = serde_json::from_str(first.get()).map_err(
        |_| "the first seal does not say whose it is: it was edited, or the second file is none of seals",
    )?;

    let mut chain = Chain::begin(whose.tenant.clone());
    let (sealed, found) = export.check(&mut chain, &seals);
    let rest = export.lines.len().saturating_sub(sealed);
    let mut out = io::stdout();
    writeln!(out, "Account {}", whose.tenant)?;
    writeln!(
        out,
        "Seals   {} of {} good; the hash of the last good one is {}",
        chain.number(),
        seals.len(),
        chain.head()
    )?;
    match found {
        None if more => {
            Err("the file of seals ends before the last one: ask for its `next_cursor` and add that".into())
        }
        None => {
            writeln!(out, "Lines   {}: {sealed} under these seals, {rest} not", export.lines.len())?;
            writeln!(out, "Intact: every sealed line is there, as it was, in its order.")?;
            if rest > 0 {
                writeln!(out, "Nothing vouches yet for the last {rest}.")?;
            }
            Ok(())
        }
        Some((line, bad)) => {
            let place = if bad.row.is_some() { format!("line {line}: ") } else { String::new() };
            Err(format!("not intact: {place}{}", bad.message).into())
        }
    }
}

#[derive(Deserialize)]
struct Whose {
    tenant: TenantId,
}

/// Answers of `/v1/audit/seals` one after the other, or seals.
/// And whether the last answer says that there are more.
fn split_seals(text: &[u8]) -> Result<(Vec<Box<RawValue>>, bool), serde_json::Error> {
    #[derive(Deserialize)]
    struct Page {
        items: Vec<Box<RawValue>>,
        next_cursor: Option<String>,
    }
    let (mut seals, mut more) = (Vec::new(), false);
    for part in serde_json::Deserializer::from_slice(text).into_iter::<Box<RawValue>>() {
        let part = part?;
        match serde_json::from_str::<Page>(part.get()) {
            Ok(page) => {
                more = page.next_cursor.is_some();
                seals.extend(page.items);
            }
            Err(_) => seals.push(part),
        }
    }
    Ok((seals, more))
}

/// The lines of an export, in the order of the file.
struct Export {
    lines: Vec<Found>,
}

impl Export {
    fn of(text: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Named {
            id: String,
        }
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let lines = text.split(|byte| *byte == b'\n').filter(|_| !text.is_empty());
        let found = |line: &[u8]| match serde_json::from_slice::<Named>(line) {
            Ok(named) => Found { id: named.id, leaf: Some(Seal::leaf(line)) },
            Err(_) => Found { id: String::new(), leaf: None },
        };
        Self { lines: lines.map(found).collect() }
    }

    /// How many lines are under the seals that are good, and what is wrong first, with the number of its line.
    fn check(&self, chain: &mut Chain, seals: &[Box<RawValue>]) -> (usize, Option<(usize, Bad)>) {
        let mut sorted: Vec<_> = self.lines.iter().filter(|line| line.leaf.is_some()).cloned().collect();
        // Stable: of two lines with one id, the first stays the first.
        sorted.sort_by(|one, other| one.id.cmp(&other.id));
        let (mut under, mut bad) = (0, None);
        for seal in seals {
            let compared = chain.follow(seal.get().as_bytes()).and_then(|seal| {
                let rest = sorted.get(under..).unwrap_or_default();
                let last = seal.last.to_string();
                let lines = rest.iter().take_while(|line| line.id <= last).count();
                let compared = compare(&seal, rest.get(..lines).unwrap_or_default());
                compared.map(|()| under += lines)
            });
            if let Err(wrong) = compared {
                bad = Some((self.place(&wrong, under), wrong));
                break;
            }
        }
        let first = [bad, self.disorder()].into_iter().flatten().min_by_key(|(line, _)| *line);
        (under, first)
    }

    /// The line that something is said about; of one that is missing, where it was.
    fn place(&self, bad: &Bad, under: usize) -> usize {
        let Some(id) = &bad.row else { return under + 1 };
        let named = |(_, line): &(usize, &Found)| line.id == *id;
        let mut lines = self.lines.iter().enumerate();
        let index = match bad.what {
            What::Missing => lines.find(|(_, line)| line.id > *id).map(|(index, _)| index),
            // The second, if it is there twice.
            What::Inserted => lines.rfind(named).map(|(index, _)| index),
            _ => lines.find(named).map(|(index, _)| index),
        };
        index.unwrap_or(self.lines.len()) + 1
    }

    /// The first line that cannot be read, or comes after one that it should come before.
    fn disorder(&self) -> Option<(usize, Bad)> {
        let mut before = "";
        for (number, line) in (1..).zip(&self.lines) {
            if line.leaf.is_none() {
                return Some((number, Bad::row(What::Changed, "The line", None)));
            }
            if line.id.as_str() < before {
                return Some((number, Bad::row(What::OutOfOrder, &line.id, None)));
            }
            before = &line.id;
        }
        None
    }
}
