//! Whether the laws notice a mistake: drivers that make one on purpose, and the shortest story that shows it.

use domain::Provider;
use stateright::{Checker, Model};

use crate::laws::{BOOKS_AGREE, LAWS, Law, NOTHING_LOST, PAID_ONCE};
use crate::rare::{Bounds, Rare};
use crate::runs::Runs;
use crate::setup::{Mutant, Setup};

/// The mistake breaks the law, and without it the same world keeps all of them.
fn breaks(mutant: Mutant, (law, _): Law, bounds: &[(Rare, u8)]) {
    let setup = Setup { bounds: Bounds::of(bounds), ..Setup::calm(Provider::Openai, 2, 2) };
    let sound = Runs::of(setup.clone()).checker().spawn_bfs().join().discoveries();
    assert!(LAWS.iter().all(|(law, _)| !sound.contains_key(law)), "the law is broken without {mutant:?} too");

    let story = Runs::of(Setup { mutant: Some(mutant), ..setup }).shortest_story(law);
    let Some((steps, story)) = story else { panic!("nobody notices {mutant:?}") };
    println!("{mutant:?}: not \"{law}\" after {steps} steps\n{story}");
}

#[test]
fn a_table_that_writes_whatever_revision_it_holds() {
    breaks(Mutant::NoFence, PAID_ONCE, &[(Rare::Duplicate, 1)]);
}

#[test]
fn a_worker_that_takes_a_lost_answer_for_a_refusal() {
    breaks(Mutant::SendsAgain, PAID_ONCE, &[(Rare::LostAnswer, 1)]);
}

#[test]
fn a_worker_that_calls_before_the_intent_is_on_record() {
    breaks(Mutant::NoIntent, BOOKS_AGREE, &[]);
}

#[test]
fn a_sweeper_that_does_not_look_after_pointers() {
    breaks(Mutant::NoSweeper, NOTHING_LOST, &[(Rare::LostPointer, 1)]);
}
