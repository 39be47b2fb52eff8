//! `ownkey`: the whole product on this machine.

mod command_line;
mod demo;
mod verify_audit;

use std::alloc::System;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use command_line::{Command, CommandLine};
use local::{Options, Stack, move_to_new_kms_key};
use runtime::{Environment, LogFormat, keep_memory_private, start_logs};
use zeroizing_alloc::ZeroAlloc;

/// Wipes what is freed, in this process: libraries copy API keys and data keys into buffers of their own.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[tokio::main]
async fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    let level = if command_line.command.is_some() { "error" } else { "info,rustack_sqs_core=warn" };
    start_logs(LogFormat::Human, level, &Environment::default());
    keep_memory_private();
    let done = match &command_line.command {
        None => serve(command_line).await,
        Some(Command::Demo) => demo::run(command_line.options()).await,
        Some(Command::Rewrap) => rewrap(command_line.options()).await,
        Some(Command::VerifyAudit { export, seals }) => verify_audit::run(export, seals),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "ownkey: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn rewrap(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let (kms_key, answer) = move_to_new_kms_key(&options).await?;
    writeln!(io::stdout(), "new KMS key {kms_key}")?;
    writeln!(io::stdout(), "API keys: {} moved, {} not moved", answer.moved, answer.failed)?;
    if answer.failed > 0 {
        return Err("the log names those that were not moved. What opened before opens as before, and another run takes it \
                    along; what has never opened must be entered again"
            .into());
    }
    Ok(())
}

async fn serve(command_line: CommandLine) -> Result<(), Box<dyn std::error::Error>> {
    let options = command_line.options();
    let (data, providers) = (options.data.clone(), command_line.providers_in_words());
    let stack = Stack::start(options).await?;
    // Scripts wait for this line; people read the rest.
    writeln!(io::stdout(), "listening on {}", stack.url())?;
    io::stdout().flush()?;
    writeln!(io::stderr(), "\n  Console    {}/", stack.url())?;
    writeln!(io::stderr(), "  Providers  {providers}")?;
    writeln!(io::stderr(), "  Data       {}", data.display())?;
    writeln!(io::stderr(), "  Stop       Ctrl-C\n")?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}
