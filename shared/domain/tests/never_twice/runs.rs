//! All runs of a world, for the checker.

use std::fmt::Write;
use std::sync::Arc;

use domain::job::State;
use stateright::{Checker, Model, Path, Property};

use crate::action::Action;
use crate::laws::{BOOKS_AGREE, CAP_KEPT, JOB_KNOWS, NOTHING_LOST, PAID_ONCE};
use crate::setup::Setup;
use crate::world::World;

/// Stories have fewer steps.
const LONGEST: usize = 100;

/// All runs of a world.
#[derive(Clone)]
pub(crate) struct Runs {
    setup: Arc<Setup>,
}

impl Runs {
    /// All runs that begin so.
    pub(crate) fn of(setup: Setup) -> Self {
        Self { setup: Arc::new(setup) }
    }

    /// The shortest story in which the law is broken, and how many steps it has. The checker names the last one that it
    /// met, so it may look only one step further each time.
    pub(crate) fn shortest_story(&self, law: &'static str) -> Option<(usize, String)> {
        (2..LONGEST).find_map(|depth| {
            let runs = self.clone().checker().target_max_depth(depth).spawn_bfs().join();
            let path = runs.discovery(law)?;
            Some((path.clone().into_actions().len(), story(path)))
        })
    }
}

impl Model for Runs {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(&self.setup)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        actions.extend(world.choices());
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        Some(world.after(action))
    }

    /// The laws, and where a job should get to at least once: or else the world is not alive.
    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(PAID_ONCE.0, |_, world| PAID_ONCE.1(world)),
            Property::always(NOTHING_LOST.0, |_, world| NOTHING_LOST.1(world)),
            Property::always(BOOKS_AGREE.0, |_, world| BOOKS_AGREE.1(world)),
            Property::always(CAP_KEPT.0, |_, world| CAP_KEPT.1(world)),
            Property::always(JOB_KNOWS.0, |_, world| JOB_KNOWS.1(world)),
            Property::sometimes("succeeded", |_, world| {
                any(world, |at| matches!(at, State::Succeeded { .. }))
            }),
            Property::sometimes("failed", |_, world| any(world, |at| matches!(at, State::Failed { .. }))),
            Property::sometimes("cancelled", |_, world| any(world, |at| matches!(at, State::Cancelled))),
            Property::sometimes("paused", |_, world| any(world, |at| matches!(at, State::Paused { .. }))),
            Property::sometimes("unknown", |_, world| any(world, |at| matches!(at, State::Unknown))),
        ]
    }
}

fn any(world: &World, is: fn(&State) -> bool) -> bool {
    world.rows.iter().any(|row| is(&row.job.state))
}

/// A run, for people: what happened, and how the books stand at its end.
fn story(path: Path<World, Action>) -> String {
    let mut story = String::new();
    let end = path.last_state().books();
    for action in path.into_actions() {
        let _infallible = writeln!(story, "    {action:?}");
    }
    story + &end
}
