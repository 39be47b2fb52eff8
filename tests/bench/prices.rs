//! What AWS would ask for it: list prices of US East, November 2026, as in `infra/COSTS.md`.

use super::counts::Counts;

/// US dollars for a million of each.
const WRITE_UNIT: f64 = 0.625;
const READ_UNIT: f64 = 0.125;
const SQS_REQUEST: f64 = 0.40;
const KMS_REQUEST: f64 = 3.00;
const S3_PUT: f64 = 5.00;
const HTTP_REQUEST: f64 = 1.00;
const INVOCATION: f64 = 0.20;

/// US dollars for a million GB-seconds on arm64.
const GB_SECOND: f64 = 13.333_4;

/// How much memory a worker has, in GB, and how many jobs of a burst it does at the same time, as `BatchSize` says in the
/// template.
const WORKER: (f64, f64) = (0.25, 50.0);

/// How long the provider draws, in seconds.
const DRAWING: f64 = 30.0;

/// US dollars for a thousand images that are asked for in bursts and not looked at.
pub struct OfThousand {
    requests: f64,
    waiting: f64,
}

/// By what was counted for one.
pub fn of_thousand(job: &Counts) -> OfThousand {
    let (memory, together) = WORKER;
    let requests = job.write_units() * WRITE_UNIT
        + job.read_units() * READ_UNIT
        + job.of_service("sqs:") * SQS_REQUEST
        + job.of_service("kms:") * KMS_REQUEST
        + job.of_request("s3:PUT") * S3_PUT
        // The burst is asked for by one request.
        + (HTTP_REQUEST + INVOCATION) / 100.0
        + INVOCATION / together;
    OfThousand { requests: requests / 1e3, waiting: DRAWING * memory / together * GB_SECOND / 1e3 }
}

impl std::fmt::Display for OfThousand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { requests, waiting } = self;
        write!(f, "${:.4} (requests ${requests:.4}, waiting ${waiting:.4})", requests + waiting)
    }
}
