//! Counters, put together by what the caller wants to tell apart.

use std::collections::BTreeMap;

use domain::usage::{Figures, Heading};
use web::Problem;

use crate::unfit;

/// By what usage can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Day,
    Provider,
    Model,
    Project,
    Credential,
}

impl Part {
    const ALL: [Self; 5] = [Self::Day, Self::Provider, Self::Model, Self::Project, Self::Credential];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Provider => "provider",
            Self::Model => "model",
            Self::Project => "project",
            Self::Credential => "credential",
        }
    }

    fn of(self, heading: &Heading) -> Option<String> {
        match self {
            Self::Day => Some(heading.day.to_string()),
            Self::Provider => Some(heading.provider.to_string()),
            Self::Model => Some(heading.model.clone()),
            Self::Project => heading.project.as_ref().map(ToString::to_string),
            Self::Credential => heading.credential.map(|id| id.to_string()),
        }
    }
}

/// What the caller wants to tell apart, in their order.
#[derive(Debug)]
pub(super) struct By(pub(super) Vec<Part>);

impl By {
    pub(super) fn of(text: &str) -> Result<Self, Problem> {
        let names = || Part::ALL.map(Part::name).join(", ");
        let mut parts = Vec::new();
        for name in text.split(',').map(str::trim) {
            match Part::ALL.into_iter().find(|part| part.name() == name) {
                Some(part) if !parts.contains(&part) => parts.push(part),
                Some(_) => return Err(unfit("by", format!("names `{}` twice.", name))),
                None => {
                    return Err(unfit(
                        "by",
                        format!("takes one or more of these, with commas: {}.", names()),
                    ));
                }
            }
        }
        Ok(Self(parts))
    }
}

/// What stands in the columns of [`By`]. None: no project, or no API key.
pub(super) type Group = Vec<Option<String>>;

/// The sums for each group, in order.
pub(super) fn rows<'a>(
    counted: impl Iterator<Item = (&'a Heading, &'a Figures)>,
    By(parts): &By,
) -> Vec<(Group, Figures)> {
    let mut sums = BTreeMap::<Group, Figures>::new();
    for (heading, figures) in counted {
        let group = parts.iter().map(|part| part.of(heading)).collect();
        let sum = sums.entry(group).or_default();
        *sum = sum.and(*figures);
    }
    sums.into_iter().collect()
}
