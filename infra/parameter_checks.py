"""What must hold of the parameters: which values CloudFormation takes, alone and together, before it makes anything."""
import re
import tomllib

from expansion import HERE, table_of, truth

CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef"
ISSUER = {"OidcIssuer": "https://login.example.com", "OidcAudience": "ownkey"}
DOMAIN = {"DomainName": "ownkey.example.com", "CertificateArn": CERTIFICATE}
# For each parameter, values it takes and values that must be refused at once.
VALUES = {
    "OidcIssuer": (["", "https://login.example.com", "https://login.example.com:8443/team-a", "https://a.example/t/v2.0/"],
                   ["login.example.com", "http://login.example.com", "https://a.example/?x=1", "https://", "https://a b"]),
    "OidcAudience": (["", "ownkey", "https://api.example.com/"], ["two words", "x" * 256, '"quoted"']),
    "OidcClientId": (["", "0oa1.b_c-d"], ["two words", "a@b", "x" * 256]),
    "TenantClaim": (["sub", "cognito:groups", "https://example.com/team"], ["", "two words", "x" * 129]),
    "DomainName": (["", "ownkey.example.com"], ["https://ownkey.example.com", "localhost", "Ownkey.example.com", "a..b",
                                                "ownkey.example.com/"]),
    "CertificateArn": (["", CERTIFICATE], ["certificate/1", "arn:aws:iam::123456789012:server-certificate/x"]),
    "HostedZoneId": (["", "Z0123456789ABC"], ["/hostedzone/Z0123456789ABC", "example.com"]),
    "CorsOrigins": (["", "https://app.example.com", "https://a.example:8443,https://b.example"],
                    ["*", "http://a.example", "https://a.example/", "https://a.example, https://b.example", "a.example"]),
    "TeamMail": (["", "team@example.com"], ["team", "team@example", "a@example.com,b@example.com", "a b@example.com"]),
}
# Values together, and the rule that refuses them.
TOGETHER = [
    ({}, None),
    (ISSUER, None),
    (ISSUER | {"OidcClientId": "console"}, None),
    (DOMAIN, None),
    (DOMAIN | {"HostedZoneId": "Z1"}, None),
    ({"SelfSignUp": "on"}, None),
    ({"OidcIssuer": "https://login.example.com"}, "IssuerNeedsAudience"),
    ({"OidcAudience": "ownkey"}, "AudienceAndClientNeedIssuer"),
    ({"OidcClientId": "console"}, "AudienceAndClientNeedIssuer"),
    (ISSUER | {"SelfSignUp": "on"}, "OnlyTheOwnPoolSignsUp"),
    ({"DomainName": "ownkey.example.com"}, "DomainNeedsCertificate"),
    ({"CertificateArn": CERTIFICATE}, "CertificateAndZoneNeedDomain"),
    ({"HostedZoneId": "Z1"}, "CertificateAndZoneNeedDomain"),
]


def alone(parameters):
    for name, (taken, refused) in VALUES.items():
        pattern = re.compile(parameters[name]["AllowedPattern"])
        yield from (f"{name} refuses {value!r}" for value in taken if not pattern.fullmatch(value))
        yield from (f"{name} takes {value!r}" for value in refused if pattern.fullmatch(value))
    for name, p in parameters.items():
        lids = {"AllowedPattern", "AllowedValues", "MinValue"} & set(p)
        if not lids or "ConstraintDescription" not in p or "Description" not in p:
            yield f"{name} takes anything, or does not say what it takes"
        if "AllowedPattern" in p and name not in VALUES:
            yield f"no values are tried on {name}"


def together(expansion):
    rules = expansion.get("Rules", {})
    for values, refuses in TOGETHER:
        broken = broken_rules(expansion, values)
        if broken != ([refuses] if refuses else []):
            yield f"{values} are refused by {broken}, not by {refuses}"
    yield from (f"nothing breaks {name}" for name in set(rules) - {refuses for _, refuses in TOGETHER})
    yield from (f"{name} does not say what to do" for name, rule in rules.items()
                for a in rule["Assertions"] if not a.get("AssertDescription"))


def teams(expansion):
    """What SAM would not notice in samconfig.toml: it passes over a parameter that it does not know."""
    parameters, config = expansion["Parameters"], tomllib.loads((HERE.parent / "samconfig.toml").read_text())
    for name, commands in config.items():
        deploy = commands.get("deploy", {}).get("parameters", {}) if isinstance(commands, dict) else {}
        if "template_file" in deploy or "template" in deploy:
            yield f"{name} would deploy the source template, without the functions"
        values = dict(pair.split("=", 1) for pair in deploy.get("parameter_overrides", []))
        yield from (f"{name}: there is no parameter {x}" for x in values if x not in parameters)
        for x in set(values) & set(parameters):
            allowed = [str(v) for v in parameters[x].get("AllowedValues", [values[x]])]
            if values[x] not in allowed or not re.fullmatch(parameters[x].get("AllowedPattern", ".*"), values[x]):
                yield f"{name}: {x} cannot be {values[x]}"
        yield from (f"{name}: {rule} refuses it" for rule in broken_rules(expansion, values))


def broken_rules(expansion, values):
    holds = truth(expansion, values)
    return [name for name, rule in expansion.get("Rules", {}).items()
            if holds(rule["RuleCondition"]) and not all(holds(a["Assert"]) for a in rule["Assertions"])]


def outputs(expansion):
    there, told = set(expansion["Outputs"]), {name for names, _ in table_of("DEPLOYING.md", "What a stack tells")
                                            for name in names.split(", ")}
    yield from (f"{name} is not in DEPLOYING.md" for name in sorted(there - told))
    yield from (f"{name} is only in DEPLOYING.md" for name in sorted(told - there))
    yield from (f"{name} is not described" for name, o in expansion["Outputs"].items() if not o.get("Description"))


def results(expansion):
    """Each promise, with what is wrong about it."""
    yield "every output is in the table of DEPLOYING.md, and no others are", list(outputs(expansion))
    yield "every team of samconfig.toml sets parameters that there are, to what they may be", list(teams(expansion))
    yield "every parameter refuses what cannot be meant, and says what it takes", list(alone(expansion["Parameters"]))
    yield "parameters that need each other are refused alone, by one rule each", list(together(expansion))
