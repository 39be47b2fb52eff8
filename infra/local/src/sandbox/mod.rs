//! Providers that speak the real wire formats, draw real avatars, and cost nothing.
//!
//! Which case (`case.rs`) is played depends on the API key, as with test card numbers. What a provider would have
//! billed goes to a ledger that outlives `kill -9`, so that two sets of books can be compared.
//! An API key is never kept: accounts go by its SHA-256.

mod account;
mod anthropic;
pub mod avatar;
mod bfl;
mod case;
mod controls;
mod dice;
mod hang_up;
mod hex;
mod journal;
mod ledger;
mod openai;
mod reference;
mod studio;
#[cfg(test)]
mod tests;
mod till;
mod wish;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use self::account::{Account, AccountId};
use self::bfl::Bfl;
use self::case::Case;
use self::ledger::Ledger;
use self::studio::EASELS;

/// The sandbox: all providers, their books, and the controls that only a sandbox has.
pub struct Sandbox {
    ledger: Ledger,
    bfl: Bfl,
    think_time: Duration,
    slow_time: Duration,
    /// How many requests each account has made since the start, for the cases that take turns.
    turns: Mutex<HashMap<AccountId, u64>>,
    easels: Semaphore,
}

impl Sandbox {
    /// Reads the ledger and the tasks in the folder, or begins with none.
    ///
    /// # Errors
    /// When the folder cannot be used, or its files hold something else than their own lines.
    pub fn open(dir: &Path) -> io::Result<Self> {
        Ok(Self {
            ledger: Ledger::open(dir)?,
            bfl: Bfl::open(dir)?,
            think_time: Duration::from_millis(700),
            slow_time: Duration::from_secs(20),
            turns: Mutex::default(),
            easels: Semaphore::new(EASELS),
        })
    }

    /// How long an image takes; 700 ms unless set.
    pub fn with_think_time(self, think_time: Duration) -> Self {
        Self { think_time, ..self }
    }

    /// How long an image takes for `sandbox-slow`; 20 s unless set.
    pub fn with_slow_time(self, slow_time: Duration) -> Self {
        Self { slow_time, ..self }
    }

    /// The providers' hosts, each under its own name: `/openai/v1/...`, `/bfl/v1/...`, `/anthropic/v1/...`.
    ///
    /// Only [`Self::serve`] can hang up on a caller; served otherwise, `sandbox-hang-up` gets an empty 502.
    pub fn providers(self: Arc<Self>) -> Router {
        Router::new()
            .nest("/openai/v1", openai::router(self.clone()))
            .nest("/bfl", bfl::router(self.clone()))
            .nest("/anthropic", anthropic::router(self))
    }

    /// `POST /sandbox/top-up` and `GET /sandbox/charges`.
    pub fn controls(self: Arc<Self>) -> Router {
        controls::router(self)
    }

    /// Serves [`Self::providers`] until dropped, and cuts connections for real where a case asks for it.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        hang_up::serve(self.providers(), listener).await;
    }

    /// The number of this request among the account's, from 0.
    fn turn(&self, account: &Account) -> u64 {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let next = turns.entry(account.id.clone()).or_default();
        let turn = *next;
        *next += 1;
        turn
    }

    /// How long this account waits for an image.
    fn patience(&self, account: &Account) -> Duration {
        if account.case == Case::Slow { self.slow_time } else { self.think_time }
    }
}
