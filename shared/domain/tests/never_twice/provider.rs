//! The provider: what becomes of a call, what it charges, and what of that is heard.

use domain::outcome::FailureClass;
use domain::{Provider, Usd};

use crate::hand::{Hand, Run, Step};
use crate::settling::Ending;
use crate::setup::Mutant;
use crate::world::World;

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// It is done and charged. Or the order is taken.
    Done,
    /// It is done and charged, but what it brought cannot be stored.
    NotStored,
    /// It is not accepted, and costs nothing.
    Refused(FailureClass),
    /// It is accepted and comes to nothing. The answer does not say what that costs.
    Failed(FailureClass, Charged),
    /// It never arrives, and nobody hears that.
    LostOnTheWay,
}

/// Whether something is charged that brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Charged {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What the provider says about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Progress {
    /// It is ready.
    Ready,
    /// It is not ready, or does not answer.
    Working,
    /// It was refused before it was begun: what was charged is given back.
    Refused,
    /// It has failed, or is withheld. The answer does not say what that costs.
    Failed(FailureClass, Charged),
    /// It does not know the order any more.
    Gone,
    /// It does not accept the API key.
    BadApiKey,
}

impl Progress {
    /// Whether it is the end of an order, and stays so.
    fn is_final(self) -> bool {
        matches!(self, Self::Ready | Self::Refused | Self::Failed(..))
    }

    /// Whether the order is not charged after all.
    pub(crate) fn gives_back(self) -> bool {
        matches!(self, Self::Refused | Self::Failed(_, Charged::No))
    }
}

impl World {
    /// A call goes out, and the provider does with it what it will.
    pub(crate) fn call(&mut self, worker: usize, fate: Fate) {
        let Hand::Working(run, _) = self.hands[worker].clone() else { return };
        let price = run.job.estimated;
        let call = self.row(run.index).call(run.job.calls);
        call.sent += 1;
        if let Fate::Done | Fate::NotStored | Fate::Failed(_, Charged::Yes) = fate {
            call.charged = call.charged + price;
        }
        self.hands[worker] = Hand::Working(run, Step::Sent(fate));
    }

    /// The answer of a call arrives.
    pub(crate) fn hear(&mut self, run: &Run, fate: Fate) -> Step {
        let ending = match fate {
            Fate::Done if self.setup.provider == Provider::Bfl => Ending::Ordered,
            Fate::Done => Ending::Image,
            Fate::NotStored => Ending::NotStored,
            Fate::Refused(class) => {
                self.row(run.index).call(run.job.calls).refused += 1;
                Ending::Failed { class, unsaid: false }
            }
            Fate::Failed(class, _) => Ending::Failed { class, unsaid: true },
            Fate::LostOnTheWay => self.lost_answer(),
        };
        Step::Heard { ending, judged: false }
    }

    /// The answer of a call does not arrive.
    pub(crate) fn lose_answer(&mut self, worker: usize) {
        let ending = self.lost_answer();
        if let Hand::Working(_, step) = &mut self.hands[worker] {
            *step = Step::Heard { ending, judged: false };
        }
    }

    fn lost_answer(&self) -> Ending {
        match self.setup.mutant {
            Some(Mutant::SendsAgain) => Ending::Failed { class: FailureClass::NotAccepted, unsaid: false },
            _ => Ending::Failed { class: FailureClass::UnknownOutcome, unsaid: true },
        }
    }

    /// What can be said about an order: what has become of it does not change any more.
    pub(crate) fn can_be_said(&self, run: &Run, progress: Progress) -> bool {
        !progress.is_final() || self.made(run).is_none_or(|made| made == progress)
    }

    /// Whether a worker that asks would hear nothing but what is certain, or is to be expected.
    pub(crate) fn was_said(&self, worker: usize, progress: Progress) -> bool {
        let Hand::Working(run, _) = &self.hands[worker] else { return false };
        progress == Progress::Ready || self.made(run) == Some(progress)
    }

    fn made(&self, run: &Run) -> Option<Progress> {
        let number = usize::try_from(run.job.calls).unwrap();
        self.rows[run.index].calls.get(number - 1)?.made
    }

    /// A question about an order is asked and answered.
    pub(crate) fn ask(&mut self, worker: usize, progress: Progress) {
        let Hand::Working(run, _) = self.hands[worker].clone() else { return };
        let call = self.row(run.index).call(run.job.calls);
        if progress.is_final() && call.made.is_none() {
            call.made = Some(progress);
            if progress.gives_back() {
                call.charged = Usd::ZERO;
            }
        }
        let own = run.job.credential == Some(run.credential);
        let ending = match progress {
            Progress::Ready => Ending::Image,
            Progress::Refused => Ending::Failed { class: FailureClass::Moderated, unsaid: false },
            Progress::Failed(class, _) => Ending::Failed { class, unsaid: true },
            Progress::Gone => Ending::LostTrack,
            Progress::BadApiKey if own => Ending::Failed { class: FailureClass::BadApiKey, unsaid: false },
            Progress::BadApiKey | Progress::Working => Ending::AskAgain,
        };
        self.hands[worker] = Hand::Working(run, Step::Heard { ending, judged: false });
    }
}
