//! Times as the API and the audit trail show them.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// RFC 3339 in UTC, always with milliseconds, so that the texts sort as the times do.
#[derive(Clone, Copy, Debug)]
pub struct Time(pub Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.3}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_has_three_decimals() {
        for (millis, text) in [(0, "\"1970-01-01T00:00:00.000Z\""), (1_340, "\"1970-01-01T00:00:01.340Z\"")] {
            let time = Time(Timestamp::from_millisecond(millis).unwrap());
            assert_eq!(serde_json::to_string(&time).unwrap(), text);
        }
    }
}
