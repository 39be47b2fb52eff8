//! All that may happen next.

use domain::job::State;
use domain::outcome::FailureClass;

use crate::NOW;
use crate::action::Action;
use crate::hand::{Hand, Run, Step};
use crate::provider::{Fate, Progress};
use crate::rare::Rare;
use crate::world::World;

impl World {
    /// All that may happen next, always in the same order.
    pub(crate) fn choices(&self) -> Vec<Action> {
        let mut choices = Vec::with_capacity(32);
        for (worker, hand) in self.hands.iter().enumerate() {
            self.choices_of_worker(worker, hand, &mut choices);
        }
        for job in 0..self.rows.len() {
            self.choices_on_row(job, &mut choices);
            self.choices_of_people(job, &mut choices);
        }
        choices.push(if self.credit { Action::RunOut } else { Action::TopUp });
        choices.push(Action::Store);
        if self.credential.is_some() {
            choices.push(Action::Revoke);
        }
        choices.retain(|action| action.rarity(self).is_none_or(|rare| self.bounds.allow(rare)));
        choices
    }

    /// Whether something comes by itself.
    pub(crate) fn goes_on(&self) -> bool {
        // Asked of every state, so what is often true is looked at first.
        let at_work = |hand: &Hand| !matches!(hand, Hand::Idle | Hand::Working(_, Step::Opened));
        self.hands.iter().any(at_work)
            || self.choices().into_iter().any(|action| action.rarity(self).is_none())
    }

    fn choices_of_worker(&self, worker: usize, hand: &Hand, choices: &mut Vec<Action>) {
        match hand {
            // It is all the same which of the idle ones receives a pointer.
            Hand::Idle if self.hands[..worker].contains(&Hand::Idle) => {}
            Hand::Idle => {
                for job in (0..self.rows.len()).filter(|job| self.rows[*job].pointers > 0) {
                    choices.extend([Action::Receive { worker, job }, Action::ReceiveCopy { worker, job }]);
                }
            }
            Hand::Received(_) => choices.push(Action::GoOn { worker }),
            Hand::Read(index, job) => {
                choices.push(Action::GoOn { worker });
                if self.rows[*index].job == *job {
                    choices.push(Action::WriteUnanswered { worker });
                }
                if let State::Queued { .. } = job.state {
                    choices.push(Action::PutOff { worker });
                }
            }
            Hand::Working(run, step) => self.choices_of_run(worker, run, step, choices),
        }
        if *hand != Hand::Idle {
            choices.push(Action::Crash { worker });
        }
    }

    fn choices_of_run(&self, worker: usize, run: &Run, step: &Step, choices: &mut Vec<Action>) {
        let call = |fate| Action::Call { worker, fate };
        match step {
            Step::Opened if run.job.submission.is_some() => {
                let said = [Progress::Ready].into_iter().chain(self.setup.progress.iter().copied());
                let said = said.filter(|progress| self.can_be_said(run, *progress));
                choices.extend(said.map(|progress| Action::Ask { worker, progress }));
            }
            Step::Opened if !self.credit => choices.push(call(Fate::Refused(FailureClass::OutOfCredit))),
            Step::Opened => {
                choices.extend([call(Fate::Done), call(Fate::LostOnTheWay)]);
                choices.extend(self.setup.fates.iter().copied().map(call));
            }
            Step::Sent(fate) => {
                choices.push(Action::GoOn { worker });
                if *fate != Fate::LostOnTheWay {
                    choices.push(Action::LoseAnswer { worker });
                }
            }
            Step::Heard { .. } => {
                choices.push(Action::GoOn { worker });
                if self.rows[run.index].job == run.job {
                    choices.push(Action::WriteUnanswered { worker });
                }
            }
            Step::Unsure | Step::Taken | Step::UnsureSettled { .. } | Step::Settled => {
                choices.push(Action::GoOn { worker });
            }
        }
    }

    fn choices_on_row(&self, job: usize, choices: &mut Vec<Action>) {
        let row = &self.rows[job];
        if row.pointers > 0 {
            choices.push(Action::LosePointer { job });
        }
        match row.job.state {
            _ if self.is_due(job) => choices.push(Action::Sweep { job }),
            State::Queued { .. } | State::Submitted { .. } => choices.push(Action::SweepTooSoon { job }),
            State::Running { .. } if !row.overdue => choices.push(Action::Expire { job }),
            _ => {}
        }
        if self.can_go_on(job) {
            choices.push(Action::Release { job });
        }
        if self.can_probe(job) {
            choices.push(Action::Probe { job });
        }
        if self.waits_in_truth_for(job).is_some() {
            choices.push(Action::Tell { job });
        }
    }

    /// What the moves themselves allow people to do.
    fn choices_of_people(&self, job: usize, choices: &mut Vec<Action>) {
        let stored = &self.rows[job].job;
        if self.bounds.allow(Rare::Cancel) && stored.cancel(NOW).is_ok() {
            choices.push(Action::Cancel { job });
        }
        if self.bounds.allow(Rare::Retry) {
            let accept = [false, true].into_iter().filter(|accept| stored.retry(*accept, NOW).is_ok());
            choices.extend(accept.map(|accept| Action::Retry { job, accept }));
        }
        if self.bounds.allow(Rare::Resume) && stored.resume(false, NOW).is_ok() {
            choices.push(Action::Resume { job });
        }
    }
}
