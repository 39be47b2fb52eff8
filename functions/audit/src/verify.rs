//! `GET /v1/audit/verify`: holds the record against its seals.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::{AuditLine, Bad, Chain, Digest, Found, Seal, What, compare};
use domain::{Fault, TenantId};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use store::Row;
use web::{AuditRead, Permit, Problem, ProblemKind, QueryOf, reply};

use crate::AuditApi;

/// How many seals and rows a request looks at. The seals after them are for the next one.
const SEALS: usize = 100;
const ROWS: usize = 10_000;

/// How many rows under no seal yet are counted at most: more than a tenant makes in the time until they are sealed.
const MOST_UNSEALED: usize = 200_000;

/// How many rows are read at once.
const PAGE: usize = 1_000;

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The `next_cursor` of the answer before.
    #[serde(default)]
    cursor: u64,
}

/// What was looked at, and what was found. The figures are those of this answer.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "AuditReport"))]
#[derive(Default, Serialize)]
pub(crate) struct Report {
    intact: bool,
    /// How many rows were looked at.
    rows: usize,
    /// How many the seals speak of.
    sealed_rows: usize,
    seals: usize,
    /// How many are under no seal yet.
    unsealed_rows: usize,
    first_bad: Option<Bad>,
    head: Option<Head>,
    next_cursor: Option<String>,
}

/// The last seal that was found good: whoever wrote its hash down can tell later that it is still the same.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "AuditHead"))]
#[derive(Serialize)]
struct Head {
    seal: u64,
    hash: Digest,
}

/// From the first seal, or from the one after `cursor`, until something is wrong.
pub(crate) async fn verify(
    Permit(principal, _): Permit<AuditRead>,
    QueryOf(query): QueryOf<Query>,
    State(app): State<Arc<AuditApi>>,
) -> Result<Response, Problem> {
    let tenant = principal.tenant;
    let chain = match query.cursor {
        0 => Chain::begin(tenant.clone()),
        number => {
            let json = app.anchors.read(&tenant, number).await?;
            let chain = json.and_then(|json| Chain::resume(tenant.clone(), number, &json));
            let unfit = || Problem::new(ProblemKind::InvalidRequest, UNFIT).with("field", "cursor");
            chain.ok_or_else(unfit)?
        }
    };
    let mut check = Check {
        lines: Lines { app: &app, tenant: &tenant, read: VecDeque::new(), after: last(&chain), ended: false },
        chain,
        report: Report::default(),
    };
    check.report.first_bad = check.run().await?.err();
    let mut report = check.report;
    report.intact = report.first_bad.is_none();
    report.next_cursor = report.next_cursor.filter(|_| report.intact);
    let number = check.chain.number();
    report.head = (number > 0).then(|| Head { seal: number, hash: check.chain.head() });
    Ok(reply::ok(&report))
}

const UNFIT: &str = "The query parameter `cursor` does not fit. It is the `next_cursor` of the answer before; begin \
                     without it.";

fn last(chain: &Chain) -> String {
    chain.last().map(|last| last.to_string()).unwrap_or_default()
}

/// A check on its way.
struct Check<'a> {
    lines: Lines<'a>,
    chain: Chain,
    report: Report,
}

impl Check<'_> {
    /// The inner result is what is wrong.
    async fn run(&mut self) -> Result<Result<(), Bad>, Fault> {
        let (app, tenant) = (self.lines.app, self.lines.tenant);
        let mut numbers = app.anchors.after(tenant, self.chain.number(), SEALS + 1).await?;
        let more = numbers.len() > SEALS;
        numbers.truncate(SEALS);
        let mut seals = app.read(tenant, numbers);
        while let Some((number, json)) = seals.try_next().await? {
            if self.report.rows > ROWS {
                self.report.next_cursor = Some(self.chain.number().to_string());
                return Ok(Ok(()));
            }
            if number != self.chain.number() + 1 {
                return Ok(Err(self.chain.lacks_next()));
            }
            let seal = match self.chain.follow(&json) {
                Ok(seal) => seal,
                Err(bad) => return Ok(Err(bad)),
            };
            self.report.seals += 1;
            self.report.sealed_rows += seal.rows.len();
            let lines = self.lines.until(&seal.last.to_string(), seal.rows.len()).await?;
            self.report.rows += lines.len();
            if let Err(bad) = compare(&seal, &lines) {
                return Ok(Err(bad));
            }
        }
        if more {
            self.report.next_cursor = Some(self.chain.number().to_string());
            return Ok(Ok(()));
        }
        self.count_the_rest().await
    }

    /// What no seal vouches for yet must at least be readable.
    async fn count_the_rest(&mut self) -> Result<Result<(), Bad>, Fault> {
        while let Some(line) = self.lines.next().await? {
            if line.leaf.is_none() {
                return Ok(Err(Bad::row(What::Changed, &line.id, None)));
            }
            self.report.rows += 1;
            self.report.unsealed_rows += 1;
            if self.report.unsealed_rows >= MOST_UNSEALED {
                break;
            }
        }
        Ok(Ok(()))
    }
}

/// The rows of a tenant, the oldest first.
struct Lines<'a> {
    app: &'a AuditApi,
    tenant: &'a TenantId,
    read: VecDeque<Found>,
    after: String,
    ended: bool,
}

impl Lines<'_> {
    /// All up to one; of more than there should be, the first that is too many says enough.
    async fn until(&mut self, last: &str, expected: usize) -> Result<Vec<Found>, Fault> {
        let mut lines = Vec::new();
        while lines.len() <= expected && self.peek().await?.is_some_and(|line| line.id.as_str() <= last) {
            lines.extend(self.read.pop_front());
        }
        Ok(lines)
    }

    async fn next(&mut self) -> Result<Option<Found>, Fault> {
        self.peek().await?;
        Ok(self.read.pop_front())
    }

    async fn peek(&mut self) -> Result<Option<&Found>, Fault> {
        while self.read.is_empty() && !self.ended {
            let page = self.app.trail.rows(self.tenant, &self.after, None, PAGE).await?;
            self.read.extend(page.items.into_iter().map(found));
            match page.next {
                Some(next) => self.after = next,
                None => self.ended = true,
            }
        }
        Ok(self.read.front())
    }
}

fn found(row: Row) -> Found {
    let leaf = row.event.map(|event| Seal::leaf(AuditLine::from(event).json().as_bytes()));
    Found { id: row.id, leaf }
}
