//! Deaths and faults at every boundary between a function and what it calls: stores, KMS, queues, providers.
//!
//! Nobody writes the list of boundaries: the work is done once by the deployed binary through a [`relay`], which notes
//! every request. Then it is done again for each of them, and the fault strikes there. So a new request is a new case.

mod closed;
mod erasures;
pub mod fault;
mod kills;
mod notifiers;
pub mod place;
pub mod relay;
mod seeds;
mod sleepers;
mod submits;
mod sweeps;
pub mod workers;

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use crate::support::thorough;
use fault::{Fault, Plan};

/// How many stacks are worked on at the same time.
const AT_ONCE: usize = 4;

/// Both deaths at a boundary; or one, in turn.
fn deaths(at: usize) -> Vec<Fault> {
    both(at, [Fault::DiesBefore, Fault::DiesAfter])
}

fn both(at: usize, both: [Fault; 2]) -> Vec<Fault> {
    if thorough() { both.to_vec() } else { vec![both[at % 2]] }
}

/// Lets faults strike at every boundary, prints what was observed, and counts it.
async fn matrix<F: Future<Output = String>>(
    title: &str,
    boundaries: Vec<String>,
    faults: impl Fn(usize, &str) -> Vec<Fault>,
    strike: impl Fn(Plan) -> F,
) -> BTreeMap<String, usize> {
    let cases = boundaries.iter().enumerate().flat_map(|(at, boundary)| {
        faults(at, boundary).into_iter().map(move |fault| (boundary.clone(), Plan::at(at, fault)))
    });
    let struck = stream::iter(cases).map(|(boundary, plan)| {
        let end = strike(plan);
        async move { (format!("{:2} {boundary}, {:?}", plan.at, plan.fault), end.await) }
    });
    let rows: Vec<_> = struck.buffered(AT_ONCE).collect().await;
    println!("{title}");
    let mut ends = BTreeMap::new();
    for (boundary, end) in rows {
        println!("  {boundary:<52} {end}");
        *ends.entry(end).or_default() += 1;
    }
    println!("{title}: {ends:?}");
    ends
}
