//! What people are told about a job that waits for them.

use domain::Provider;

pub(crate) fn missing(provider: Provider) -> String {
    let name = provider.display_name();
    format!("No API key of {name} is stored. Store one, and the job goes on by itself.")
}

pub(crate) fn no_credit(provider: Provider) -> String {
    let name = provider.display_name();
    format!(
        "The {name} account behind the API key has no credit left. Top up there; the job then goes on by itself."
    )
}
