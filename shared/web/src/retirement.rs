//! When a model goes, in the headers that client libraries watch for.

use domain::catalogue::Model;
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The days of a model that is going, or gone. Dates are those of UTC, from their beginning.
#[derive(Clone, Debug)]
pub struct Retirement {
    deprecation: Option<HeaderValue>,
    sunset: Option<HeaderValue>,
}

impl Retirement {
    /// Those of a model. Nothing is told of one that stays.
    pub fn of(model: &Model) -> Self {
        let deprecation = model.deprecated_at().map(|at| format!("@{}", at.as_second()));
        let sunset = model.shut_down_at().map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
        let value = |told: Option<String>| told.and_then(|told| HeaderValue::try_from(told).ok());
        Self { deprecation: value(deprecation), sunset: value(sunset) }
    }

    /// `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).
    pub fn tell(self, headers: &mut HeaderMap) {
        let told = [("deprecation", self.deprecation), ("sunset", self.sunset)];
        for (name, value) in told {
            if let Some(value) = value {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}
