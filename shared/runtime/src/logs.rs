//! Logs: one line an event, on stderr. Bodies, headers and API keys are never logged, by any level.

use std::io::{IsTerminal, stderr};

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

use crate::Environment;

/// Libraries (by the beginning of their names) that at the most talkative levels would log whole requests and answers,
/// prompts, links and sealed secrets among them. Whatever is asked for, they are not asked. The last three are emulators.
const CAPPED: [&str; 7] = ["aws_", "hyper", "reqwest", "lambda_", "dynoxide", "rustack", "s3s"];

/// For whom the lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For CloudWatch: one JSON object a line.
    Json,
    /// For a terminal.
    Human,
}

/// Starts logging. What is logged is set by `OWNKEY_LOG` (such as `info` or `worker=debug`), else by the level that
/// Lambda passes on, else by `usual`. A second call changes nothing.
pub fn start_logs(format: LogFormat, usual: &str, environment: &Environment) {
    let wanted = environment.optional("OWNKEY_LOG").or_else(|| environment.optional("AWS_LAMBDA_LOG_LEVEL"));
    let wanted = wanted.as_deref().unwrap_or(usual);
    let filter: Targets = wanted.parse().or_else(|_| usual.parse()).unwrap_or_default();
    let lines = fmt::layer().with_writer(stderr);
    let lines = match format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        }
        LogFormat::Human => lines.with_ansi(stderr().is_terminal()).with_target(false).compact().boxed(),
    };
    let lines = lines.with_filter(filter.and(filter_fn(may_be_said)));
    let _already_started = registry().with(lines).try_init();
}

fn may_be_said(line: &Metadata<'_>) -> bool {
    *line.level() <= Level::INFO || !CAPPED.iter().any(|library| line.target().starts_with(library))
}
