//! Moves of jobs: the next revision, the audit events, and what both change in the books, in one write.

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use domain::audit::AuditEvent;
use domain::budget::{Posting, Shortfall};
use domain::job::Job;
use domain::persona::Persona;
use domain::{Fault, Usd};

use super::Jobs;
use super::posting::{post, scopes};
use super::writing::Writing;
use crate::budgets::Budgets;
use crate::transaction::{Committed, Transaction};
use crate::{job_item, personas};

/// How often a move is written anew while others change the same ledger.
const TRIES: usize = 20;

/// Whether a job could be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is ours.
    Yes,
    /// The provider works on enough already.
    NoTurn,
    /// A budget has less left than the call may cost.
    OverBudget(Box<Shortfall>),
}

impl Jobs {
    /// Puts a move of a job on record, with what the audit trail says about it.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the job is not at the revision that `to` was made from: somebody else was first.
    pub async fn advance(&self, from: &Job, to: &Job, events: &[AuditEvent]) -> Result<(), Fault> {
        self.advance_with(from, to, None, events).await
    }

    /// As [`Self::advance`], with the persona that the job has written.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the job is not at the revision that `to` was made from.
    pub async fn advance_with(
        &self,
        from: &Job,
        to: &Job,
        persona: Option<&Persona>,
        events: &[AuditEvent],
    ) -> Result<(), Fault> {
        let mut rest = Vec::from_iter(self.landing(to)?);
        if let Some(persona) = persona {
            let put = personas::put_new(&self.tables.main, persona)?;
            rest.push(TransactWriteItem::builder().put(put).build());
        }
        self.write(Writing::of_move(self.put_revision(to, events)?, (from, to), events, rest)).await
    }

    /// Puts on record what is true of a call although it moves its job no more: the job is in other hands.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn append(&self, of: &Job, events: &[AuditEvent]) -> Result<(), Fault> {
        let posting = of.hold.map(|hold| Posting::of_events(hold.month, events));
        let posting = posting.filter(|posting| posting.gone() > Usd::ZERO);
        self.write(Writing::of_call(of, events, posting)).await
    }

    /// As [`Self::advance`], for a job whose call begins: unless as many are under way as the provider takes at once,
    /// or a budget has less left than it may cost.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the job is not at the revision that `to` was made from: somebody else was first.
    pub async fn take(&self, from: &Job, to: &Job, events: &[AuditEvent]) -> Result<Taken, Fault> {
        let entering = self.entering(to)?;
        // Asked first, so that those who only learn that there is no place leave the set alone: the writes of those
        // who land would have to wait for them.
        if entering.is_some() && self.is_full(to).await? {
            return Ok(Taken::NoTurn);
        }
        let posting = Posting::of(from, to, events);
        let scopes = posting.map_or_else(Vec::new, |_| scopes(to));
        for _ in 0..TRIES {
            let mut transaction =
                Transaction::new(&self.client, &self.tables).put(self.put_revision(to, events)?);
            for (scope, posting) in scopes.iter().zip(posting.iter().cycle()) {
                transaction = transaction.with(post(&self.tables.main, &to.tenant, scope, posting, &[])?);
            }
            if let Some(entering) = &entering {
                transaction = transaction.with(entering.clone());
            }
            let refused = match transaction.try_commit(events).await? {
                Committed::Yes => return Ok(Taken::Yes),
                Committed::Refused { item } => item,
            };
            // First the job, then the ledgers, then the flights.
            let Some(ledger) = refused.checked_sub(1) else { return Err(Fault::Conflict) };
            let (Some(scope), Some(posting)) = (scopes.get(ledger), posting) else {
                return Ok(Taken::NoTurn);
            };
            let budgets = self.budgets();
            match budgets.ledger(&to.tenant, scope, posting.month).await? {
                None => budgets.open(&to.tenant, scope, posting.month).await?,
                Some(ledger) => {
                    let budget = budgets.read(&to.tenant, scope).await?;
                    let (left, needed, month) = (ledger.left(&budget), posting.held, posting.month);
                    if left < needed {
                        return Ok(Taken::OverBudget(Box::new(Shortfall { budget, month, left, needed })));
                    }
                    // Somebody else has just opened it, or a call has ended that left something.
                }
            }
        }
        Err(Fault::Unavailable)
    }

    pub(super) fn budgets(&self) -> Budgets {
        Budgets::with(self.client.clone(), self.tables.clone())
    }

    /// The item at its next revision, on condition that the stored one is at the revision before.
    fn put_revision(&self, to: &Job, events: &[AuditEvent]) -> Result<Put, Fault> {
        let from = AttributeValue::N(to.revision.saturating_sub(1).to_string());
        Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(job_item::to_item(&to.told_in(events))?))
            .condition_expression("revision = :from")
            .expression_attribute_values(":from", from)
            .build()
            .map_err(|_| Fault::Broken)
    }
}
