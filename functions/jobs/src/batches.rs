//! Batches: `/v1/batches`. Many jobs asked for at once; each is a job like any other.

mod asked;
mod change;
mod create;
mod export;
mod read;
pub(crate) mod view;

pub(crate) use change::{cancel, retry};
pub(crate) use create::create;
pub(crate) use export::export;
pub(crate) use read::{list, read};
