#![doc = include_str!("../README.md")]

pub mod kms;
pub mod sandbox;

mod data_folder;
mod emulators;
mod fair_queues;
mod gateway;
mod issuer;
mod loopback_cors;
mod poller;
mod schedule;
mod serving;
mod stack;
mod start_error;
mod tables;

pub use stack::{Options, ProviderMode, Stack};
pub use start_error::StartError;
