"""Requests that must be denied: the calls that were made, each changed in one way, and all that is in no table."""
import re

from check_template import readme
from expansion import of, statements, listed, target
from kms_checks import CONTEXT, kms_keys
from rights import Request

PROVIDERS = ["openai", "bfl", "anthropic"]
PART = "kms:EncryptionContext:"
NAMES = "kms:EncryptionContextKeys"
LEADING = "dynamodb:LeadingKeys"
# Besides those of the template: what would undo a promise.
OTHER_ACTIONS = [
    "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteTable", "dynamodb:PartiQLDelete",
    "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate", "dynamodb:UpdateTable", "kms:CreateGrant",
    "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
    "s3:BypassGovernanceRetention", "s3:DeleteObjectVersion", "s3:PutBucketPolicy", "s3:PutObjectRetention",
    "sqs:PurgeQueue", "sqs:SetQueueAttributes",
]


def misuse(calls):
    """Each call that a policy ties to something, without it or with something else."""
    for call in calls:
        if call.action.startswith("kms:") and call.action != "kms:GenerateMac":  # Which takes no context.
            yield from other_contexts(call)
        if call.resource == "VaultTable" and call.action == "dynamodb:GetItem":
            own = call.conditions[LEADING][0].split("#")[0]
            yield from (with_facts(call, {LEADING: [f"{p}#…"]}) for p in [*PROVIDERS, "other"] if p != own)
            yield with_facts(call, {LEADING: [f"{own}#…", "other#…"]})
            yield with_facts(call, {LEADING: None})
        if call.resource == "MainTable" and call.function == "sealer":
            yield from (with_facts(call, {LEADING: keys}) for keys in (["JOB#…"], ["TENANTS#…", "JOB#…"], None))
        if call.action == "s3:PutObject" and call.resource.startswith("AnchorsBucket"):
            yield with_facts(call, {"s3:if-none-match": None})
        if call.action.startswith("s3:"):
            yield with_facts(call, {"aws:SecureTransport": ["false"]})


def with_facts(call, facts):
    changed = {name: values for name, values in (call.conditions | facts).items() if values is not None}
    return Request(call.function, call.action, call.resource, changed)


def other_contexts(call):
    """Of another app, stage or provider; a part missing; a part too many."""
    def but(part, value):
        names = sorted({*call.conditions[NAMES], part} - ({part} if value is None else set()))
        return with_facts(call, {PART + part: None if value is None else [value], NAMES: names})

    worker = call.function.startswith("worker-")
    own = call.conditions[PART + "provider"]
    yield from (but("provider", p) for p in [*(PROVIDERS if worker else []), "other"] if [p] != own)
    yield from (but(part, "other") for part in ("app", "stage"))
    yield from (but(part, None) for part in CONTEXT)
    yield but("eighth", "…")
    yield Request(call.function, call.action, call.resource)


def not_in_the_table(t, rights, calls):
    """Every action on every resource for every function, under the best of circumstances: what the tables do not name."""
    words = kms_keys(t)
    table = {(name, action, resource) for names, actions, resources, _ in readme("Rights") for name in names.split(", ")
             for action in re.findall(r"\w+:\w+", actions) for resource in resources.split(", ")}
    named = [(a, target(r)) for _, s in statements(t) for a in listed(s["Action"]) for r in listed(s["Resource"])]
    actions = sorted({a for a, _ in named if re.match("dynamodb|kms|s3|sns|sqs", a)} | set(OTHER_ACTIONS))
    resources = sorted({r for _, r in named if r != "*" and not r.endswith("Log")} | set(of(t, "S3::Bucket"))
                       | {"ImagesBucket/*", "AnchorsBucket/*"} | set(of(t, "SQS::Queue")) | set(words))
    allowed, tried = [], 0
    for function in rights.own:
        for action in actions:
            for resource in resources:
                if (function, action, words.get(resource, resource)) in table:
                    continue
                tried += 1
                bucket_or_table = resource.replace("*", "other/thing" if "Bucket/" in resource else "")
                requests = [Request(function, action, bucket_or_table, facts) for facts in circumstances(function)]
                if any(map(rights.allowed, requests)):
                    allowed.append(f"{function} may {action} on {resource}")
    return allowed, tried


def circumstances(function):
    """Facts that would satisfy whatever conditions there are."""
    providers = [function.removeprefix("worker-")] if function.startswith("worker-") else PROVIDERS
    for provider in providers:
        context = {PART + part: ["…"] for part in CONTEXT}
        context |= {PART + "app": ["ownkey"], PART + "stage": ["local"], PART + "provider": [provider]}
        leading = "TENANTS#…" if function == "sealer" else f"{provider}#…"
        yield context | {NAMES: CONTEXT, LEADING: [leading], "s3:if-none-match": ["*"]}
