//! Whether the invariants of the README hold, whatever goes wrong and in whatever order: the real moves of a job, driven
//! by a small world of workers, a queue, a sweeper, a provider and people.
//!
//! - [`exhaustive`] tries every run of two workers and two jobs within bounds.
//! - [`mutants`] breaks the drivers on purpose: the laws must notice.
//! - [`random`] tries long runs of more jobs and workers, and shrinks what it finds.
//!
//! Time does not pass here. What it does, like ending a lease, is an [`action`] that may come at any moment.
#![cfg(test)]

mod action;
mod choices;
mod exhaustive;
mod hand;
mod laws;
mod mutants;
mod people;
mod provider;
mod random;
mod rare;
mod revision;
mod row;
mod runs;
mod settling;
mod setup;
mod sweeper;
mod table;
mod worker;
mod world;

use domain::Timestamp;

/// The only time there is.
const NOW: Timestamp = Timestamp::constant(1_763_860_000, 0);
