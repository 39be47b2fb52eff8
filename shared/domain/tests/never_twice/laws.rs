//! The invariants, as somebody can say who sees the provider's books as well as ours.

use std::fmt::Write;

use domain::Usd;
use domain::job::State;

use crate::row::{Call, Row};
use crate::world::World;

/// A law: its name, and whether a world keeps it.
pub(crate) type Law = (&'static str, fn(&World) -> bool);

/// Never pay twice.
pub(crate) const PAID_ONCE: Law = ("never pay twice", paid_once);
/// Nothing is lost.
pub(crate) const NOTHING_LOST: Law = ("nothing is lost", nothing_lost);
/// The books agree.
pub(crate) const BOOKS_AGREE: Law = ("the books agree", books_agree);
/// A cap is never passed.
pub(crate) const CAP_KEPT: Law = ("a cap is never passed", cap_kept);

/// A job knows what it has cost.
pub(crate) const JOB_KNOWS: Law = ("a job knows what it has cost", job_knows);

/// All of them.
pub(crate) const LAWS: [Law; 5] = [PAID_ONCE, NOTHING_LOST, BOOKS_AGREE, CAP_KEPT, JOB_KNOWS];

/// Of the calls of a job, no more than one may have been accepted by the provider, as far as anybody knows, unless its
/// owner accepted another.
fn paid_once(world: &World) -> bool {
    world.rows.iter().all(|row| row.perhaps_accepted() <= row.licensed)
}

/// When nothing more comes by itself, every job has ended, or waits where people see it.
fn nothing_lost(world: &World) -> bool {
    world.rows.iter().all(|row| rests(&row.job.state)) || world.goes_on()
}

/// Ended, or waits where people see it.
fn rests(state: &State) -> bool {
    match state {
        State::Succeeded { .. } | State::Failed { .. } | State::Cancelled => true,
        State::Paused { .. } | State::Unknown => true,
        State::Queued { .. } | State::Running { .. } | State::Submitted { .. } => false,
    }
}

/// Of every call, the provider's books and ours say the same, and the budget counts what the trail says.
fn books_agree(world: &World) -> bool {
    let calls = || world.rows.iter().flat_map(|row| &row.calls);
    let sum = |amount: fn(&Call) -> Usd| calls().map(amount).fold(Usd::ZERO, |sum, amount| sum + amount);
    let under_way = world.rows.iter().filter(|row| row.job.in_flight());
    let held = under_way.filter_map(|row| row.job.hold).fold(Usd::ZERO, |sum, hold| sum + hold.amount);
    let counted = (world.ledger.held, world.ledger.spent, world.ledger.unknown);
    counted == (held, sum(|call| call.booked), sum(|call| call.at_most))
        && world.rows.iter().all(|row| agrees(row))
}

fn agrees(row: &Row) -> bool {
    (1..).zip(&row.calls).all(|(number, call)| {
        let foretold = call.sent <= call.intents;
        // What the trail calls charged was charged.
        let honest = call.booked <= call.charged;
        // What was charged is in the trail: exactly, or within its bound, or as an intent whose end is not told yet.
        let under_way = number == row.job.calls && row.job.in_flight();
        let bound = match (under_way, row.job.hold) {
            (true, Some(hold)) => hold.amount,
            _ => call.at_most,
        };
        foretold && honest && (call.booked == call.charged || call.charged <= bound)
    })
}

/// A job that has ended says of all its calls what the trail says. It does not hear of what a late worker adds.
fn job_knows(world: &World) -> bool {
    let ended = |state: &State| rests(state) && !matches!(state, State::Paused { .. });
    world.rows.iter().filter(|row| ended(&row.job.state)).all(|row| {
        let sum = |amount: fn(&Call) -> Usd| row.calls.iter().map(amount).fold(Usd::ZERO, |a, b| a + b);
        row.job.total_cost().unwrap_or_default() <= sum(|call| call.booked)
            && row.job.total_at_most().unwrap_or_default() == sum(|call| call.at_most)
    })
}

/// What the providers charge in a month is never more than what may be spent in it.
fn cap_kept(world: &World) -> bool {
    let calls = world.rows.iter().flat_map(|row| &row.calls);
    calls.fold(Usd::ZERO, |sum, call| sum + call.charged) <= world.setup.budget().limit()
}

impl World {
    /// What the provider's books and ours say, for people.
    pub(crate) fn books(&self) -> String {
        let mut books = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            let _infallible = writeln!(
                books,
                "job {index}: {}, {:?} and at most {:?}, {:?}",
                row.job.state.name(),
                row.job.total_cost(),
                row.job.total_at_most(),
                row.calls
            );
        }
        books
    }
}
