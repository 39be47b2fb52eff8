//! The requests of a burst, by function and kind, for one job.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result};

use local::Sent;

/// Whose jobs are counted.
const WORKER: &str = "worker-openai";

/// What takes jobs in.
const API: &str = "jobs";

/// Requests of one kind.
#[derive(Default)]
struct Kind {
    requests: usize,
    write_units: f64,
    read_units: f64,
}

/// What so many jobs have cost. Asking how far they are is not counted.
pub struct Counts {
    jobs: f64,
    kinds: BTreeMap<(String, String), Kind>,
    round_trips: usize,
}

impl Counts {
    /// Of what was sent while they were asked for, which are the first `asked`, and done.
    pub fn of(sent: &[Sent], asked: usize, jobs: usize) -> Self {
        let mut kinds = BTreeMap::<_, Kind>::new();
        let making = sent.iter().take(asked).filter(|sent| sent.function == API);
        let doing = sent.iter().filter(|sent| is_of_worker(sent));
        for sent in making.chain(doing) {
            let kind = kinds.entry((sent.function.clone(), sent.request.clone())).or_default();
            kind.requests += 1;
            kind.write_units += sent.write_units;
            kind.read_units += sent.read_units;
        }
        // What is deleted as one batch was received as one.
        let deleted = (WORKER.to_owned(), "sqs:DeleteMessageBatch".to_owned());
        let received = (WORKER.to_owned(), "sqs:ReceiveMessage".to_owned());
        let batches = kinds.get(&deleted).map_or(0, |kind| kind.requests);
        kinds.insert(received, Kind { requests: batches, ..Kind::default() });
        let jobs = f64::from(u32::try_from(jobs).unwrap());
        Self { jobs, kinds, round_trips: chain(sent) }
    }

    /// How many requests of a service, for one job.
    pub fn of_service(&self, service: &str) -> f64 {
        self.sum(|(_, request)| request.starts_with(service), |kind| real(kind.requests))
    }

    /// How many requests of this name, for one job.
    pub fn of_request(&self, name: &str) -> f64 {
        self.sum(|(_, request)| request == name, |kind| real(kind.requests))
    }

    /// What a worker asks, for one job.
    pub fn worker_requests(&self) -> f64 {
        self.sum(|(function, _)| function == WORKER, |kind| real(kind.requests))
    }

    /// From its making to its end.
    pub fn write_units(&self) -> f64 {
        self.sum(|_| true, |kind| kind.write_units)
    }

    /// From its making to its end.
    pub fn read_units(&self) -> f64 {
        self.sum(|_| true, |kind| kind.read_units)
    }

    /// How many requests of a worker follow one another before it calls the provider.
    pub const fn round_trips(&self) -> usize {
        self.round_trips
    }

    fn sum(&self, of: impl Fn(&(String, String)) -> bool, what: impl Fn(&Kind) -> f64) -> f64 {
        self.kinds.iter().filter(|(name, _)| of(name)).map(|(_, kind)| what(kind)).sum::<f64>() / self.jobs
    }
}

/// Whether a worker asked. Who waits in vain for messages asks all the time, which is left out.
pub fn is_of_worker(sent: &Sent) -> bool {
    sent.function == WORKER && sent.request != "sqs:ReceiveMessage"
}

/// The longest chain of requests, each after the answer to the one before, until the image is stored.
fn chain(sent: &[Sent]) -> usize {
    let of_worker =
        || sent.iter().filter(|sent| sent.function == WORKER && !sent.request.starts_with("sqs:"));
    let Some(stored) = of_worker().find(|sent| sent.request == "s3:PUT") else { return 0 };
    let mut before: Vec<_> = of_worker().filter(|sent| sent.ended < stored.began).collect();
    before.sort_by_key(|sent| sent.ended);
    let mut chain: Vec<&Sent> = Vec::new();
    for sent in before {
        if chain.last().is_none_or(|last| last.ended <= sent.began) {
            chain.push(sent);
        }
    }
    chain.len()
}

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

impl Display for Counts {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for ((function, request), kind) in &self.kinds {
            let of_one = |sum: f64| sum / self.jobs;
            let (requests, writes) = (of_one(real(kind.requests)), of_one(kind.write_units));
            let reads = of_one(kind.read_units);
            writeln!(f, "  {function:14} {request:28} {requests:6.2} {writes:6.2} WRU {reads:6.2} RRU")?;
        }
        let (requests, writes) = (self.worker_requests(), self.write_units());
        write!(f, "  worker {requests:.2} requests; {writes:.2} WRU, {:.2} RRU", self.read_units())
    }
}
