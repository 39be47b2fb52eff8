//! The command line. Scripts and frontends rely on it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use domain::Provider;
use domain::allowance::JobLimits;
use domain::erasure::LONGEST_REQUEST;
use local::{EmulatorOptions, Options, ProviderMode};
use web::RequestLimit;

/// Ownkey: avatars with your own provider API keys. Starts the whole product on this machine.
#[derive(Debug, Parser)]
#[command(name = "ownkey", version)]
pub(crate) struct CommandLine {
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, global = true, default_value_t = 8787)]
    port: u16,
    /// The folder for everything that is kept
    #[arg(long, global = true, default_value = ".ownkey")]
    data: PathBuf,
    /// Whom to call: doubles that bill nobody, or the real providers
    #[arg(long, global = true, value_enum, default_value = "sandbox")]
    providers: Providers,
    /// Another address of OpenAI's API, such as http://127.0.0.1:9000/v1
    #[arg(long, global = true, value_name = "URL")]
    openai_url: Option<String>,
    /// Another address of Black Forest Labs' API, such as the European api.eu.bfl.ai with https before it
    #[arg(long, global = true, value_name = "URL")]
    bfl_url: Option<String>,
    /// Another address of Anthropic's API, such as http://127.0.0.1:9000
    #[arg(long, global = true, value_name = "URL")]
    anthropic_url: Option<String>,
    /// How many requests a tenant may send each second
    #[arg(long, global = true, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..))]
    requests_per_second: u32,
    /// How many jobs a tenant may ask for in an hour
    #[arg(long, global = true, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..))]
    jobs_per_hour: u32,
    /// How many jobs of a tenant may wait at the same time
    #[arg(long, global = true, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..))]
    jobs_waiting: u32,
    /// Origins of other pages that may call the API, with commas between, such as http://localhost:5173
    #[arg(long, global = true, value_name = "ORIGINS", value_delimiter = ',')]
    cors_origins: Vec<String>,
    /// Let webhooks lead to this machine, also by http, to try them with a receiver of one's own
    #[arg(long, global = true)]
    webhooks_to_this_machine: bool,
    /// What to do instead of serving
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Store a sandbox API key, make an avatar and show the record, here in the terminal
    Demo,
    /// Make a new KMS key and move every stored API key to it, without opening any
    Rewrap,
    /// Hold an export of the audit trail against its seals: needs the two files and no Ownkey
    VerifyAudit {
        /// The whole of `GET /v1/audit` as application/x-ndjson
        export: PathBuf,
        /// The answers of `GET /v1/audit/seals`, one after the other, asked for before the export
        seals: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Providers {
    Sandbox,
    Live,
}

impl CommandLine {
    pub(crate) fn options(&self) -> Options {
        Options {
            port: self.port,
            data: self.data.clone(),
            providers: match self.providers {
                Providers::Sandbox => ProviderMode::Sandbox,
                Providers::Live => ProviderMode::Live,
            },
            addresses: self.addresses(),
            think_time: Duration::from_millis(700),
            workers: true,
            seal_after: Duration::from_secs(60),
            erase_after: LONGEST_REQUEST,
            cors_origins: self.cors_origins.clone(),
            requests: RequestLimit::per_second(self.requests_per_second),
            jobs: JobLimits { per_hour: self.jobs_per_hour, waiting: self.jobs_waiting },
            emulators: EmulatorOptions::default(),
            webhooks_to_this_machine: self.webhooks_to_this_machine,
        }
    }

    /// Whom this stack calls, and whether that costs money.
    pub(crate) fn providers_in_words(&self) -> String {
        let rest = match self.providers {
            Providers::Sandbox => {
                "sandbox (nobody is billed; try the API key sk-sandbox-ok-0000000000000001)".to_owned()
            }
            Providers::Live => "live (calls are billed to the account behind your API key)".to_owned(),
        };
        let elsewhere = self.addresses().into_iter().map(|(provider, url)| {
            format!(
                "; {} at {url} (what is there may bill the account behind your API key)",
                provider.display_name()
            )
        });
        rest + &elsewhere.collect::<String>()
    }

    /// The addresses that were given.
    fn addresses(&self) -> Vec<(Provider, String)> {
        let given = [
            (Provider::Openai, &self.openai_url),
            (Provider::Bfl, &self.bfl_url),
            (Provider::Anthropic, &self.anthropic_url),
        ];
        given.into_iter().filter_map(|(provider, url)| Some((provider, url.clone()?))).collect()
    }
}
