//! The model catalogue: data, not code. What there is, what it takes, what it costs, what has gone.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::job::Task;
use crate::{Date, Provider, SignedDuration, Timestamp};

mod acceptance;
mod estimate;
mod parameters;
mod price;
mod schema;

pub use acceptance::RequestRefused;
pub use estimate::{Estimate, Sureness};
pub use parameters::Parameter;
pub use price::{Price, PriceRule};

use acceptance::Rule;

/// The catalogue as it is shipped, from `shared/domain/catalogue.json`.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is compiled in, and the test below reads it")]
    serde_json::from_str(include_str!("../catalogue.json")).expect("catalogue.json is valid")
});

/// Every model that Ownkey knows.
#[derive(Debug, Deserialize)]
#[serde(try_from = "CatalogueFile")]
pub struct Catalogue {
    /// The day on which the prices were last looked at. Stands beside every estimate and cost.
    pub price_version: String,
    /// The models, in the order people see them.
    pub models: Vec<Model>,
}

/// Whether a model can be used.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "ModelStatus"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Use it.
    Current,
    /// Its shutdown is near: it takes no new jobs. Those that wait for it are still done while it lasts.
    Deprecated,
    /// It is gone.
    Retired,
}

/// What a model makes.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Images.
    Image,
    /// Personas.
    Persona,
}

/// One model.
#[derive(Debug)]
pub struct Model {
    /// The id at the provider.
    pub id: String,
    /// Who runs it.
    pub provider: Provider,
    /// What it makes.
    pub kind: ModelKind,
    /// Whether it can be used.
    pub status: Status,
    /// The day since which it takes no new jobs here, `YYYY-MM-DD`.
    pub deprecated_since: Option<String>,
    /// The day it goes or went, `YYYY-MM-DD`.
    pub shutdown_date: Option<String>,
    /// What to use instead.
    pub replacement: Option<String>,
    /// What it takes besides the prompt. None for a model that takes no new jobs.
    family: Option<Arc<Family>>,
    /// What it costs. None for a model that takes no new jobs.
    pub price: Option<Price>,
}

/// What models that are called alike have in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    /// How many reference images a request may have.
    references: usize,
    /// How many pixels `width` and `height` may make together.
    max_pixels: Option<u64>,
    /// What goes only together, or not together.
    #[serde(default)]
    rules: Vec<Rule>,
    parameters: BTreeMap<String, Parameter>,
}

/// The file as it is written: models name their family.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    #[serde(rename = "$schema")]
    _schema: String,
    price_version: String,
    families: BTreeMap<String, Family>,
    models: Vec<ModelEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelEntry {
    id: String,
    provider: Provider,
    kind: ModelKind,
    status: Status,
    #[serde(default)]
    deprecated_since: Option<String>,
    #[serde(default)]
    shutdown_date: Option<String>,
    #[serde(default)]
    replacement: Option<String>,
    #[serde(default)]
    family: Option<String>,
    #[serde(default)]
    price: Option<Price>,
}

impl TryFrom<CatalogueFile> for Catalogue {
    type Error = String;

    fn try_from(file: CatalogueFile) -> Result<Self, String> {
        let families: BTreeMap<_, _> =
            file.families.into_iter().map(|(name, family)| (name, Arc::new(family))).collect();
        let model = |entry: ModelEntry| {
            let family = entry.family.map(|name| {
                families.get(&name).cloned().ok_or_else(|| format!("{}: no family {name}", entry.id))
            });
            Ok(Model {
                id: entry.id.clone(),
                provider: entry.provider,
                kind: entry.kind,
                status: entry.status,
                deprecated_since: entry.deprecated_since,
                shutdown_date: entry.shutdown_date,
                replacement: entry.replacement,
                family: family.transpose()?,
                price: entry.price,
            })
        };
        let models = file.models.into_iter().map(model).collect::<Result<_, String>>()?;
        Ok(Self { price_version: file.price_version, models })
    }
}

impl Catalogue {
    /// The catalogue as it is shipped.
    pub fn shipped() -> &'static Self {
        &CATALOGUE
    }

    /// The model of that id.
    pub fn find(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    /// The ids of the models that take new jobs of a kind, for error messages.
    pub fn usable(&self, kind: ModelKind) -> Vec<&str> {
        let usable = |model: &&Model| model.kind == kind && model.status == Status::Current;
        self.models.iter().filter(usable).map(|model| model.id.as_str()).collect()
    }
}

impl Task {
    /// What it will cost. None for a model that the catalogue gives no price for any more.
    pub fn estimate(&self) -> Option<Estimate> {
        let price = |model: &str| Catalogue::shipped().find(model)?.price.as_ref();
        match self {
            Self::Image(request) => Some(price(&request.model)?.of_image(request)),
            Self::Persona(request) => Some(price(&request.model)?.of_persona(request)),
            Self::ApiKeyTest | Self::Export { .. } => Some(Estimate::NOTHING),
        }
    }
}

impl Model {
    /// Whether it is shut down within so many days of a day, or on that day.
    pub fn goes_within(&self, days: i64, of: Date) -> bool {
        let day = self.shutdown_date.as_deref().and_then(|day| day.parse::<Date>().ok());
        let until = of.saturating_add(SignedDuration::from_hours(days.saturating_mul(24)));
        day.is_some_and(|day| (of..=until).contains(&day))
    }

    /// When it began to take no new jobs here.
    pub fn deprecated_at(&self) -> Option<Timestamp> {
        beginning(self.deprecated_since.as_deref())
    }

    /// When it goes or went.
    pub fn shut_down_at(&self) -> Option<Timestamp> {
        beginning(self.shutdown_date.as_deref())
    }

    /// How many reference images a request may have.
    pub fn most_references(&self) -> usize {
        self.family.as_ref().map_or(0, |family| family.references)
    }

    /// Whether a request may have a parameter of that name.
    pub fn takes(&self, parameter: &str) -> bool {
        self.family.as_ref().is_some_and(|family| family.parameters.contains_key(parameter))
    }

    /// Whether a parameter may have that value.
    pub fn allows(&self, parameter: &str, value: &Value) -> bool {
        let parameter = self.family.as_ref().and_then(|family| family.parameters.get(parameter));
        parameter.is_some_and(|parameter| parameter.allows(value))
    }
}

/// When a day begins in UTC.
fn beginning(day: Option<&str>) -> Option<Timestamp> {
    let day: Date = day?.parse().ok()?;
    Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_goes_on_its_day_and_is_gone_after_it() {
        let model = Catalogue::shipped().find("gpt-image-1.5").unwrap();
        let day = |day: &str| day.parse::<Date>().unwrap();
        let goes = |of| model.goes_within(30, day(of));
        assert_eq!(
            ["2026-10-31", "2026-11-01", "2026-12-01", "2026-12-02"].map(goes),
            [false, true, true, false]
        );
        assert!(!Catalogue::shipped().find("flux-2-pro").unwrap().goes_within(30, day("2026-11-23")));
    }

    #[test]
    fn the_shipped_catalogue_is_whole() {
        let catalogue = Catalogue::shipped();
        for model in &catalogue.models {
            let current = model.status == Status::Current;
            assert_eq!(model.price.is_some(), current, "{}: a price if it takes jobs", model.id);
            assert_eq!(model.family.is_some(), current, "{}: parameters if it takes jobs", model.id);
            assert_eq!(model.replacement.is_none(), current, "{}", model.id);
            assert!(current || model.shutdown_date.is_some(), "{}: when it goes", model.id);
            let going = model.status == Status::Deprecated;
            assert_eq!(model.deprecated_since.is_some(), going, "{}: since when", model.id);
            assert!(model.deprecated_since <= model.shutdown_date, "{}", model.id);
            let same = catalogue.models.iter().filter(|other| other.id == model.id).count();
            assert_eq!(same, 1, "{}", model.id);
            if let Some(id) = &model.replacement {
                let found = catalogue.find(id).unwrap();
                assert_eq!((found.status, found.kind), (Status::Current, model.kind), "{id}");
            }
        }
    }
}
