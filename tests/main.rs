//! Everything is tried through the doors that people have: the HTTP API, the command line, the queue, the real
//! Lambda binaries. Each test starts the stack that `cargo run` starts, in a folder of its own.

#![expect(
    clippy::disallowed_methods,
    reason = "servers of the tests run beside them, and the demo's clock is real"
)]

mod support;

mod api_keys;
mod audit;
mod audit_exports;
mod audit_seals;
mod avatars;
mod bad_input;
mod batch_changes;
mod batch_making;
mod batches;
mod bench;
mod binaries;
mod bootstraps;
mod bounds;
mod budget_input;
mod budgets;
mod canary;
mod cases;
mod contract;
mod cors;
mod credit;
mod dead_letters;
mod erasure;
mod estimates;
mod exports;
mod fairness;
mod faults;
mod fuzz;
mod habits;
mod jobs;
mod kms_opinions;
mod lambda;
mod limits;
mod log_lines;
mod memory;
mod metrics;
mod openai_door;
mod orders;
mod personas;
mod projects;
mod readme;
mod reconciliation;
mod recorded_calls;
mod restart;
mod revoke;
mod rewrap;
mod rights;
mod tenants;
mod tidy;
mod uploads;
mod usage;
mod vault;
mod webhooks;
mod wire;
