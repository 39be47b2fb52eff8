#!/usr/bin/env python3
"""Checks template.yaml without an AWS account: expands it as CloudFormation would and looks at what comes out.

    python infra/check_template.py                one line per check; exit code 1 when one fails
    python infra/check_template.py --self-test    also breaks the expansion on purpose; every break must be caught
    python infra/check_template.py --write FILE   also writes the expansion as JSON, for cfn-lint

The tables "Rights" and "Environment" in README.md are the contract: template and README must agree to the letter.
"""
import copy
import json
import re
import sys
from pathlib import Path

import alarm_checks  # They add themselves to the list.
import kms_checks
import parameter_checks
import sign_in_checks
from expansion import CHECKS, PAGES, check, expand, functions, key_policy, listed, name_of, of, owners, statements
from expansion import table_of, target, variants, workers
from template_breaks import BREAKS

HERE = Path(__file__).parent
BREAKS = BREAKS + alarm_checks.BREAKS + sign_in_checks.BREAKS
PUBLIC = {"GET /", "GET /assets/{proxy+}", "GET /config.json", "GET /favicon.svg", "GET /healthz"}
PUBLIC |= {"GET /openapi.json", "GET /problems", "GET /problems/{slug}"}
# What a route is about, by the last of these words in its path, as the API keys of a project are API keys: the function
# that serves it, and its scope's family.
SUBJECTS = {"api-keys": ("api-keys", "keys"), "audit": ("audit", "audit"), "account": ("api-keys", "account")}
SUBJECTS |= {word: ("jobs", "jobs") for word in ("jobs", "models", "batches", "personas", "uploads", "estimates", "images")}
SUBJECTS |= {word: ("account", "account") for word in ("usage", "projects", "budgets", "notices", "webhooks")}


def readme(heading):
    return table_of("README.md", heading)


def differences(found, documented):
    yield from (f"not in the README: {' '.join(x)}" for x in sorted(found - documented))
    yield from (f"only in the README: {' '.join(x)}" for x in sorted(documented - found))


@check("every function has a hand-written role of its own, and there is no other policy")
def roles(t):
    if sorted(target(f["Role"]) for _, f in functions(t)) != sorted(of(t, "IAM::Role")):
        yield f"roles in use {owners(t)}, roles there {sorted(of(t, 'IAM::Role'))}"
    yield from (f"{n} has managed policies" for n, r in of(t, "IAM::Role").items() if "ManagedPolicyArns" in r)
    yield from (n for n, r in t.items() if re.match("AWS::IAM::(?!Role$|RolePolicy$)", r["Type"]))


@check("each function has exactly the rights of the README's table")
def rights(t):
    table = {(name, a, r) for names, actions, resources, _ in readme("Rights") for name in names.split(", ")
             for a in re.findall(r"\w+:\w+", actions) for r in resources.split(", ")}
    for name, f in functions(t):  # The same for all, so the README says it in a sentence.
        group = target(f["LoggingConfig"]["LogGroup"])
        table |= {(name, "logs:CreateLogStream", group), (name, "logs:PutLogEvents", group)}
        table |= {(name, "xray:PutTraceSegments", "*"), (name, "xray:PutTelemetryRecords", "*")}
    words = kms_checks.kms_keys(t)
    if len(words) == 1:  # No move, and no right to what only a move needs.
        table = {(n, a, r) for n, a, r in table if r != "OtherKmsKey" and (n, r) != ("rewrap", "CurrentKmsKey")}
    granted = [(n, a, target(r)) for n, s in statements(t) for a in listed(s["Action"]) for r in listed(s["Resource"])]
    yield from differences({(n, a, words.get(r, r)) for n, a, r in granted}, table)


@check("no wildcard action, and no wildcard resource but X-Ray's")
def wildcards(t):
    for name, s in statements(t) + [("key", s) for s in key_policy(t)]:
        actions = listed(s.get("Action", "*"))
        if any("*" in a for a in actions) or s.keys() & {"NotAction", "NotResource"}:
            yield f"{name}: {s}"
        elif "*" in listed(s["Resource"]) and name != "key" and not all(a.startswith("xray:") for a in actions):
            yield f"{name}: {s}"  # In a key policy the "*" means that key.


@check("queues are encrypted, outlast their worker six times, end in a dead-letter queue; batches may fail in part")
def queues(t):
    queue, function = of(t, "SQS::Queue"), of(t, "Lambda::Function")
    yield from (f"{name} is not encrypted" for name, q in queue.items() if q.get("SqsManagedSseEnabled") is not True)
    for name, m in of(t, "Lambda::EventSourceMapping").items():
        source = queue[target(m["EventSourceArn"])]
        visible = source.get("VisibilityTimeout", 30)
        need = 6 * function[target(m["FunctionName"])]["Timeout"] + m.get("MaximumBatchingWindowInSeconds", 0)
        if visible < need:
            yield f"{name}: visibility {visible} s, needed {need} s"
        if source.get("RedrivePolicy", {}).get("maxReceiveCount") != 5:
            yield f"{name}: no dead-letter queue after 5 receives"
        if m.get("FunctionResponseTypes") != ["ReportBatchItemFailures"] or "ScalingConfig" not in m:
            yield f"{name}: whole batches fail, or no lid on concurrency"


def behind_queues(t):
    """The functions behind a queue of their own, and what the queue is called after."""
    return workers(t) | {"notifier": "notifier"}


@check("a variable means the same in every function; a queue goes by its provider, from sender to dead letters")
def wiring(t):
    queue, function, meaning = of(t, "SQS::Queue"), of(t, "Lambda::Function"), {}
    every = {f"OWNKEY_QUEUE_{provider.upper()}" for provider in workers(t).values()}
    for name, f in functions(t):
        variables = f["Environment"]["Variables"]
        if {v for v in variables if v.startswith("OWNKEY_QUEUE_")} - {"OWNKEY_QUEUE_NOTIFIER"} not in (set(), every):
            yield f"{name} does not know every queue"
        for variable, value in variables.items():
            own = variable in ("OWNKEY_PROVIDER", "OWNKEY_QUEUE", "OWNKEY_DEAD_LETTERS")
            if not own and meaning.setdefault(variable, value) != value:
                yield f"{name}: {variable} is {value}, elsewhere {meaning[variable]}"
            provider = behind_queues(t).get(name, "nobody") if own else variable.removeprefix("OWNKEY_QUEUE_")
            if variable.startswith("OWNKEY_QUEUE") and target(value) != f"{provider.capitalize()}Queue":
                yield f"{name}: {variable} is {value}"
            if variable == "OWNKEY_DEAD_LETTERS" and target(value) != f"{provider.capitalize()}DeadLetterQueue":
                yield f"{name}: {variable} is {value}"
    for name, m in of(t, "Lambda::EventSourceMapping").items():
        provider = behind_queues(t).get(name_of(function[target(m["FunctionName"])]), "nobody").capitalize()
        source = target(m["EventSourceArn"])
        dead_letters = target(queue[source].get("RedrivePolicy", {}).get("deadLetterTargetArn"))
        if (source, dead_letters) != (f"{provider}Queue", f"{provider}DeadLetterQueue"):
            yield f"{name}: {source}, then {dead_letters}"


@check("functions are traced and log JSON to a group of their own; every log group has a retention")
def logs(t):
    yield from (f"{n} is kept for ever" for n, g in of(t, "Logs::LogGroup").items() if "RetentionInDays" not in g)
    groups = [of(t, "Logs::LogGroup")[target(f["LoggingConfig"]["LogGroup"])] for _, f in functions(t)]
    if len({target(g["LogGroupName"]) for g in groups}) != len(groups):
        yield "two functions share a log group"
    for name, f in functions(t):
        if f["LoggingConfig"]["LogFormat"] != "JSON" or f.get("TracingConfig") != {"Mode": "Active"}:
            yield name


@check("tables, buckets, keys and users outlive the stack; the vault has no copies, the other tables point-in-time recovery")
def stores(t):
    for name, r in t.items():
        if re.fullmatch("AWS::(DynamoDB::Table|S3::Bucket|S3::BucketPolicy|KMS::Key|Cognito::UserPool)", r["Type"]):
            if (r.get("DeletionPolicy"), r.get("UpdateReplacePolicy")) != ("Retain", "Retain"):
                yield f"{name} goes with the stack"
    yield from (f"{n} makes copies" for n, r in t.items() if r["Type"].startswith("AWS::Backup::"))
    for name, table in of(t, "DynamoDB::Table").items():
        recovery = table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        if recovery == (name == "VaultTable") or "StreamSpecification" in table:
            yield f"{name}: point-in-time recovery or stream"
        if table.get("DeletionProtectionEnabled") is not True:
            yield f"{name} can be deleted"
    yield from (f"{n} does not rotate" for n, k in of(t, "KMS::Key").items()
                if "KeySpec" not in k and k.get("EnableKeyRotation") is not True)


@check("buckets are private, ours alone, and speak only TLS")
def buckets(t):
    policies = {target(p["Bucket"]): p["PolicyDocument"]["Statement"] for p in of(t, "S3::BucketPolicy").values()}
    for name, b in of(t, "S3::Bucket").items():
        if list(b.get("PublicAccessBlockConfiguration", {}).values()) != [True] * 4:
            yield f"{name}: public access"
        if b.get("OwnershipControls") != {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}:
            yield f"{name}: ownership"
        tls = [(s["Action"], s.get("Condition")) for s in policies.get(name, [])]
        if ("s3:*", {"Bool": {"aws:SecureTransport": "false"}}) not in tls:
            yield f"{name}: TLS"
        yield from (f"{name}: allows {s}" for s in policies.get(name, []) if s["Effect"] != "Deny")


@check("seals are locked for a time that nobody can shorten; nobody deletes or overwrites one, only the sealer adds one")
def anchors(t):
    bucket = of(t, "S3::Bucket")["AnchorsBucket"]
    lock = bucket.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention")
    if bucket.get("ObjectLockEnabled") is not True or bucket.get("VersioningConfiguration") != {"Status": "Enabled"}:
        yield "no Object Lock, or no versions"
    if lock != {"Mode": "COMPLIANCE", "Days": {"Ref": "SealRetentionDays"}} or "LifecycleConfiguration" in bucket:
        yield f"locked: {lock}"
    policy = t.get("AnchorsBucketPolicy", {}).get("Properties", {}).get("PolicyDocument", {}).get("Statement", [])
    everything = [{"Fn::GetAtt": ["AnchorsBucket", "Arn"]}, {"Fn::Sub": "${AnchorsBucket.Arn}/*"}]
    denied = {a for s in policy if s["Principal"] == "*" and "Condition" not in s and s["Resource"] == everything
              for a in listed(s["Action"])}
    need = {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention", "s3:PutObjectLegalHold",
            "s3:BypassGovernanceRetention", "s3:PutLifecycleConfiguration", "s3:ReplicateObject", "s3:ReplicateDelete"}
    yield from (f"{a} is not denied" for a in sorted(need - denied))
    once = [s["Action"] for s in policy if s.get("Condition") == {"Null": {"s3:if-none-match": "true"}}
            and s["Resource"] == {"Fn::Sub": "${AnchorsBucket.Arn}/*"} and s["Principal"] == "*"]
    if once != ["s3:PutObject"]:
        yield "a seal can be overwritten"
    only = [s["Action"] for s in policy if s["Effect"] == "Deny" and s["Principal"] == "*"
            and s.get("Condition") == {"ArnNotEquals": {"aws:PrincipalArn": {"Fn::GetAtt": ["SealerRole", "Arn"]}}}]
    if only != ["s3:PutObject"]:
        yield "others than the sealer can add a seal"
    writers = {(n, a) for n, s in statements(t) for a in listed(s["Action"]) for r in listed(s["Resource"])
               if target(r).startswith("AnchorsBucket") and a not in ("s3:GetObject", "s3:ListBucket")}
    if writers != {("sealer", "s3:PutObject")}:
        yield f"written by {writers}"
    writes = [a for n, s in statements(t) if n == "sealer" for a in listed(s["Action"])
              if a.startswith("dynamodb:") and a != "dynamodb:Query"]
    yield from (f"the sealer may {a}" for a in writes)


@check("the bucket forgets uploads and exports in a day, photos in a month, keeps images, and hears no page but an API's")
def photos(t):
    bucket = of(t, "S3::Bucket")["ImagesBucket"]
    rules = [r for r in bucket["LifecycleConfiguration"]["Rules"] if r["Status"] == "Enabled"]
    forgets = {r.get("Prefix"): r["ExpirationInDays"] for r in rules if "ExpirationInDays" in r}
    if forgets != {"uploads/": 1, "exports/": 1, "references/": 30}:
        yield f"forgets {forgets}"
    cors = bucket.get("CorsConfiguration", {}).get("CorsRules", [])
    hears = [(r["AllowedMethods"], r["AllowedOrigins"]) for r in cors]
    own = [{"Fn::Sub": "https://${DomainName}"}] if "ApiDomain" in t else []
    ours = (["POST"], [{"Fn::Sub": "https://*.execute-api.${AWS::Region}.${AWS::URLSuffix}"}, *own])
    theirs = [(["POST"], {"Fn::Split": [",", {"Ref": "CorsOrigins"}]})] if names_pages(t) else []
    if hears != [ours, *theirs]:
        yield f"hears {hears}"


def names_pages(t):
    """Whether it is the stack with everything. No resource of its own comes with the parameter."""
    return "ApiDomain" in t


@check("pages of other origins may call where the stack names them, may send what our routes take, and no cookies")
def cors(t):
    (api,) = of(t, "ApiGatewayV2::Api").values()
    may = api["Body"].get("x-amazon-apigateway-cors", {})
    if not names_pages(t):
        yield from ([f"may {may} unnamed"] if may else [])
        return
    methods = sorted({m.upper() for path in api["Body"]["paths"].values() for m in path})
    if may.get("allowOrigins") != {"Fn::Split": [",", PAGES["CorsOrigins"]]} or sorted(may.get("allowMethods", [])) != methods:
        yield f"may {may}"
    if may.get("allowCredentials") or "authorization" not in may.get("allowHeaders", []) or "*" in may["allowHeaders"]:
        yield f"may send {may}"


@check("every route but the public ones needs the one scope that fits it, and reaches the function for it")
def routes(t):
    (api,) = of(t, "ApiGatewayV2::Api").values()
    for path, methods in api["Body"]["paths"].items():
        for method, route in methods.items():
            name, word = f"{method.upper()} {path}", next((w for w in path.split("/")[::-1] if w in SUBJECTS), None)
            serves, family = SUBJECTS.get(word, ("nobody", "none"))
            reads = method == "get" or path == "/v1/estimates"
            scope = f"{family}:{'read' if reads else 'write'}"
            scopes = [scope, sign_in_checks.PREFIX + scope]  # As any issuer says it, and as the own user pool does.
            if route.get("security") != (None if name in PUBLIC else [{"Oidc": scopes}]):
                yield f"{name}: {route.get('security')}"
            reached = re.search(r"(\w+)\.Arn", route["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"])[1]
            if name not in PUBLIC and name_of(t[reached]["Properties"]) != serves:
                yield f"{name}: reaches {reached}"
    if api.get("FailOnWarnings") is not True:
        yield "an issuer that does not answer would go unnoticed"


@check("each function has exactly the environment of the README's table")
def environment(t):
    groups = {"all": [name for name, _ in functions(t)], "workers": list(workers(t))}
    table = {(f, v) for v, who, _ in readme("Environment") for w in who.split(", ") for f in groups.get(w, [w])}
    yield from differences({(name, v) for name, f in functions(t) for v in f["Environment"]["Variables"]}, table)


def caught(resources, function, apply):
    broken = copy.deepcopy(resources)
    apply(broken)
    return any(True for _ in function(broken))


def main(arguments):
    expansion, failed = expand(), False
    if "--write" in arguments:
        Path(arguments[arguments.index("--write") + 1]).write_text(json.dumps(expansion, indent=1))
    stacks = variants(expansion)
    for promise, problems in parameter_checks.results(expansion):
        failed |= bool(problems)
        print("\n     ".join(["FAIL " + promise, *problems] if problems else ["ok   " + promise]))
    for function, promise in CHECKS.items():
        problems = [f"{variant}: {problem}" for variant, t in stacks.items() for problem in function(t)]
        failed |= bool(problems)
        print("\n     ".join(["FAIL " + promise, *problems] if problems else ["ok   " + promise]))
    if "--self-test" in arguments:
        checks = {f.__name__: f for f in CHECKS}
        whole = stacks["everything"]  # In the middle of a move, when all that there may be is there.
        missed = [f"{i} ({name})" for i, (name, apply) in enumerate(BREAKS) if not caught(whole, checks[name], apply)]
        missed += [f"none for {name}" for name in checks if name not in dict(BREAKS)]
        failed |= bool(missed)
        print("FAIL self-test: breaks missed: " + ", ".join(missed) if missed else f"ok   {len(BREAKS)} breaks caught")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
