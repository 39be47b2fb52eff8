//! Personas: `/v1/personas`. Claude writes one from a brief, with the user's own API key; people edit it, choose its
//! portrait, and name it in jobs.

mod create;
mod delete;
mod edit;
mod read;
pub(crate) mod view;

pub(crate) use create::{Brief, create};
pub(crate) use delete::delete;
pub(crate) use edit::edit;
pub(crate) use read::{list, read, versions};
