//! What the providers would have billed: one JSON line per charge or top-up, on disk before anyone is answered.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Usd;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::AccountId;
use super::journal::Journal;

/// A top-up refills to this.
const CREDIT: Usd = Usd::from_micros(10_000_000);

/// What a provider took the money for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// What was asked for, which was answered with, unless the caller had gone.
    Generated,
    /// What was asked for and nobody got: the provider hung up.
    HungUp,
}

/// One bill.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Charge {
    pub(super) at: Timestamp,
    pub(super) provider: String,
    pub(super) account: AccountId,
    pub(super) api_key_hint: String,
    pub(super) model: String,
    pub(super) amount: Usd,
    pub(super) outcome: Outcome,
    /// As the provider calls it: in its `x-request-id` or `request-id`; at Black Forest Labs the task's id.
    pub(super) request_id: String,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Charge(Charge),
    TopUp { at: Timestamp, account: AccountId, balance: Usd },
}

/// Why a charge was not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCharged {
    #[error("the balance is spent")]
    OutOfCredit,
    #[error("the ledger cannot be written: {0}")]
    Ledger(#[from] io::Error),
}

/// The books of all providers.
pub(super) struct Ledger(Mutex<Books>);

struct Books {
    journal: Journal,
    charges: Vec<Charge>,
    /// What is left of the last top-up. Accounts without one are not here.
    balances: HashMap<AccountId, Usd>,
}

impl Ledger {
    /// Reads the ledger, or begins one.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let (journal, lines) = Journal::open(dir, "ledger.jsonl")?;
        let mut books = Books { journal, charges: Vec::new(), balances: HashMap::new() };
        lines.into_iter().for_each(|line| books.enter(line));
        Ok(Self(Mutex::new(books)))
    }

    /// Charges, durably. A prepaid account is charged only what it has. Blocks on the disk.
    pub(super) fn charge(&self, charge: Charge, prepaid: bool) -> Result<(), NotCharged> {
        let mut books = self.lock();
        let balance = books.balances.get(&charge.account).copied().unwrap_or_default();
        if prepaid && balance < charge.amount {
            return Err(NotCharged::OutOfCredit);
        }
        Ok(books.append(Line::Charge(charge))?)
    }

    /// Refills an account, durably. Blocks on the disk.
    pub(super) fn top_up(&self, at: Timestamp, account: AccountId) -> io::Result<()> {
        self.lock().append(Line::TopUp { at, account, balance: CREDIT })
    }

    /// What is left of an account's last top-up.
    pub(super) fn balance(&self, account: &AccountId) -> Usd {
        self.lock().balances.get(account).copied().unwrap_or_default()
    }

    /// Every charge, oldest first, and their sum.
    pub(super) fn charges(&self) -> (Vec<Charge>, Usd) {
        let charges = self.lock().charges.clone();
        let total = charges.iter().fold(Usd::ZERO, |total, charge| total + charge.amount);
        (charges, total)
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn append(&mut self, line: Line) -> io::Result<()> {
        self.journal.append(&line)?;
        self.enter(line);
        Ok(())
    }

    fn enter(&mut self, line: Line) {
        match line {
            Line::Charge(charge) => {
                if let Some(balance) = self.balances.get_mut(&charge.account) {
                    *balance = Usd::from_micros(balance.micros().saturating_sub(charge.amount.micros()));
                }
                self.charges.push(charge);
            }
            Line::TopUp { account, balance, .. } => {
                self.balances.insert(account, balance);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::account::Account;
    use super::*;

    fn charge(account: &Account, micros: u64) -> Charge {
        Charge {
            at: Timestamp::UNIX_EPOCH,
            provider: "openai".to_owned(),
            account: account.id.clone(),
            api_key_hint: account.hint.clone(),
            model: "gpt-image-2.6-flare".to_owned(),
            amount: Usd::from_micros(micros),
            outcome: Outcome::Generated,
            request_id: "req_1".to_owned(),
        }
    }

    #[test]
    fn the_books_outlive_a_crash_in_the_middle_of_a_line() {
        let dir = std::env::temp_dir().join(format!("ownkey-ledger-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        let account = Account::of("sk-sandbox-out-of-credit-1234").unwrap();

        let ledger = Ledger::open(&dir).unwrap();
        assert!(matches!(ledger.charge(charge(&account, 1), true), Err(NotCharged::OutOfCredit)));
        ledger.top_up(Timestamp::UNIX_EPOCH, account.id.clone()).unwrap();
        ledger.charge(charge(&account, 9_000_000), true).unwrap();
        drop(ledger);

        let file = dir.join("ledger.jsonl");
        let mut text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("out-of-credit"), "accounts go by their hash");
        text.push_str("{\"kind\":\"charge\",\"at\"");
        fs::write(&file, &text).unwrap();

        let ledger = Ledger::open(&dir).unwrap();
        let (charges, total) = ledger.charges();
        assert_eq!((charges.len(), total.to_string().as_str()), (1, "9.0000"));
        assert!(matches!(ledger.charge(charge(&account, 1_000_001), true), Err(NotCharged::OutOfCredit)));
        ledger.charge(charge(&account, 1_000_000), true).unwrap();
        assert!(matches!(ledger.charge(charge(&account, 1), true), Err(NotCharged::OutOfCredit)));
        drop(ledger);

        assert_eq!(Ledger::open(&dir).unwrap().charges().0.len(), 2);
        fs::write(&file, "not a line\n").unwrap();
        assert!(Ledger::open(&dir).is_err());
        fs::remove_dir_all(&dir).unwrap();
    }
}
