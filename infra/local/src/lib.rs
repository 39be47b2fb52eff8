#![doc = include_str!("../README.md")]

pub mod kms;
pub mod sandbox;

mod callers;
mod conditional_puts;
mod data_folder;
mod emulators;
mod fair_queues;
mod gateway;
mod issuer;
mod loopback_cors;
mod new_kms_key;
mod pages_elsewhere;
mod parts;
mod poller;
mod recorded;
mod schedule;
mod serving;
mod sns;
mod stack;
mod start_error;
mod tables;

pub use callers::{AccessKey, Callers, FUNCTIONS};
pub use emulators::{Buckets, Elsewhere, EmulatorOptions};
pub use new_kms_key::move_to_new_kms_key;
pub use recorded::Sent;
pub use sns::TEAM_TOPIC;
pub use stack::{Options, ProviderMode, Stack};
pub use start_error::StartError;
