//! Metrics: one line on stdout each, in the format that CloudWatch makes metrics of
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>),
//! so that no call is made for them. They count. What they are told has no place for an id, a name or a text.

use std::io::{Write, stdout};

use domain::Provider;
use domain::job::{Job, State};
use serde_json::{Value, json};

use crate::{Environment, now};

/// Counts for CloudWatch, in the namespace `Ownkey`, each with the dimension `Stack`. The alarms of `infra/template.yaml`
/// go by these names.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    stack: Option<String>,
    level: String,
}

impl Metrics {
    /// Those of the stack that a deployed function belongs to. The default tells nobody, as on a laptop.
    pub fn from_environment(environment: &Environment) -> Self {
        let level = environment.optional("AWS_LAMBDA_LOG_LEVEL").unwrap_or_else(|| "INFO".to_owned());
        Self { stack: environment.optional("OWNKEY_STAGE"), level: level.to_uppercase() }
    }

    /// KMS was asked to open so many data keys, each with the intent on record. To be said when KMS has answered: what KMS
    /// has counted by then is held against it.
    pub fn openings_on_record(&self, openings: u64) {
        self.tell("OpeningsOnRecord", openings, None);
    }

    /// So many jobs are paused now.
    pub fn paused_jobs(&self, jobs: u64) {
        self.tell("PausedJobs", jobs, None);
    }

    /// A job has come to an end or a halt, if it has.
    pub fn moved(&self, from: &Job, to: &Job) {
        let name = match to.state {
            State::Succeeded { .. } => "JobsSucceeded",
            State::Failed { .. } => "JobsFailed",
            State::Paused { .. } => "JobsPaused",
            State::Unknown => "JobsUnknown",
            State::Queued { .. } | State::Running { .. } | State::Submitted { .. } | State::Cancelled => {
                return;
            }
        };
        if from.state.name() != to.state.name() {
            self.tell(name, 1, Some(to.provider));
        }
    }

    fn tell(&self, name: &'static str, count: u64, provider: Option<Provider>) {
        let Some(stack) = &self.stack else { return };
        let mut line = self.line(stack, name, count, provider).to_string();
        line.push('\n');
        // In one write, so that no other line gets between. If nobody takes it, the work goes on.
        let _unheard = stdout().lock().write_all(line.as_bytes());
    }

    fn line(&self, stack: &str, name: &'static str, count: u64, provider: Option<Provider>) -> Value {
        let at = now();
        let mut dimensions = vec!["Stack"];
        dimensions.extend(provider.map(|_| "Provider"));
        let mut line = json!({
            // Lambda drops a line below the level that is wanted, and takes one that says none for INFO.
            "level": self.level,
            "timestamp": at.to_string(),
            "_aws": {
                "Timestamp": at.as_millisecond(),
                "CloudWatchMetrics": [{
                    "Namespace": "Ownkey",
                    "Dimensions": [dimensions],
                    "Metrics": [{ "Name": name, "Unit": "Count" }],
                }],
            },
            "Stack": stack,
            (name): count,
        });
        if let (Some(provider), Some(members)) = (provider, line.as_object_mut()) {
            members.insert("Provider".to_owned(), json!(provider.slug()));
        }
        line
    }
}
