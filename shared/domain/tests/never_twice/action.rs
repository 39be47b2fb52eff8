//! What may happen next, and what it leads to. An action is what somebody does between two visits to the world outside.

use domain::job::State;
use domain::outcome::FailureClass;

use crate::hand::Hand;
use crate::provider::{Fate, Progress};
use crate::rare::Rare;
use crate::world::World;

/// Something that may happen. Workers and jobs go by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A worker receives a pointer.
    Receive { worker: usize, job: usize },
    /// A worker receives a pointer that is delivered once more.
    ReceiveCopy { worker: usize, job: usize },
    /// A worker goes on: it reads, takes, opens, hears, judges or settles.
    GoOn { worker: usize },
    /// A worker goes on to write, the table does, and its answer is lost.
    WriteUnanswered { worker: usize },
    /// A worker finds that the provider works on enough.
    PutOff { worker: usize },
    /// A worker makes its call, and this becomes of it.
    Call { worker: usize, fate: Fate },
    /// The answer to a call is lost.
    LoseAnswer { worker: usize },
    /// A worker asks about an order, and hears this.
    Ask { worker: usize, progress: Progress },
    /// A worker dies. The queue delivers its pointer again.
    Crash { worker: usize },
    /// A pointer is lost.
    LosePointer { job: usize },
    /// A lease runs out.
    Expire { job: usize },
    /// The sweeper moves what is overdue.
    Sweep { job: usize },
    /// The sweeper sends a pointer again that is only late.
    SweepTooSoon { job: usize },
    /// The sweeper sends a job on: what it waited for is there.
    Release { job: usize },
    /// The sweeper sends a job ahead to find out whether there is credit.
    Probe { job: usize },
    /// The sweeper says what a job waits for by now.
    Tell { job: usize },
    /// The account at the provider has no credit left.
    RunOut,
    /// A person tops it up.
    TopUp,
    /// A person revokes the API key.
    Revoke,
    /// A person stores an API key.
    Store,
    /// A person takes a job back.
    Cancel { job: usize },
    /// A person has a job done again. `accept`: also if that is charged twice.
    Retry { job: usize, accept: bool },
    /// A person sends a job on.
    Resume { job: usize },
}

impl Action {
    /// What it uses up. None: it comes by itself, sooner or later.
    pub(crate) fn rarity(self, world: &World) -> Option<Rare> {
        Some(match self {
            Self::ReceiveCopy { .. } | Self::SweepTooSoon { .. } => Rare::Duplicate,
            Self::WriteUnanswered { .. } => Rare::LostWrite,
            Self::PutOff { .. } => Rare::Busy,
            Self::Call { fate: Fate::LostOnTheWay, .. } | Self::LoseAnswer { .. } => Rare::LostAnswer,
            Self::Call { fate: Fate::Refused(FailureClass::OutOfCredit), .. } if !world.credit => {
                return None;
            }
            Self::Call { fate: Fate::Refused(_) | Fate::Failed(..) | Fate::NotStored, .. } => Rare::Refusal,
            Self::Ask { progress: Progress::Working, .. } => Rare::SlowOrder,
            Self::Ask { worker, progress } if !world.was_said(worker, progress) => Rare::Refusal,
            Self::Crash { .. } => Rare::Crash,
            Self::LosePointer { .. } => Rare::LostPointer,
            Self::Expire { job } if world.is_held(job) => Rare::LateWorker,
            Self::Probe { .. } => Rare::Probe,
            Self::RunOut => Rare::RunOut,
            Self::TopUp => Rare::TopUp,
            Self::Revoke => Rare::Revoke,
            Self::Store => Rare::Store,
            Self::Cancel { .. } => Rare::Cancel,
            Self::Retry { .. } => Rare::Retry,
            Self::Resume { .. } => Rare::Resume,
            Self::Receive { .. }
            | Self::GoOn { .. }
            | Self::Call { fate: Fate::Done, .. }
            | Self::Ask { .. }
            | Self::Expire { .. }
            | Self::Sweep { .. }
            | Self::Release { .. }
            | Self::Tell { .. } => return None,
        })
    }
}

impl World {
    /// The world after something that may happen in this one.
    #[must_use]
    pub(crate) fn after(&self, action: Action) -> Self {
        let mut world = self.clone();
        if let Some(rare) = action.rarity(self) {
            world.bounds.spend(rare);
        }
        match action {
            Action::Receive { worker, job } => {
                world.row(job).pointers -= 1;
                world.hands[worker] = Hand::Received(job);
            }
            Action::ReceiveCopy { worker, job } => world.hands[worker] = Hand::Received(job),
            Action::GoOn { worker } => world.go_on(worker),
            Action::WriteUnanswered { worker } => world.write_unanswered(worker),
            Action::PutOff { worker } => world.put_off(worker),
            Action::Call { worker, fate } => world.call(worker, fate),
            Action::LoseAnswer { worker } => world.lose_answer(worker),
            Action::Ask { worker, progress } => world.ask(worker, progress),
            Action::Crash { worker } => world.crash(worker),
            Action::LosePointer { job } => world.row(job).pointers -= 1,
            Action::Expire { job } => world.expire(job),
            Action::Sweep { job } | Action::SweepTooSoon { job } => world.sweep(job),
            Action::Release { job } => world.release(job, false),
            Action::Probe { job } => world.release(job, true),
            Action::Tell { job } => world.tell_what_it_waits_for(job),
            Action::RunOut => world.credit = false,
            Action::TopUp => world.credit = true,
            Action::Revoke => world.credential = None,
            Action::Store => world.store(),
            Action::Cancel { job } => world.cancel(job),
            Action::Retry { job, accept } => world.retry(job, accept),
            Action::Resume { job } => world.resume(job),
        }
        world
    }

    /// Whether a living worker has the lease of a job.
    fn is_held(&self, job: usize) -> bool {
        let row = &self.rows[job];
        matches!(row.job.state, State::Running { .. }) && self.hands.iter().any(|hand| hand.holds(row))
    }
}
