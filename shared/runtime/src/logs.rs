//! Logs: one line an event, on stderr. Bodies, headers and API keys are never logged, by any level.

use tracing_subscriber::EnvFilter;

/// For whom the lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For CloudWatch: one JSON object a line.
    Json,
    /// For a terminal.
    Human,
}

/// Starts logging. `filter` as in `OWNKEY_LOG`, such as `info` or `worker=debug`. A second call changes nothing.
pub fn start_logs(format: LogFormat, filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _already_started = match format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
        LogFormat::Human => lines.with_target(false).compact().try_init(),
    };
}
