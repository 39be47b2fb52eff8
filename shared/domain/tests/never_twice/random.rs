//! Long random runs of more jobs and workers than all runs can be tried of. In the end nothing more goes wrong, and people
//! help what waits for them: then every job must end.

use std::sync::Arc;

use domain::Provider;
use domain::job::State;
use domain::outcome::FailureClass::*;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use crate::action::Action;
use crate::laws::LAWS;
use crate::provider::{Charged, Fate, Progress};
use crate::rare::{Bounds, Rare};
use crate::setup::Setup;
use crate::world::World;

/// No run takes so many steps until nothing comes by itself.
const LONGEST: usize = 1_000;

/// A world of either provider, with a cap or without one.
fn setups() -> impl Strategy<Value = Setup> {
    (any::<bool>(), any::<bool>()).prop_map(|(orders, capped)| {
        let calm = Setup::calm(if orders { Provider::Bfl } else { Provider::Openai }, 5, 3);
        let refused =
            [BadApiKey, NoPermission, RateLimited, Moderated, BadRequest, ModelRetired, NotAccepted];
        let failed = [
            (UnusableAnswer, Charged::Yes),
            (Moderated, Charged::Yes),
            (Moderated, Charged::No),
            (ProviderFailed, Charged::Yes),
            (ProviderFailed, Charged::No),
        ];
        let said = [Progress::Working, Progress::Refused, Progress::Gone, Progress::BadApiKey];
        Setup {
            cap: capped.then(|| calm.job(0).most().times(3)),
            fates: [
                &refused.map(Fate::Refused)[..],
                &failed.map(|(class, charged)| Fate::Failed(class, charged)),
                &[Fate::NotStored],
            ]
            .concat(),
            progress: [&said[..], &failed.map(|(class, charged)| Progress::Failed(class, charged))].concat(),
            bounds: bounds(),
            ..calm
        }
    })
}

/// People do more than goes wrong: then more is found.
fn bounds() -> Bounds {
    use Rare::*;
    let faults = [Duplicate, LostPointer, Crash, LateWorker, LostAnswer, LostWrite, Refusal, SlowOrder, Busy];
    let people = [RunOut, Probe, TopUp, Retry, Resume, Revoke, Store, Cancel];
    let faults = faults.into_iter().map(|fault| (fault, 3));
    let people = people.into_iter().map(|person| (person, 6));
    Bounds::of(&faults.chain(people).collect::<Vec<_>>())
}

/// Chooses what happens.
struct Chance;

impl ReferenceStateMachine for Chance {
    type State = World;
    /// None: nothing is left that may happen.
    type Transition = Option<Action>;

    fn init_state() -> BoxedStrategy<World> {
        setups().prop_map(|setup| World::new(&Arc::new(setup))).boxed()
    }

    fn transitions(world: &World) -> BoxedStrategy<Option<Action>> {
        let choices = world.choices();
        // What comes by itself comes more often: or else all that can go wrong has gone wrong at the beginning.
        let usual = choices.iter().filter(|action| action.rarity(world).is_none());
        let often = usual.flat_map(|action| [action; 3]).chain(&choices);
        let often: Vec<_> = often.copied().map(Some).collect();
        if often.is_empty() { Just(None).boxed() } else { select(often).boxed() }
    }

    fn preconditions(world: &World, action: &Option<Action>) -> bool {
        action.is_none_or(|action| world.choices().contains(&action))
    }

    fn apply(world: World, action: &Option<Action>) -> World {
        action.map_or_else(|| world.clone(), |action| world.after(action))
    }
}

/// The moves under test are those of the world itself.
struct Jobs;

impl StateMachineTest for Jobs {
    type SystemUnderTest = ();
    type Reference = Chance;

    fn init_test(_: &World) {}

    fn apply((): (), _: &World, _: Option<Action>) {}

    fn check_invariants((): &(), world: &World) {
        assert_eq!(world.broken(), None, "\n{}", world.books());
    }

    fn teardown((): (), mut world: World) {
        world.come_to_rest();
        world.help();
        let ended = |state: &State| {
            matches!(state, State::Succeeded { .. } | State::Failed { .. } | State::Cancelled)
        };
        assert!(world.rows.iter().all(|row| ended(&row.job.state)), "\n{}", world.books());
    }
}

impl World {
    /// The first law that is broken.
    fn broken(&self) -> Option<&'static str> {
        LAWS.iter().find(|(_, keeps)| !keeps(self)).map(|(law, _)| *law)
    }

    /// Goes on until nothing more comes by itself.
    fn come_to_rest(&mut self) {
        for _ in 0..LONGEST {
            let mut choices = self.choices().into_iter();
            let Some(action) = choices.find(|action| action.rarity(self).is_none()) else { return };
            *self = self.after(action);
            assert_eq!(self.broken(), None, "\n{}", self.books());
        }
        panic!("no rest after {LONGEST} steps:\n{}", self.books());
    }

    /// Somebody looks at everything that waits for people, and it goes on.
    fn help(&mut self) {
        self.bounds = Bounds::of(&[(Rare::TopUp, 1), (Rare::Store, 1), (Rare::Resume, 5), (Rare::Cancel, 5)]);
        if !self.credit {
            *self = self.after(Action::TopUp);
        }
        *self = self.after(Action::Store);
        self.come_to_rest();
        for job in 0..self.rows.len() {
            let waits_for_the_budget = !self.can_go_on(job);
            match self.rows[job].job.state {
                State::Unknown => *self = self.after(Action::Cancel { job }),
                State::Paused { .. } if waits_for_the_budget => *self = self.after(Action::Cancel { job }),
                State::Paused { .. } => *self = self.after(Action::Resume { job }),
                _ => {}
            }
            self.come_to_rest();
        }
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: 1_024, failure_persistence: None, ..Config::default() })]

    #[test]
    fn of_five_jobs_and_three_workers(sequential 60..200 => Jobs);
}
