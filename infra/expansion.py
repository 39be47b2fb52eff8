"""The template as CloudFormation will see it, and words to ask it with. In them `t` is the expanded resources."""
import os
import re
import sys
from pathlib import Path

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

HERE = Path(__file__).parent
CHECKS = {}
# SAM puts it in its place by itself.
PAGES = {"CorsOrigins": "https://app.example.com"}


def check(promise):
    """A check yields what is wrong; silence is a pass."""
    return lambda function: CHECKS.setdefault(function, promise) and function


def expand():
    """The resources after the SAM transform. No network: hand-written roles need no managed policies."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    template = yaml_parse((HERE / "template.yaml").read_text())
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            package = HERE / resource["Properties"]["CodeUri"]
            if not (package / "Cargo.toml").is_file():
                sys.exit(f"{name}: CodeUri is not a package: {package}")
            resource["Properties"]["CodeUri"] = f"s3://artifacts/{package.name}"
    no_managed_policies = type("Loader", (), {"load": lambda self: {}})()
    return transform(template, PAGES, no_managed_policies)


def truth(expansion, values):
    """Tells whether a condition holds with some values of parameters; the others have their defaults."""
    conditions = expansion["Conditions"]
    values = {name: p.get("Default") for name, p in expansion["Parameters"].items()} | values

    def value_of(side):
        return values[side["Ref"]] if isinstance(side, dict) else side

    def holds(c):
        if isinstance(c, str):
            return holds(conditions[c])
        ((how, what),) = c.items()
        return {
            "Condition": lambda: holds(what),
            "Fn::Equals": lambda: value_of(what[0]) == value_of(what[1]),
            "Fn::Not": lambda: not holds(what[0]),
            "Fn::And": lambda: all(map(holds, what)),
            "Fn::Or": lambda: any(map(holds, what)),
        }[how]()

    return holds


def settle(expansion, values):
    """The resources of an expansion as they are with some values of parameters."""
    holds = truth(expansion, values)
    nothing = {"Ref": "AWS::NoValue"}

    def chosen(value):
        if isinstance(value, list):
            return [c for c in map(chosen, value) if c != nothing]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Fn::If"}:
            condition, yes, no = value["Fn::If"]
            return chosen(yes if holds(condition) else no)
        return {name: c for name, c in ((name, chosen(v)) for name, v in value.items()) if c != nothing}

    return {n: chosen(r) for n, r in expansion["Resources"].items() if holds(r.get("Condition", {"Fn::And": []}))}


# Everything that a stack may have besides, and a stack that signs in elsewhere.
MORE = {"DomainName": "ownkey.example.com", "CertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/1-2",
        "HostedZoneId": "Z1", "TeamMail": "team@example.com", "SelfSignUp": "on"} | PAGES
OTHER_ISSUER = {"OidcIssuer": "https://login.example.com", "OidcAudience": "x", "OidcClientId": "y"}


def variants(expansion):
    """The stack as it is in each step of a move between two KMS keys, and with what else parameters may bring."""
    values = {step: {"KmsKeys": step} for step in expansion["Parameters"]["KmsKeys"]["AllowedValues"]}
    values |= {"everything": {"KmsKeys": "second-after-first"} | MORE, "other issuer": OTHER_ISSUER}
    return {name: settle(expansion, chosen) for name, chosen in values.items()}


def table_of(page, heading):
    """The rows of the first table under a heading of a page."""
    section = (HERE / page).read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.replace("`", "").strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def of(t, kind):
    return {name: r.get("Properties", {}) for name, r in t.items() if r["Type"] == f"AWS::{kind}"}


def listed(value):
    return value if isinstance(value, list) else [value]


def target(value):
    """What a Ref, GetAtt or Sub names: `MainTable`, `MainTable/index/work`; plain text names itself."""
    if not isinstance(value, dict):
        return value
    ((how, what),) = value.items()
    return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", what) if how == "Fn::Sub" else listed(what)[0]


def name_of(f):
    """The name people use for a function: the package's, for a worker with its provider's."""
    provider = f["Environment"]["Variables"].get("OWNKEY_PROVIDER")
    return f["Code"]["S3Key"] + (f"-{provider}" if provider else "")


def functions(t):
    return [(name_of(f), f) for f in of(t, "Lambda::Function").values()]


def owners(t):
    return {target(f["Role"]): name for name, f in functions(t)}


def workers(t):
    return {name: name.removeprefix("worker-") for name, _ in functions(t) if name.startswith("worker-")}


def statements(t):
    """Each statement of each role, with the name of the function that runs under it."""
    documents = [(role, p["PolicyDocument"]) for role, r in of(t, "IAM::Role").items() for p in r.get("Policies", [])]
    documents += [(target(p["RoleName"]), p["PolicyDocument"]) for p in of(t, "IAM::RolePolicy").values()]
    return [(owners(t).get(role, role), s) for role, document in documents for s in document["Statement"]]


def key_policy(t):
    return [s for k in of(t, "KMS::Key").values() for s in k["KeyPolicy"]["Statement"]]
