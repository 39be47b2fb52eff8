//! What a job's move changes in the ledgers of its account and its project, written with the move.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use domain::audit::AuditEvent;
use domain::budget::{Budget, Ledger, Posting};
use domain::credential::Scope;
use domain::job::Job;
use domain::notice::{News, Notice};
use domain::{AuditId, Fault, TenantId};

use crate::budget_item::{NO_ALERT, ledger_address, micros};
use crate::budgets::Budgets;

/// A ledger in which spending passes the next alert, as it was read.
pub(super) struct Passing {
    scope: Scope,
    budget: Budget,
    ledger: Ledger,
}

impl Passing {
    /// Reads the ledger that did not take a posting as it was. None: it does now.
    pub(super) async fn read(
        budgets: &Budgets,
        tenant: &TenantId,
        scope: &Scope,
        posting: &Posting,
    ) -> Result<Option<Self>, Fault> {
        let budget = budgets.read(tenant, scope).await?;
        // A call has begun in this month, so the ledger is there.
        let ledger = budgets.ledger(tenant, scope, posting.month).await?.ok_or(Fault::Broken)?;
        let passes = ledger.until_alert.is_some_and(|until| until <= posting.gone());
        Ok(passes.then(|| Self { scope: scope.clone(), budget, ledger }))
    }

    pub(super) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The notice of the step that is passed. None when the budget has changed meanwhile, and it is none any more.
    pub(super) fn notice(&self, posting: &Posting, event: &AuditEvent) -> Option<Notice> {
        let (before, after) = (self.ledger.gone(), self.ledger.gone() + posting.gone());
        let percent = self.budget.passed(before, after)?;
        let id = match self.scope {
            Scope::Account => event.id,
            Scope::Project(_) => AuditId::following(event.id),
        };
        let news = News::alert(&self.budget, posting.month, percent, after);
        Some(Notice::after(id, event.at, &event.tenant, news))
    }
}

/// The ledgers that a job's costs are posted to.
pub(super) fn scopes(job: &Job) -> Vec<Scope> {
    let project = job.project.clone().map(Scope::Project);
    std::iter::once(Scope::Account).chain(project).collect()
}

/// The write of a posting in one ledger. What is set aside must be left; what is charged is charged, but must not pass
/// the next alert unnoticed: then it is refused, to be written with its [`Passing`].
pub(super) fn post(
    table: &str,
    tenant: &TenantId,
    scope: &Scope,
    posting: &Posting,
    passings: &[Passing],
) -> Result<TransactWriteItem, Fault> {
    let number = |number: i64| AttributeValue::N(number.to_string());
    let (held, gone) = (micros(posting.held) - micros(posting.released), micros(posting.gone()));
    let update = Update::builder()
        .table_name(table)
        .set_key(Some(ledger_address(tenant, scope, posting.month)))
        .expression_attribute_values(":left", number(-held - gone))
        .expression_attribute_values(":held", number(held))
        .expression_attribute_values(":spent", number(micros(posting.spent)))
        .expression_attribute_values(":unknown", number(micros(posting.unknown)));
    let update = match passings.iter().find(|passing| passing.scope == *scope) {
        Some(Passing { budget, ledger, .. }) => {
            let until = |ledger: Option<domain::Usd>| number(ledger.map_or(NO_ALERT, micros));
            update
                .update_expression(
                    "SET until_alert_micros = :until ADD left_micros :left, held_micros :held, \
                     spent_micros :spent, unknown_micros :unknown",
                )
                .condition_expression("until_alert_micros = :was AND spent_micros = :spent_before")
                .expression_attribute_values(
                    ":until",
                    until(budget.until_alert(ledger.gone() + posting.gone())),
                )
                .expression_attribute_values(":was", until(ledger.until_alert))
                .expression_attribute_values(":spent_before", number(micros(ledger.spent)))
        }
        None => update
            .update_expression(
                "ADD left_micros :left, held_micros :held, spent_micros :spent, unknown_micros :unknown, \
                 until_alert_micros :closer",
            )
            .expression_attribute_values(":closer", number(-gone))
            .expression_attribute_values(":needed", number(if held > 0 { held } else { gone }))
            .condition_expression(match held > 0 {
                true => "left_micros >= :needed",
                // Nothing charged passes no alert, also where the next one is a hair away.
                false => "until_alert_micros > :needed",
            }),
    };
    let update = update.build().map_err(|_| Fault::Broken)?;
    Ok(TransactWriteItem::builder().update(update).build())
}
