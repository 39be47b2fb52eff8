"""What must hold of who signs in: the own user pool or another issuer, what the page is told, and that nothing waits for
itself on the way."""
import json
import re

from expansion import check, functions, listed, of, target
from template_breaks import put

RESOURCE = "https://api.ownkey"
PREFIX = f"{RESOURCE}/"
SCOPES = [f"{family}:{does}" for family in ("keys", "jobs", "account") for does in ("read", "write")] + ["audit:read"]
OWN_ISSUER = {"Fn::Sub": "https://cognito-idp.${AWS::Region}.${AWS::URLSuffix}/${UserPool}"}
API = {"Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"}
# Who checks tokens asks for a scope once more, so it must know how scopes are written in them.
LOOK_AT_SCOPES = {"account", "api-keys", "audit", "jobs"}


@check("the gateway takes tokens of one issuer for one audience, and functions, page and user pool agree with it")
def sign_in(t):
    (api,), (stage,) = of(t, "ApiGatewayV2::Api").values(), of(t, "ApiGatewayV2::Stage").values()
    own = "UserPool" in t
    takes = api["Body"]["components"]["securitySchemes"]["Oidc"]["x-amazon-apigateway-authorizer"]["jwtConfiguration"]
    issuer, audience = (OWN_ISSUER, RESOURCE) if own else ({"Ref": "OidcIssuer"}, {"Ref": "OidcAudience"})
    if takes != {"issuer": issuer, "audience": [audience]}:
        yield f"the gateway takes {takes}"
    told = {"oidc_issuer": issuer, "oidc_client_id": {"Ref": "ConsoleClient" if own else "OidcClientId"}}
    login = {"Fn::Sub": "https://${LoginDomain}.auth.${AWS::Region}.amazoncognito.com"}
    told |= {"oidc_resource": RESOURCE, "oidc_scope_prefix": PREFIX, "oidc_origins": login} if own else {}
    if {k: v for k, v in stage.get("StageVariables", {}).items() if k.startswith("oidc_")} != told:
        yield f"the page is told {stage.get('StageVariables')}"
    for name, f in functions(t):
        prefix = f["Environment"]["Variables"].get("OWNKEY_SCOPE_PREFIX")
        if prefix != ((PREFIX if own else "") if name in LOOK_AT_SCOPES else None):
            yield f"{name} looks for scopes with {prefix!r}"
    yield from (f"{n} without a user pool" for n, r in t.items() if r["Type"].startswith("AWS::Cognito") and not own)


@check("the user pool is made by administrators, wants verified addresses and long passwords; the page is a public client "
       "that gets codes for its own addresses, with all scopes")
def user_pool(t):
    if "UserPool" not in t:
        return
    pool, client = t["UserPool"]["Properties"], t["ConsoleClient"]["Properties"]
    want = {"UserPoolTier": "ESSENTIALS", "DeletionProtection": "ACTIVE", "MfaConfiguration": "OPTIONAL",
            "EnabledMfas": ["SOFTWARE_TOKEN_MFA"], "AutoVerifiedAttributes": ["email"]}
    yield from (f"{name}: {pool.get(name)}" for name, value in want.items() if pool.get(name) != value)
    strangers = "ApiDomain" in t  # Only the variant with everything lets them in.
    if pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly") is strangers:
        yield "anybody may sign up"
    if pool["Policies"]["PasswordPolicy"].get("MinimumLength", 0) < 12:
        yield "short passwords"
    want = {"GenerateSecret": False, "AllowedOAuthFlows": ["code"], "PreventUserExistenceErrors": "ENABLED",
            "EnableTokenRevocation": True, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}
    yield from (f"{name}: {client.get(name)}" for name, value in want.items() if client.get(name) != value)
    minutes = client.get("AccessTokenValidity", 60)
    if client.get("TokenValidityUnits", {}).get("AccessToken") != "minutes" or minutes > 60:
        yield "access tokens are good for long"
    own = [{"Fn::Sub": "https://${DomainName}/"}] if "ApiDomain" in t else []
    for links in ("CallbackURLs", "LogoutURLs"):
        if client.get(links) != [API, *own]:
            yield f"{links}: {client.get(links)}"
    server = t["ApiScopes"]["Properties"]
    if server["Identifier"] != RESOURCE or sorted(s["ScopeName"] for s in server["Scopes"]) != sorted(SCOPES):
        yield f"{server['Identifier']} has {server['Scopes']}"
    asked = [a if isinstance(a, str) else a["Fn::Sub"] for a in client["AllowedOAuthScopes"]]
    if sorted(asked) != sorted(["openid"] + ["${ApiScopes}/" + scope for scope in SCOPES]):
        yield f"the page may ask for {asked}"
    if t["LoginDomain"]["Properties"].get("ManagedLoginVersion") != 2 or "LoginStyle" not in t:
        yield "login pages without a style"  # Only this version binds a token to its API; without a style it is blank.


def named_by(value, t):
    """The resources that a value names by Ref, GetAtt, Sub or DependsOn: those that must be there before it."""
    if isinstance(value, list):
        return set().union(*(named_by(v, t) for v in value))
    if not isinstance(value, dict):
        return set()
    found = set()
    for name, inner in value.items():
        if name == "Fn::Sub":
            text, words = (inner, {}) if isinstance(inner, str) else inner
            found |= {x for x in re.findall(r"\$\{(\w+)", text) if x not in words} | named_by(words, t)
        elif name in ("Ref", "Fn::GetAtt", "DependsOn"):
            found |= set(listed(inner)[:1] if name == "Fn::GetAtt" else listed(inner))
        else:
            found |= named_by(inner, t)
    return found & set(t)


@check("no resource waits for itself: CloudFormation finds an order in which to make them")
def order(t):
    waits = {name: named_by(r, t) for name, r in t.items()}
    while ready := {name for name, others in waits.items() if not others & set(waits)}:
        waits = {name: others for name, others in waits.items() if name not in ready}
    if waits:
        yield f"these wait for each other: {', '.join(sorted(waits))}"


@check("the team's own name leads to this API, with its certificate and by TLS 1.2")
def domain(t):
    if "ApiDomain" not in t:
        return
    (name,) = of(t, "ApiGatewayV2::DomainName").values()
    (configured,) = name["DomainNameConfigurations"]
    if (configured.get("CertificateArn"), configured.get("SecurityPolicy")) != ({"Ref": "CertificateArn"}, "TLS_1_2"):
        yield f"{configured}"
    (leads,) = of(t, "ApiGatewayV2::ApiMapping").values()
    if [target(leads[x]) for x in ("ApiId", "DomainName", "Stage")] != ["Api", "ApiDomain", "ApiApiGatewayDefaultStage"]:
        yield f"{json.dumps(leads)}"


AUTHORIZER = "Api Properties Body components securitySchemes Oidc x-amazon-apigateway-authorizer jwtConfiguration"
STAGE = "ApiApiGatewayDefaultStage Properties StageVariables"
BREAKS = [
    ("sign_in", put(f"{AUTHORIZER} audience", [{"Ref": "ConsoleClient"}])),
    ("sign_in", put(f"{AUTHORIZER} audience", [RESOURCE, "anything"])),
    ("sign_in", put(f"{AUTHORIZER} issuer", {"Ref": "OidcIssuer"})),
    ("sign_in", put(f"{STAGE} oidc_resource")),
    ("sign_in", put(f"{STAGE} oidc_origins")),
    ("sign_in", put(f"{STAGE} oidc_client_id", "")),
    ("sign_in", put("JobsFunction Properties Environment Variables OWNKEY_SCOPE_PREFIX", "")),
    ("sign_in", put("SweeperFunction Properties Environment Variables OWNKEY_SCOPE_PREFIX", PREFIX)),
    ("sign_in", put("UserPool")),
    ("user_pool", put("UserPool Properties DeletionProtection", "INACTIVE")),
    ("user_pool", put("UserPool Properties UserPoolTier", "LITE")),
    ("user_pool", put("UserPool Properties AdminCreateUserConfig AllowAdminCreateUserOnly", True)),
    ("user_pool", put("UserPool Properties Policies PasswordPolicy MinimumLength", 6)),
    ("user_pool", put("ConsoleClient Properties GenerateSecret", True)),
    ("user_pool", put("ConsoleClient Properties AllowedOAuthFlows", ["code", "implicit"])),
    ("user_pool", put("ConsoleClient Properties TokenValidityUnits AccessToken", "hours")),
    ("user_pool", put("ConsoleClient Properties CallbackURLs", [API, "http://localhost:3000/"])),
    ("user_pool", put("ConsoleClient Properties AllowedOAuthScopes", ["openid"])),
    ("user_pool", put("ApiScopes Properties Identifier", "ownkey")),
    ("user_pool", put("LoginStyle")),
    ("order", put("Api Properties Description", {"Fn::Sub": "signed in to by ${ConsoleClient}"})),
    ("order", put("ImagesBucket Properties BucketName", {"Fn::Sub": ["images-${Of}", {"Of": {"Ref": "Api"}}]})),
    ("order", put("SecondSecretsKey DependsOn", "ApiKeysMayWrap")),
    ("domain", put("ApiDomainMapping Properties ApiId", {"Ref": "ApiDomain"})),
    ("domain", put("ApiDomain Properties DomainNameConfigurations", [{"EndpointType": "REGIONAL"}])),
]
