//! Holding a record against its seals: the first line or seal that is not as it was.

use serde::Serialize;

use super::{Digest, Seal};
use crate::{AuditId, TenantId};

/// A line as it was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The id, as it is written there.
    pub id: String,
    /// What stands for the line; none, if it cannot be read.
    pub leaf: Option<Digest>,
}

/// What is wrong.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The line was edited or overwritten.
    Changed,
    /// The line was deleted.
    Missing,
    /// The line was not there when its neighbours were sealed.
    Inserted,
    /// The line is not where it was.
    OutOfOrder,
    /// The seal was taken away.
    SealMissing,
    /// The seal was edited, or is another's.
    SealBroken,
}

/// The first thing that is wrong.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bad {
    /// Which line, if it is a line.
    pub row: Option<String>,
    /// Which seal says so. None for a line that is under no seal yet.
    pub seal: Option<u64>,
    /// What is wrong.
    pub what: What,
    /// The same in a sentence.
    pub message: String,
}

impl Bad {
    /// A line.
    pub fn row(what: What, id: &str, seal: Option<u64>) -> Self {
        let sealed = seal.map(|number| format!(" (seal {number})")).unwrap_or_default();
        let message = match what {
            What::Changed if seal.is_none() => format!("{id} cannot be read: it was edited or overwritten."),
            What::Changed => format!("{id} is not what was sealed{sealed}: it was edited or overwritten."),
            What::Missing => format!("{id} was sealed{sealed} and is not there: it was deleted."),
            What::Inserted => format!(
                "{id} was not there when its neighbours were sealed{sealed}: it was inserted, or written \
                 long after it was begun."
            ),
            _ => format!("{id} is not in its place{sealed}: the order was changed."),
        };
        Self { row: Some(id.to_owned()), seal, what, message }
    }

    fn seal(what: What, number: u64, message: String) -> Self {
        Self { row: None, seal: Some(number), what, message }
    }
}

/// The seals of one tenant, as far as they were found good.
#[derive(Clone, Debug)]
pub struct Chain {
    tenant: TenantId,
    number: u64,
    head: Digest,
    last: Option<AuditId>,
}

impl Chain {
    /// Before the first seal.
    pub const fn begin(tenant: TenantId) -> Self {
        Self { tenant, number: 0, head: Digest::ZERO, last: None }
    }

    /// After a seal that was found good before. None, if it is not what it was then.
    pub fn resume(tenant: TenantId, number: u64, json: &[u8]) -> Option<Self> {
        let seal: Seal = serde_json::from_slice(json).ok()?;
        let same = seal.tenant == tenant && seal.number == number && seal.hash == seal.computed_hash();
        same.then_some(Self { tenant, number, head: seal.hash, last: Some(seal.last) })
    }

    /// How many seals were found good, which is the number of the last of them.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The hash of the last of them.
    pub const fn head(&self) -> Digest {
        self.head
    }

    /// The last line under them.
    pub const fn last(&self) -> Option<AuditId> {
        self.last
    }

    /// Takes the next seal, as it lies there.
    ///
    /// # Errors
    /// What is wrong with it, or that it is not the next.
    pub fn follow(&mut self, json: &[u8]) -> Result<Seal, Bad> {
        let next = self.number + 1;
        let broken = |message: String| Bad::seal(What::SealBroken, next, message);
        let seal: Seal = serde_json::from_slice(json)
            .map_err(|_| broken(format!("Seal {next} cannot be read: it was edited or overwritten.")))?;
        if seal.version != Seal::VERSION {
            let message =
                format!("Seal {next} is of version {}: verify it with a newer Ownkey.", seal.version);
            return Err(broken(message));
        }
        if seal.tenant != self.tenant {
            return Err(broken(format!("Seal {next} is of another account.")));
        }
        if seal.number > next {
            return Err(self.lacks_next());
        }
        if seal.number < next {
            let message = format!("Seal {} comes again where seal {next} was expected.", seal.number);
            return Err(broken(message));
        }
        if seal.hash != seal.computed_hash() {
            return Err(broken(format!("Seal {next} does not have its own hash: it was edited.")));
        }
        if seal.previous != self.head {
            let message = match self.number {
                0 => "Seal 1 says that there was one before it: it was edited, or the first is missing."
                    .to_owned(),
                before => format!(
                    "Seal {next} follows another seal {before} than this one: one of the two was replaced."
                ),
            };
            // The earlier of the two, as nothing vouches for it.
            return Err(Bad::seal(What::SealBroken, self.number.max(1), message));
        }
        if !seal.lists_its_lines() || self.last.is_some_and(|last| seal.first <= last) {
            return Err(broken(format!(
                "Seal {next} does not list the lines that it was made over: it was edited."
            )));
        }
        *self = Self { tenant: seal.tenant.clone(), number: next, head: seal.hash, last: Some(seal.last) };
        Ok(seal)
    }

    /// That there are later seals, and not the next.
    pub fn lacks_next(&self) -> Bad {
        let next = self.number + 1;
        Bad::seal(What::SealMissing, next, format!("Seal {next} is missing: there are later ones."))
    }
}

impl Seal {
    /// Whether the list agrees with the head.
    fn lists_its_lines(&self) -> bool {
        let ends = (self.rows.first().map(|row| row.0), self.rows.last().map(|row| row.0));
        ends == (Some(self.first), Some(self.last))
            && u64::try_from(self.rows.len()) == Ok(self.count)
            && self.rows.is_sorted_by(|one, next| one.0 < next.0)
            && self.root == self.computed_root()
    }
}

/// Holds lines, in the order of their ids, against the seal over them.
///
/// # Errors
/// The first line that is not as it was.
pub fn compare(seal: &Seal, lines: &[Found]) -> Result<(), Bad> {
    let bad = |what, id: &str| Err(Bad::row(what, id, Some(seal.number)));
    let mut lines = lines.iter().peekable();
    for (id, leaf) in &seal.rows {
        let id = id.to_string();
        match lines.next_if(|found| found.id <= id) {
            Some(found) if found.id < id => return bad(What::Inserted, &found.id),
            Some(found) if found.leaf != Some(*leaf) => return bad(What::Changed, &id),
            Some(_) => {}
            None => return bad(What::Missing, &id),
        }
    }
    lines.next().map_or(Ok(()), |found| bad(What::Inserted, &found.id))
}
