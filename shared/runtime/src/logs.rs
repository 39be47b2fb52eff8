//! Logs: one line an event, on stderr. Bodies, headers and API keys are never logged, by any level.

use tracing_subscriber::EnvFilter;

use crate::Environment;

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
    let filter = EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _already_started = match format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
        LogFormat::Human => lines.with_target(false).compact().try_init(),
    };
}
