//! What this function's routes take and answer.

use domain::audit::{AuditLine, Seal};
use web::ProblemKind::InvalidRequest;
use web::contract::{Header, Operation};

use crate::verify::Report;
use crate::{list, seals, verify};

/// Every route.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/audit", list::list)
            .named("listAudit", "The record: who did what with which API key, how it ended, what it cost.")
            .page::<AuditLine>(
                "A page of it, the newest first. As a file (NDJSON or CSV) the oldest first, up to 10,000 lines.",
            )
            .text("application/x-ndjson", "")
            .text("text/csv", "")
            .perhaps(&Header::CONTENT_DISPOSITION)
            .perhaps(&Header::LINK)
            .looks_at(&Header::ACCEPT),
        Operation::get("/v1/audit/seals", seals::list)
            .named("listSeals", "What vouches for the record: the seals, by their number.")
            .page::<Option<Seal>>("A page of them. What lies in a seal's place and is none is null."),
        Operation::get("/v1/audit/verify", verify::verify)
            .named("verifyAudit", "Holds the record against its seals.")
            .ok::<Report>("What was looked at, and the first thing that is wrong.")
            .problems(&[InvalidRequest]),
    ]
}
