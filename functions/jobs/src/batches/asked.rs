//! What a batch asks for: jobs from a list, or one job several times, in several styles and of several personas.

use domain::PersonaId;
use domain::allowance::Allowed;
use domain::batch::{MOST_JOBS, Order};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::{Principal, Problem, ProblemKind};

use crate::JobsApi;
use crate::create::Body as JobBody;
use crate::order::{ImageOrder, unfit};
use crate::sources::Sources;

/// How much text the prompts of a batch may have, in bytes; those of jobs that are all alike count once. They are put on
/// record before the first job is made. A list cannot come near this, a template with many styles can.
const MOST_PROMPT_BYTES: usize = 8 * 1024 * 1024;

/// Either `jobs`, or `job` with what to make of it.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "BatchRequest"))]
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// These jobs. Each is read by itself, so that one that makes no sense is named like one that does not fit.
    #[cfg_attr(feature = "contract", schemars(with = "Option<Vec<JobBody>>", length(min = 1, max = MOST_JOBS)))]
    jobs: Option<Vec<Value>>,
    /// Or this one, `count` times, in each of these styles, of each of these personas.
    job: Option<JobBody>,
    #[cfg_attr(feature = "contract", schemars(range(min = 1, max = MOST_JOBS)))]
    count: Option<u64>,
    styles: Option<Vec<String>>,
    personas: Option<Vec<PersonaId>>,
    /// Whether the good ones are to be queued although others are bad.
    #[serde(default)]
    pub(super) partial: bool,
}

/// What jobs that are all alike are asked for as.
struct Asked {
    /// Which of the batch's jobs is the first of them, counted from 0.
    index: u64,
    count: u32,
    order: Result<ImageOrder, Problem>,
}

/// What the jobs are made from, and what is wrong with those that cannot be made.
pub(super) struct Resolved {
    pub(super) orders: Vec<Order>,
    /// Problems, each with the `index` of its job and, if it holds for several that are alike, their `count`.
    pub(super) refused: Vec<Value>,
    /// What the jobs were taken out of.
    pub(super) allowed: Allowed,
}

impl JobsApi {
    /// Looks up and checks all that a batch asks for, and whether it may be so much.
    pub(super) async fn resolve(&self, principal: &Principal, body: Body) -> Result<Resolved, Problem> {
        let partial = body.partial;
        let mut sources = Sources::of(self, principal);
        let (mut orders, mut refused) = (Vec::new(), Vec::new());
        for Asked { index, count, order } in asked(body)? {
            let order = match order {
                Ok(order) => order.resolve(&mut sources, count).await,
                Err(problem) => Err(problem),
            };
            match order {
                Ok(order) => orders.push(order),
                // Nothing is wrong with the job: it could not be looked at.
                Err(problem)
                    if matches!(problem.kind(), ProblemKind::Unavailable | ProblemKind::Internal) =>
                {
                    return Err(problem);
                }
                Err(problem) => refused.push(refusal(problem, index, count)),
            }
        }
        if !refused.is_empty() && (!partial || orders.is_empty()) {
            let detail = match orders.is_empty() {
                true => "None of the jobs fits; see `items`. Nothing was queued.",
                false => {
                    "Some of the jobs do not fit; see `items`. Nothing was queued. Send `\"partial\": true` to have \
                     the others queued all the same."
                }
            };
            return Err(Problem::new(ProblemKind::BatchRefused, detail).with("items", refused));
        }
        if orders.iter().map(|order| order.request.prompt.len()).sum::<usize>() > MOST_PROMPT_BYTES {
            let detail = "All prompts of a batch may have 8 MB together. Make several batches.";
            return Err(
                Problem::new(ProblemKind::PayloadTooLarge, detail).with("limit_bytes", MOST_PROMPT_BYTES)
            );
        }
        let jobs = orders.iter().map(|order| order.count).sum();
        let allowed = self.allow(&principal.tenant, jobs).await?;
        sources.begin_projects().await?;
        Ok(Resolved { orders, refused, allowed })
    }
}

fn asked(body: Body) -> Result<Vec<Asked>, Problem> {
    match body {
        Body { jobs: Some(jobs), job: None, count: None, styles: None, personas: None, .. } => {
            check_total(u64::try_from(jobs.len()).unwrap_or(u64::MAX), "jobs")?;
            let read = |(index, job): (u64, Value)| {
                let order = web::parse::<JobBody>(job.to_string().as_bytes()).map(JobBody::into_order);
                Asked { index, count: 1, order }
            };
            Ok((0..).zip(jobs).map(read).collect())
        }
        Body { jobs: None, job: Some(job), count, styles, personas, .. } => {
            let (styles, personas) = (styles.unwrap_or_default(), personas.unwrap_or_default());
            let count = count.unwrap_or(1);
            let times = |of: usize| u64::try_from(of).unwrap_or(u64::MAX).max(1);
            let variations = times(styles.len()).saturating_mul(times(personas.len()));
            check_total(count.saturating_mul(variations), "count")?;
            let each = u32::try_from(count).unwrap_or(MOST_JOBS);
            let order = job.into_order();
            let varied = or_none(&personas).into_iter().flat_map(|persona| {
                let order = &order;
                or_none(&styles).into_iter().map(move |style| order.varied(persona.copied(), style))
            });
            let asked =
                |(variation, order)| Asked { index: variation * count, count: each, order: Ok(order) };
            Ok((0..).zip(varied).map(asked).collect())
        }
        _ => {
            let detail = "Send either `jobs`, or `job` with `count`, `styles` and `personas` if you like.";
            Err(Problem::new(ProblemKind::InvalidRequest, detail).with("field", "jobs"))
        }
    }
}

/// Each of them; or once none, if there are none.
fn or_none<T>(all: &[T]) -> Vec<Option<&T>> {
    if all.is_empty() { vec![None] } else { all.iter().map(Some).collect() }
}

fn check_total(total: u64, field: &'static str) -> Result<(), Problem> {
    if (1..=u64::from(MOST_JOBS)).contains(&total) {
        return Ok(());
    }
    let problem = format!("must make 1 to {MOST_JOBS} jobs; this asks for {total}");
    Err(unfit(field, problem).with("limit", MOST_JOBS))
}

fn refusal(problem: Problem, index: u64, count: u32) -> Value {
    let mut refusal = problem.members();
    refusal.insert("index".to_owned(), index.into());
    if count > 1 {
        refusal.insert("count".to_owned(), count.into());
    }
    Value::Object(refusal)
}
