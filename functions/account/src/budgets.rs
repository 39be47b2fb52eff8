//! Budgets: what the account, and each of its projects, may spend in a month.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{Action, AuditEvent};
use domain::budget::{Budget, LARGEST_CAP, time_zone};
use domain::credential::Scope;
use domain::{AuditId, Fault, ProjectId, Usd};
use http::HeaderMap;
use runtime::{now, random};
use serde::{Deserialize, Deserializer};
use web::{AccountRead, AccountWrite, JsonBody, PathOf, Permit, Principal, Problem, if_match, reply};

use crate::{AccountApi, unfit};

pub(crate) mod view;

use view::BudgetView;

/// The most alert steps of one budget.
const MOST_STEPS: usize = 10;

/// What the path says: `account`, or a project.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(extend("pattern" = "^[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*$", "maxLength" = 64)))]
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Place(#[cfg_attr(feature = "contract", schemars(with = "String"))] Scope);

impl TryFrom<String> for Place {
    type Error = domain::id::InvalidId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "account" {
            return Ok(Self(Scope::Account));
        }
        text.parse::<ProjectId>().map(|project| Self(Scope::Project(project)))
    }
}

/// What is left out stays as it is. `"monthly_usd": null` lifts the cap.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "BudgetChange"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    #[serde(default, deserialize_with = "there")]
    #[cfg_attr(feature = "contract", schemars(with = "Option<Usd>"))]
    monthly_usd: Option<Option<Usd>>,
    /// An IANA name like `Europe/Berlin`, in which months begin. The account's alone.
    time_zone: Option<String>,
    /// At how many percent of the cap to tell people.
    #[cfg_attr(feature = "contract", schemars(length(max = 10), inner(range(min = 1, max = 100))))]
    alert_at: Option<Vec<i64>>,
}

/// Tells `null` from nothing at all.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Usd>>, D::Error> {
    Option::<Usd>::deserialize(deserializer).map(Some)
}

/// `GET /v1/budgets`: the account's, and those of projects that have one.
pub(crate) async fn list(
    Permit(principal, _): Permit<AccountRead>,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let account = app.budgets.read(&principal.tenant, &Scope::Account).await?;
    let mut items = vec![app.view(&account, &account).await?];
    for budget in app.budgets.list(&principal.tenant).await? {
        if budget.scope != Scope::Account && budget.cap.is_some() {
            items.push(app.view(&account, &budget).await?);
        }
    }
    Ok(reply::page(&items, None))
}

/// `GET /v1/budgets/{account or project}`.
pub(crate) async fn read(
    Permit(principal, _): Permit<AccountRead>,
    PathOf(Place(scope)): PathOf<Place>,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let account = app.budgets.read(&principal.tenant, &Scope::Account).await?;
    let budget = app.shown(&principal, &scope).await?;
    Ok(reply::of_version(reply::ok(&app.view(&account, &budget).await?), budget.version))
}

/// `PUT /v1/budgets/{account or project}`.
pub(crate) async fn put(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(Place(scope)): PathOf<Place>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let from = app.budgets.read(&principal.tenant, &scope).await?;
    if_match(&headers, from.version)?;
    let to = changed(&from, body)?;
    let account = app.budgets.read(&principal.tenant, &Scope::Account).await?;
    let unchanged = Budget { version: from.version, updated_at: from.updated_at, ..to.clone() };
    if unchanged == from {
        return Ok(reply::of_version(reply::ok(&app.view(&account, &from).await?), from.version));
    }
    app.begin_project(&principal, scope.project()).await?;
    app.change(&principal, &from, &to, "ok").await?;
    let account = if scope == Scope::Account { to.clone() } else { account };
    let answer = &app.view(&account, &to).await?;
    let answer = if from.version == 0 { reply::created(answer) } else { reply::ok(answer) };
    Ok(reply::of_version(answer, to.version))
}

/// `DELETE /v1/budgets/{account or project}`: lifts the cap. What was spent stays counted.
pub(crate) async fn delete(
    Permit(principal, _): Permit<AccountWrite>,
    PathOf(Place(scope)): PathOf<Place>,
    headers: HeaderMap,
    State(app): State<Arc<AccountApi>>,
) -> Result<Response, Problem> {
    let from = app.shown(&principal, &scope).await?;
    if_match(&headers, from.version)?;
    if from.cap.is_none() {
        return Ok(reply::no_content());
    }
    let to = Budget { cap: None, version: from.version + 1, updated_at: now(), ..from.clone() };
    app.change(&principal, &from, &to, "lifted").await?;
    Ok(reply::no_content())
}

fn changed(from: &Budget, body: Body) -> Result<Budget, Problem> {
    let cap = body.monthly_usd.unwrap_or(from.cap);
    if cap.is_some_and(|cap| cap > LARGEST_CAP) {
        return Err(unfit("monthly_usd", format!("must be at most {LARGEST_CAP} US dollars.")));
    }
    if from.scope != Scope::Account && body.time_zone.is_some() {
        let what = "is the account's, for all its projects: set it at /v1/budgets/account.";
        return Err(unfit("time_zone", what.to_owned()));
    }
    let zone = body.time_zone.unwrap_or_else(|| from.time_zone.clone());
    let zone = time_zone(&zone).map_err(|_| {
        unfit("time_zone", "must be one of the IANA names, like Europe/Berlin or UTC.".to_owned())
    })?;
    let zone = zone.iana_name().unwrap_or("UTC").to_owned();
    let alert_at = body.alert_at.map(steps).transpose()?.unwrap_or_else(|| from.alert_at.clone());
    Ok(Budget {
        cap,
        time_zone: zone,
        alert_at,
        version: from.version + 1,
        updated_at: now(),
        ..from.clone()
    })
}

/// In order, and each once.
fn steps(asked: Vec<i64>) -> Result<Vec<u8>, Problem> {
    let percent = |step: i64| u8::try_from(step).ok().filter(|step| (1..=100).contains(step));
    let steps: Option<Vec<u8>> = asked.into_iter().map(percent).collect();
    let mut steps = steps.filter(|steps| steps.len() <= MOST_STEPS).ok_or_else(|| {
        unfit("alert_at", format!("takes up to {MOST_STEPS} whole percents from 1 to 100."))
    })?;
    steps.sort_unstable();
    steps.dedup();
    Ok(steps)
}

impl AccountApi {
    async fn change(
        &self,
        principal: &Principal,
        from: &Budget,
        to: &Budget,
        outcome: &str,
    ) -> Result<(), Problem> {
        let (at, whose) = (to.updated_at, web_name(&to.scope));
        let made = (AuditId::make(at, &random()), at);
        let event = AuditEvent::of_subject(
            made,
            &principal.tenant,
            &principal.actor,
            Action::BudgetChanged,
            outcome,
            whose,
        );
        let event = AuditEvent { project: to.scope.project().cloned(), ..event };
        let account = self.budgets.read(&to.tenant, &Scope::Account).await?;
        // A project's months are its account's.
        let month = if to.scope == Scope::Account { to.month(at) } else { account.month(at) };
        Ok(self.budgets.change(from, to, month, event).await?)
    }

    /// The budget of the account, or of a project that there is.
    async fn shown(&self, principal: &Principal, scope: &Scope) -> Result<Budget, Problem> {
        let budget = self.budgets.read(&principal.tenant, scope).await?;
        if let (0, Some(project)) = (budget.version, scope.project()) {
            self.projects.find(&principal.tenant, project).await?.ok_or(Fault::NotFound)?;
        }
        Ok(budget)
    }

    async fn view(&self, account: &Budget, budget: &Budget) -> Result<BudgetView, Problem> {
        let month = account.month(now());
        let ledger = self.budgets.ledger(&budget.tenant, &budget.scope, month).await?;
        Ok(BudgetView::new(account, budget, month, ledger))
    }
}

/// What the path calls it.
fn web_name(scope: &Scope) -> String {
    scope.project().map_or_else(|| "account".to_owned(), ToString::to_string)
}
