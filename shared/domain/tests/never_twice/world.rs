//! Everything that there is at one moment.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use domain::budget::Ledger;
use domain::credential::CredentialMeta;

use crate::hand::Hand;
use crate::rare::Bounds;
use crate::revision::Revision;
use crate::row::Row;
use crate::setup::{Setup, month};

/// Everything that there is at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct World {
    /// What it began with.
    pub(crate) setup: Arc<Setup>,
    /// The jobs.
    pub(crate) rows: Vec<Arc<Row>>,
    /// What each worker is at.
    pub(crate) hands: Vec<Hand>,
    /// The API key that pays.
    pub(crate) credential: Option<Arc<CredentialMeta>>,
    /// How many API keys there were that did not take another's place.
    pub(crate) credentials: u8,
    /// Whether the account at the provider has credit.
    pub(crate) credit: bool,
    /// What the month has paid, as the budget counts it.
    pub(crate) ledger: Ledger,
    /// What may still happen.
    pub(crate) bounds: Bounds,
}

impl World {
    /// All jobs are queued, and all is well.
    pub(crate) fn new(setup: &Arc<Setup>) -> Self {
        let rows = (0..setup.jobs).map(|number| Arc::new(Row::new(Revision::of(setup.job(number)))));
        Self {
            rows: rows.collect(),
            hands: vec![Hand::Idle; setup.workers],
            credential: Some(Arc::new(setup.credential(0))),
            credentials: 1,
            credit: true,
            ledger: Ledger::opened(&setup.budget(), month()),
            bounds: setup.bounds,
            setup: Arc::clone(setup),
        }
    }

    /// A row, to be changed.
    pub(crate) fn row(&mut self, job: usize) -> &mut Row {
        Arc::make_mut(&mut self.rows[job])
    }
}

/// Neither jobs nor workers are told apart by their numbers: worlds that differ by them alone go on alike, and are tried
/// once.
impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut rows: Vec<_> = (0..self.rows.len()).map(|job| self.print_of(job)).collect();
        rows.sort_unstable();
        rows.hash(state);
        if let Some(credential) = &self.credential {
            (credential.id, credential.version, credential.state.name()).hash(state);
        }
        (self.credentials, self.credit, self.ledger.held, self.ledger.spent, self.ledger.unknown).hash(state);
        self.bounds.hash(state);
    }
}

impl World {
    /// A job and all that happens to it.
    fn print_of(&self, job: usize) -> u64 {
        let row = &self.rows[job];
        let mut print = DefaultHasher::new();
        (&row.job, row.pointers, row.overdue, &row.calls, row.licensed).hash(&mut print);
        let at_it = self.hands.iter().filter(|hand| hand.job() == Some(job));
        let mut hands: Vec<_> = at_it.map(|hand| hand.print(row)).collect();
        hands.sort_unstable();
        hands.hash(&mut print);
        print.finish()
    }
}
