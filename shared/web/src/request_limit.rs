//! How many requests a tenant may send: a bucket of tokens for each, kept by this process alone. In AWS each running
//! copy of a function counts for itself, which costs no write; the gateway's throttle is the lid over all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::TenantId;

use crate::request::tenant_of;
use crate::{Problem, Standing};

/// How many tenants are remembered. A bucket that is full again says no more than none.
const MOST_TENANTS: usize = 10_000;

/// How many requests of a tenant are answered.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimit {
    /// For as long as it likes.
    pub per_second: u32,
    /// At once, after a rest.
    pub burst: u32,
}

impl RequestLimit {
    /// So many a second, and four seconds' worth at once.
    pub const fn per_second(per_second: u32) -> Self {
        let per_second = if per_second == 0 { 1 } else { per_second };
        Self { per_second, burst: per_second.saturating_mul(4) }
    }

    /// How many requests a bucket that holds `left` has room for again by `now`.
    fn refilled(self, bucket: Bucket, now: Instant) -> f64 {
        let since = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.left + since * f64::from(self.per_second)).min(f64::from(self.burst))
    }
}

/// What is left to a tenant, as of a moment.
#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// The buckets of all tenants.
#[derive(Clone)]
pub(crate) struct Buckets {
    limit: RequestLimit,
    by_tenant: Arc<Mutex<HashMap<TenantId, Bucket>>>,
}

impl Buckets {
    pub(crate) fn of(limit: RequestLimit) -> Self {
        Self { limit, by_tenant: Arc::default() }
    }

    /// Takes one request out of a tenant's bucket: where it stands then, or where it stands with none left.
    fn take(&self, tenant: TenantId, now: Instant) -> Result<Standing, Standing> {
        let limit = self.limit;
        let mut buckets = self.by_tenant.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_TENANTS && !buckets.contains_key(&tenant) {
            buckets.retain(|_, bucket| limit.refilled(*bucket, now) < f64::from(limit.burst));
            // So many at once are a matter for the gateway's lid. Memory stays bounded, and nobody is refused for it.
            if buckets.len() >= MOST_TENANTS {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(tenant).or_insert(Bucket { left: f64::from(limit.burst), at: now });
        let left = limit.refilled(*bucket, now);
        let allowed = left >= 1.0;
        *bucket = Bucket { left: if allowed { left - 1.0 } else { left }, at: now };
        let standing = Standing {
            policy: "requests",
            quota: limit.burst,
            window_seconds: Some(limit.burst.div_ceil(limit.per_second)),
            left: whole(bucket.left),
            more_in_seconds: 1,
        };
        if allowed { Ok(standing) } else { Err(standing) }
    }
}

/// Whole requests only, and never more than there are.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and the burst, a u32")]
fn whole(left: f64) -> u32 {
    left.floor() as u32
}

/// Holds a request against its tenant's limit. Without a token that names a tenant there is nothing to count: its own
/// refusal follows.
pub(crate) async fn within_limit(buckets: Buckets, request: Request, next: Next) -> Response {
    let Some(tenant) = tenant_of(request.extensions()) else { return next.run(request).await };
    match buckets.take(tenant, Instant::now()) {
        Ok(standing) => {
            let mut response = next.run(request).await;
            standing.tell(response.headers_mut());
            response
        }
        Err(standing) => {
            let RequestLimit { per_second, burst } = buckets.limit;
            let detail = format!(
                "Your account may send {per_second} requests a second, and {burst} at once after a rest. Wait as long \
                 as `Retry-After` says, and send fewer at a time."
            );
            Problem::too_many(standing, detail).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn tenant(name: &str) -> TenantId {
        name.parse().unwrap()
    }

    #[test]
    fn a_bucket_empties_and_fills_again_and_is_one_tenants_own() {
        let buckets = Buckets::of(RequestLimit::per_second(2));
        let start = Instant::now();
        for left in (0..8).rev() {
            assert_eq!(buckets.take(tenant("ada"), start).unwrap().left, left);
        }
        assert_eq!(buckets.take(tenant("ada"), start).unwrap_err().left, 0);
        assert_eq!(buckets.take(tenant("bob"), start).unwrap().left, 7);
        // A refusal takes nothing, and half a second is one request of two a second.
        let later = start + Duration::from_millis(500);
        assert!(buckets.take(tenant("ada"), later).is_ok());
        assert!(buckets.take(tenant("ada"), later).is_err());
        assert_eq!(buckets.take(tenant("ada"), start + Duration::from_secs(60)).unwrap().left, 7);
    }

    #[test]
    fn however_many_tenants_there_are_few_are_remembered() {
        let buckets = Buckets::of(RequestLimit::per_second(1));
        let now = Instant::now();
        for number in 0..3 * MOST_TENANTS {
            assert!(buckets.take(tenant(&format!("t{number}")), now).is_ok());
        }
        assert!(buckets.by_tenant.lock().unwrap().len() <= MOST_TENANTS);
        // Those who have rested are forgotten first: this one has not.
        let busy = tenant("busy");
        let later = now + Duration::from_secs(2);
        for _ in 0..4 {
            assert!(buckets.take(busy.clone(), later).is_ok());
        }
        for number in 0..MOST_TENANTS {
            drop(buckets.take(tenant(&format!("new{number}")), later));
        }
        assert!(buckets.by_tenant.lock().unwrap().len() <= MOST_TENANTS);
    }
}
