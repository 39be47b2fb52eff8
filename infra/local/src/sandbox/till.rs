//! Where all providers take their money.

use std::sync::Arc;

use domain::Usd;

use super::Sandbox;
use super::account::Account;
use super::case::Case;
use super::ledger::{Charge, NotCharged, Outcome};

/// What is charged for.
pub(super) struct Bill<'a> {
    pub(super) provider: &'static str,
    pub(super) model: &'a str,
    pub(super) amount: Usd,
    /// The provider's own name for the work.
    pub(super) request_id: String,
}

impl Sandbox {
    /// Charges, durably. From then on the work is paid for, whether the caller waits or not, and whether this
    /// process lives or not.
    pub(super) async fn charge(
        self: &Arc<Self>,
        account: &Account,
        bill: Bill<'_>,
    ) -> Result<(), NotCharged> {
        let hung_up = account.case == Case::HangUp;
        let charge = Charge {
            at: runtime::now(),
            provider: bill.provider.to_owned(),
            account: account.id.clone(),
            api_key_hint: account.hint.clone(),
            model: bill.model.to_owned(),
            amount: bill.amount,
            outcome: if hung_up { Outcome::HungUp } else { Outcome::Generated },
            request_id: bill.request_id,
        };
        let (sandbox, prepaid) = (self.clone(), account.case == Case::OutOfCredit);
        let charged = tokio::task::spawn_blocking(move || sandbox.ledger.charge(charge, prepaid)).await;
        let charged = charged.unwrap_or_else(|error| Err(NotCharged::Ledger(error.into())));
        if let Err(NotCharged::Ledger(error)) = &charged {
            tracing::error!(%error, "the sandbox could not charge");
        }
        charged
    }
}
