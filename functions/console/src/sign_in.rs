//! How people sign in at this stack: `GET /config.json`, which the page reads first.

use std::collections::BTreeMap;

/// Says how people sign in. Nothing of it is secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SignIn {
    /// The local stack gives out tokens itself, at `/local/token`.
    Local,
    /// At the team's issuer: OpenID Connect with PKCE, as this client.
    Oidc(Team),
    /// No client is set up: people bring an access token.
    #[default]
    Token,
}

/// What the page needs to know of a team's issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// The issuer, such as `https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1b2c3d4e`.
    pub issuer: String,
    /// The public client that the page is at the issuer.
    pub client_id: String,
    /// The API's name at the issuer, where it wants one (RFC 8707). Empty when not.
    pub resource: String,
    /// What stands before `keys:read` at the issuer, such as `https://ownkey/`. Empty when nothing does.
    pub scope_prefix: String,
    /// Further origins that the issuer answers at, by commas. Cognito gives out tokens at the pool's own domain.
    pub origins: String,
}

impl SignIn {
    /// From the stage variables of the HTTP API: `oidc_issuer`, `oidc_client_id`, `oidc_resource`, `oidc_scope_prefix` and
    /// `oidc_origins`. Without an issuer or a client people bring a token.
    pub fn of_stage<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Self {
        let text = |name| variable(name).unwrap_or_default().to_owned();
        let team = Team {
            issuer: text("oidc_issuer"),
            client_id: text("oidc_client_id"),
            resource: text("oidc_resource"),
            scope_prefix: text("oidc_scope_prefix"),
            origins: text("oidc_origins"),
        };
        if team.issuer.is_empty() || team.client_id.is_empty() { Self::Token } else { Self::Oidc(team) }
    }

    /// The document for the page.
    pub(crate) fn document(&self) -> BTreeMap<&'static str, &str> {
        match self {
            Self::Local => BTreeMap::from([("sign_in", "local")]),
            Self::Token => BTreeMap::from([("sign_in", "token")]),
            Self::Oidc(team) => BTreeMap::from([
                ("sign_in", "oidc"),
                ("issuer", &*team.issuer),
                ("client_id", &*team.client_id),
                ("resource", &*team.resource),
                ("scope_prefix", &*team.scope_prefix),
            ]),
        }
    }

    /// The origins that the page has to reach for it, besides its own.
    pub(crate) fn origins(&self) -> Vec<&str> {
        match self {
            Self::Local | Self::Token => Vec::new(),
            Self::Oidc(team) => {
                let further = team.origins.split(',').filter(|origin| !origin.is_empty());
                [origin(&team.issuer)].into_iter().chain(further).collect()
            }
        }
    }
}

/// `https://host` of `https://host/path`.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1";

    fn of(variables: &[(&str, &'static str)]) -> SignIn {
        SignIn::of_stage(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
    }

    #[test]
    fn without_an_issuer_or_a_client_people_bring_a_token() {
        assert_eq!(of(&[]), SignIn::Token);
        assert_eq!(of(&[("oidc_issuer", ISSUER)]), SignIn::Token);
        assert_eq!(of(&[("oidc_client_id", "a1"), ("oidc_issuer", "")]), SignIn::Token);
        assert_eq!(of(&[]).document(), BTreeMap::from([("sign_in", "token")]));
    }

    #[test]
    fn the_page_is_told_what_it_needs_and_may_reach_the_issuer_alone() {
        let sign_in = of(&[
            ("oidc_issuer", ISSUER),
            ("oidc_client_id", "a1"),
            ("oidc_scope_prefix", "https://ownkey/"),
            ("oidc_origins", "https://team.auth.eu-central-1.amazoncognito.com"),
        ]);
        let document = sign_in.document();
        assert_eq!(document["issuer"], ISSUER);
        assert_eq!(document["client_id"], "a1");
        assert_eq!(document["scope_prefix"], "https://ownkey/");
        assert_eq!(document["resource"], "");
        assert_eq!(
            sign_in.origins(),
            [
                "https://cognito-idp.eu-central-1.amazonaws.com",
                "https://team.auth.eu-central-1.amazoncognito.com"
            ]
        );
    }

    #[test]
    fn an_origin_is_the_beginning_of_an_address() {
        for (url, expected) in
            [("https://a.b/c/d", "https://a.b"), ("http://127.0.0.1:1", "http://127.0.0.1:1"), ("x", "x")]
        {
            assert_eq!(origin(url), expected);
        }
    }
}
