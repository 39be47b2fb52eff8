//! The security headers of every answer.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

/// Everything is forbidden that the page does not need, above all code that did not come as one of our files: the
/// page takes API keys, so a script that got in could read them as they are typed.
///
/// `image_origin` is where images come from and photos go to; `sign_in_origins` are what signing in has to reach.
pub(crate) fn security(image_origin: &str, sign_in_origins: &[&str]) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = vec![
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
        (
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static(
                "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
        ),
    ];
    let policies = [content_security_policy(image_origin, sign_in_origins), content_security_policy("", &[])];
    let policy = policies.iter().find_map(|policy| HeaderValue::from_str(policy).ok());
    headers.extend(policy.map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    headers
}

fn content_security_policy(image_origin: &str, sign_in_origins: &[&str]) -> String {
    let images = if is_origin(image_origin) { format!(" {image_origin}") } else { String::new() };
    let sign_in = sign_in_origins.iter().filter(|origin| is_origin(origin));
    let sign_in: String = sign_in.map(|origin| format!(" {origin}")).collect();
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        &format!("img-src 'self' blob:{images}"),
        // Photos are posted straight to where images are kept; tokens come from the team's issuer.
        &format!("connect-src 'self'{images}{sign_in}"),
        // The page sends forms by `fetch` only.
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        // No policy is allowed, so no string can become markup or code, not even by our own mistake.
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    .join("; ")
}

/// `scheme://host[:port]` and nothing else: a space or a semicolon would add to the policy.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_no_inline_code_and_one_foreign_origin() {
        let policy = content_security_policy("https://images.example", &[]);
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "), "{policy}");
        assert_eq!(policy.matches("//").count(), 2, "{policy}");
        assert!(policy.contains("img-src 'self' blob: https://images.example;"), "{policy}");
        assert!(policy.contains("connect-src 'self' https://images.example;"), "{policy}");
        assert!(policy.contains("form-action 'none';"), "{policy}");
    }

    #[test]
    fn tokens_come_from_the_issuers_origins_and_from_nowhere_else() {
        let issuers = ["https://issuer.example", "https://tokens.example", "https://a; script-src *"];
        let policy = content_security_policy("", &issuers);
        let connect = "connect-src 'self' https://issuer.example https://tokens.example;";
        assert!(policy.contains(connect), "{policy}");
        assert_eq!(policy.matches("//").count(), 2, "{policy}");
    }

    #[test]
    fn what_is_not_an_origin_adds_nothing() {
        let bare = content_security_policy("", &[]);
        for text in
            ["*", "https://", "data:", "https://a; script-src *", "https://a *", "https://a/b", "https://a\n"]
        {
            assert_eq!(content_security_policy(text, &[]), bare, "{text}");
        }
        for origin in ["http://127.0.0.1:8788", "http://[::1]:1", "https://b.s3.eu-central-1.amazonaws.com"] {
            assert!(content_security_policy(origin, &[]).contains(origin), "{origin}");
        }
    }
}
