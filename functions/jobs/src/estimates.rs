//! `POST /v1/estimates`: what a job or a batch will cost at the provider, before anything is ordered, and what the same
//! would cost in a plan with credits.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::catalogue::{Catalogue, Estimate, Sureness};
use domain::job::Task;
use domain::{Fault, PersonaId, Usd};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use web::{JobsRead, JsonBody, Permit, Principal, Problem, ProblemKind, reply};

use crate::JobsApi;
use crate::create::Body as JobBody;
use crate::order::{ImageOrder, unfit};
use crate::personas::Brief;
use crate::sources::Sources;

/// The most of one kind that are estimated together.
const MOST: u64 = 1_000_000;

/// The highest price of an image in a credits plan that is reckoned with.
const HIGHEST_CREDITS_PRICE: Usd = Usd::from_micros(1_000_000_000);

/// The most personas that are looked up for one estimate.
const MOST_PERSONAS: usize = 100;

/// A job's own body, or one that says how many of which.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "EstimateRequest"))]
#[derive(Deserialize)]
pub(crate) struct Body {
    job: Option<JobBody>,
    jobs: Option<Vec<JobBody>>,
    count: Option<u64>,
    styles: Option<Vec<String>>,
    personas: Option<Vec<PersonaId>>,
    /// For an image, in US dollars.
    credits_price: Option<Usd>,
    #[serde(flatten)]
    itself: Map<String, Value>,
}

/// What it will cost.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Estimate"))]
#[derive(Serialize)]
pub(crate) struct EstimateView {
    expected: Usd,
    minimum: Usd,
    maximum: Usd,
    sureness: Sureness,
    images: u64,
    personas: u64,
    credits_plan: Usd,
    credits_price: Usd,
    /// What the plan costs more, with a minus sign where it costs less.
    saving: String,
    price_version: String,
    prices: Vec<PriceView>,
}

/// Which price was taken, and from when it is.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "PriceTaken"))]
#[derive(PartialEq, Serialize)]
struct PriceView {
    model: String,
    source: String,
    date: String,
}

/// Something that is to be done, so many times.
struct Wanted {
    task: Task,
    count: u64,
}

pub(crate) async fn estimate(
    Permit(principal, _): Permit<JobsRead>,
    State(app): State<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let credits_price = body.credits_price.unwrap_or(Usd::CREDITS_PRICE);
    if credits_price > HIGHEST_CREDITS_PRICE {
        return Err(unfit("credits_price", format!("must be at most {HIGHEST_CREDITS_PRICE} US dollars")));
    }
    let wanted = app.wanted(&principal, body).await?;
    let (mut sum, mut prices) = (Estimate::NOTHING, Vec::new());
    for Wanted { task, count } in &wanted {
        sum = sum.and(task.estimate().ok_or(Fault::Broken)?.times(*count));
        prices.extend(price_of(task).filter(|price| !prices.contains(price)));
    }
    let count = |kind: &str| wanted.iter().filter(|one| one.task.kind() == kind).map(|one| one.count).sum();
    let images = count("image");
    let credits_plan = credits_price.times(images);
    Ok(reply::ok(&EstimateView {
        expected: sum.expected,
        minimum: sum.minimum,
        maximum: sum.maximum,
        sureness: sum.sureness,
        images,
        personas: count("persona"),
        credits_plan,
        credits_price,
        saving: credits_plan.minus(sum.expected),
        price_version: Catalogue::shipped().price_version.clone(),
        prices,
    }))
}

fn price_of(task: &Task) -> Option<PriceView> {
    let model = Catalogue::shipped().find(task.model()?)?;
    let price = model.price.as_ref()?;
    Some(PriceView { model: model.id.clone(), source: price.source.clone(), date: price.date.clone() })
}

impl JobsApi {
    /// What a body asks for, held against the models' schemas as a job would be.
    async fn wanted(&self, principal: &Principal, body: Body) -> Result<Vec<Wanted>, Problem> {
        let count = body.count.unwrap_or(1);
        let styles = body.styles.unwrap_or_default();
        // A style is some words of the prompt: the first one stands for all.
        let style = styles.first();
        let styles = u64::try_from(styles.len().max(1)).unwrap_or(u64::MAX);
        let (count, mut sources) = (count.saturating_mul(styles), Sources::of(self, principal));
        let personas = body.personas.filter(|personas| !personas.is_empty());
        let each = personas.map_or_else(|| vec![None], |personas| personas.into_iter().map(Some).collect());
        let all = count.saturating_mul(u64::try_from(each.len()).unwrap_or(u64::MAX));
        if !(1..=MOST).contains(&all) || each.len() > MOST_PERSONAS {
            return Err(unfit(
                "count",
                format!("must make 1 to {MOST} together with `styles` and `personas`"),
            ));
        }
        match (body.job, body.jobs, body.itself.is_empty()) {
            (Some(job), None, true) => {
                let (order, mut wanted) = (job.into_order().or_any_prompt(), Vec::with_capacity(each.len()));
                for persona in each {
                    let order = order.varied(persona, style);
                    wanted.push(Wanted { task: image(&mut sources, order).await?, count });
                }
                Ok(wanted)
            }
            (None, Some(jobs), true) if count == 1 => {
                let mut wanted = Vec::with_capacity(jobs.len());
                for (index, job) in jobs.into_iter().enumerate() {
                    let order = job.into_order().or_any_prompt();
                    let task = image(&mut sources, order).await;
                    let task = task.map_err(|problem| problem.with("index", index))?;
                    wanted.push(Wanted { task, count: 1 });
                }
                Ok(wanted)
            }
            (None, None, false) if body.itself.contains_key("brief") => {
                let brief: Brief = of_fields(body.itself)?;
                Ok(vec![Wanted { task: Task::Persona(brief.request()?.1), count }])
            }
            (None, None, false) => {
                let job: JobBody = of_fields(body.itself)?;
                let order = job.into_order().or_any_prompt();
                Ok(vec![Wanted { task: image(&mut sources, order).await?, count }])
            }
            _ => {
                let detail = "Send the body of a job, or `job` with `count` and `styles`, or `jobs`.";
                Err(Problem::new(ProblemKind::InvalidRequest, detail).with("field", "job"))
            }
        }
    }
}

async fn image(sources: &mut Sources<'_>, order: ImageOrder) -> Result<Task, Problem> {
    Ok(Task::Image(order.resolve(sources, 1).await?.request))
}

/// A body from its fields.
fn of_fields<T: serde::de::DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Problem> {
    web::parse(Value::Object(fields).to_string().as_bytes())
}
