//! The model catalogue: data, not code. What there is, what it takes, what it costs, what has gone.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::Provider;

mod parameters;
mod price;

pub use parameters::{Parameter, RequestRefused};
pub use price::Price;

/// The catalogue as it is shipped, from `shared/domain/catalogue.json`.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is compiled in, and the test below reads it")]
    serde_json::from_str(include_str!("../catalogue.json")).expect("catalogue.json is valid")
});

/// Every model that Ownkey knows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The day on which the prices were last looked at. Stands beside every estimate and cost.
    pub price_version: String,
    /// The models, in the order people see them.
    pub models: Vec<Model>,
}

/// Whether a model can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Use it.
    Current,
    /// It works, but its shutdown is announced.
    Deprecated,
    /// It is gone.
    Retired,
}

/// One model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The id at the provider.
    pub id: String,
    /// Who runs it.
    pub provider: Provider,
    /// What it makes.
    pub kind: String,
    /// Whether it can be used.
    pub status: Status,
    /// The day it goes or went, `YYYY-MM-DD`.
    pub shutdown_date: Option<String>,
    /// What to use instead.
    pub replacement: Option<String>,
    /// What it takes besides the prompt. Empty for a retired model.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// What it costs. None for a retired model.
    pub price: Option<Price>,
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

    /// The ids of the models that can be used, for error messages.
    pub fn usable(&self) -> Vec<&str> {
        self.models
            .iter()
            .filter(|model| model.status != Status::Retired)
            .map(|model| model.id.as_str())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_catalogue_is_whole() {
        let catalogue = Catalogue::shipped();
        for model in &catalogue.models {
            let retired = model.status == Status::Retired;
            assert_eq!(model.price.is_none(), retired, "{}: a price unless retired", model.id);
            assert_eq!(model.status == Status::Current, model.replacement.is_none(), "{}", model.id);
            assert_eq!(
                catalogue.models.iter().filter(|other| other.id == model.id).count(),
                1,
                "{}",
                model.id
            );
            if let Some(id) = &model.replacement {
                assert_eq!(catalogue.find(id).map(|found| found.status), Some(Status::Current), "{id}");
            }
        }
    }
}
