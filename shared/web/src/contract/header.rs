//! The headers that the API speaks of.

/// A header: what it is for, and what it looks like.
#[derive(Debug)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// A regular expression that every value fits.
    pub pattern: &'static str,
    /// A value.
    pub example: &'static str,
}

macro_rules! headers {
    ($($constant:ident = $name:literal, $pattern:literal, $example:literal, $about:literal;)*) => {
        impl Header {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$constant,)*];

            $(#[doc = $about]
            pub const $constant: Self = Self { name: $name, about: $about, pattern: $pattern, example: $example };)*
        }
    };
}

headers! {
    IDEMPOTENCY_KEY = "Idempotency-Key", "^[!-~]{1,255}$", "5f0c3a52-7c1d-4c0e-9a51-3a9f1e6f2b7d",
        "Any text of your own, such as a UUID. A request that is repeated with it within 24 hours is answered as \
         before and does nothing anew; another request with it is refused.";
    RETRY_COUNT = "x-stainless-retry-count", "", "0",
        "How often this request was sent before. OpenAI's own clients count it up; with more than 0, the answer is about \
         the jobs of the request before.";
    IF_MATCH = "If-Match", "^(\\*|(W/)?\"[^\"]*\"(, *(W/)?\"[^\"]*\")*)$", "\"2\"",
        "The `ETag` of the version that you have seen. If another one is there, nothing is changed. Without it, whatever \
         is there is changed.";
    IF_NONE_MATCH = "If-None-Match", "", "\"0123456789abcdef\"", "The `ETag` of what you have already.";
    ACCEPT = "Accept", "", "application/json", "Which of the media types you want. JSON, unless you say otherwise.";
    ETAG = "ETag", "^\"[^\"]*\"$", "\"2\"", "Which version it is, to send back in `If-Match`.";
    LOCATION = "Location", "", "/v1/jobs/job_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70", "Where it is.";
    RETRY_AFTER = "Retry-After", "^[0-9]+$", "2", "In how many seconds to look or try again.";
    LINK = "Link", "^<[^>]+>; rel=\"next\"$", "</v1/audit?cursor=aud_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70>; rel=\"next\"",
        "Where the rest of the file is.";
    CONTENT_DISPOSITION = "Content-Disposition", "^attachment; filename=\"[^\"]+\"$", "attachment; filename=\"audit.csv\"",
        "What the file may be called.";
    RATE_LIMIT = "RateLimit", "^\"[a-z]+\";r=[0-9]+;t=[0-9]+(, \"[a-z]+\";r=[0-9]+;t=[0-9]+)*$",
        "\"requests\";r=199;t=1, \"jobs\";r=9999;t=1800",
        "How much of each limit is left (`r`), and in how many seconds there is more (`t`).";
    RATE_LIMIT_POLICY = "RateLimit-Policy", "^\"[a-z]+\";q=[0-9]+(;w=[0-9]+)?(, \"[a-z]+\";q=[0-9]+(;w=[0-9]+)?)*$",
        "\"requests\";q=200;w=4, \"jobs\";q=10000;w=3600",
        "Your account's limits: how much (`q`), in how many seconds (`w`).";
    DEPRECATION = "Deprecation", "^@[0-9]+$", "@1795392000",
        "Since when the model takes no new jobs, in seconds since 1970 (RFC 9745). Only where it is going.";
    SUNSET = "Sunset", "^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$",
        "Tue, 01 Dec 2026 00:00:00 GMT",
        "When the model is shut down, or was (RFC 8594). Only where that is known.";
    REQUEST_ID = "X-Request-Id", "^.+$", "8f3c0a52-7c1d-4c0e-9a51-3a9f1e6f2b7d",
        "The id of the request, which our logs name too. Tell us when something goes wrong.";
}
