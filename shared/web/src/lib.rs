#![doc = include_str!("../README.md")]

#[cfg(feature = "contract")]
pub mod contract;
pub mod lambda;
pub mod openai;
pub mod reply;

mod body;
mod closed;
mod gzip;
mod job_view;
mod parts;
mod problem;
mod problem_help;
mod request;
mod request_limit;
mod retirement;
mod router;
mod standing;

pub use body::{JsonBody, Nothing, parse, plain_name};
pub use closed::closed_while;
pub use domain::time::Time;
pub use job_view::{JobView, Link, look_again_after};
pub use parts::{Listing, PathOf, QueryOf, accepted, has_seen, if_match};
pub use problem::{Problem, ProblemKind};
pub use problem_help::Help;
pub use request::{
    AccountRead, AccountWrite, AuditRead, Claims, JobsRead, JobsWrite, KeysRead, KeysWrite, Permit,
    Principal, RequestId, ScopePrefix, TenantClaim,
};
pub use request_limit::RequestLimit;
pub use retirement::Retirement;
pub use router::finish;
pub use standing::{Standing, with_allowance};
