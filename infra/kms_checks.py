"""What must hold of the KMS keys: who may use them for what, and that two of those that wrap data keys can take turns."""
import json
import re

from expansion import check, functions, listed, of, owners, statements, target, workers

CONTEXT = ["app", "stage", "tenant", "provider", "scope", "credential", "version"]
KEY_USE = re.compile("kms:(Decrypt|Encrypt|ReEncrypt|Generate|DeriveShared|CreateGrant)")


def kms_keys(t):
    """The words of README.md for the KMS keys that are there: the one that seals is the current one."""
    current = {target(f["Environment"]["Variables"].get("OWNKEY_KMS_KEY", "none")) for _, f in functions(t)}
    return {name: "CurrentKmsKey" if name in current else "OtherKmsKey" for name in wrapping(t)}


def wrapping(t):
    """The KMS keys that wrap data keys; another makes the secrets of webhooks."""
    return [name for name, k in of(t, "KMS::Key").items() if "KeySpec" not in k]


def policy_of(t, key):
    return t[key]["Properties"]["KeyPolicy"]["Statement"]


@check("only workers decrypt, only api-keys makes data keys, only rewrap moves them: by the roles and each key's policy")
def key_use(t):
    want = {("api-keys", "kms:GenerateDataKey")} | {(w, "kms:Decrypt") for w in workers(t)}
    moves = {("rewrap", "kms:ReEncryptFrom"), ("rewrap", "kms:ReEncryptTo")}
    by_role = {(name, a) for name, s in statements(t) for a in listed(s["Action"])
               if a.startswith("kms:") and a != "kms:GenerateMac"}
    if by_role != (want | moves if len(kms_keys(t)) == 2 else want):
        yield f"roles: {by_role}"
    for key in kms_keys(t):
        yield from (f"{key}: {problem}" for problem in key_use_of(t, policy_of(t, key), want | moves))


def key_use_of(t, policy, want):
    by_key, only = set(), set()
    for s in policy:
        test, named = ("ArnEquals", by_key) if s["Effect"] == "Allow" else ("ArnNotEquals", only)
        arns = listed(s.get("Condition", {}).get(test, {}).get("aws:PrincipalArn"))
        who = [owners(t).get(target(arn), "anybody") for arn in arns]
        named |= {(w, a) for w in who for a in listed(s["Action"]) if KEY_USE.match(a)}
    if by_key != want:
        yield f"its policy: {by_key}"
    if only != {(w, "kms:Decrypt") for w in workers(t)} | {("rewrap", "kms:ReEncryptFrom")}:
        yield f"its policy does not deny Decrypt or ReEncryptFrom to everybody else: {only}"


@check("each KMS key is used with its whole encryption context, the vault read for the worker's own provider; the sealer reads "
       "only who the tenants are")
def conditions(t):
    for name, s in statements(t):
        own, want, resources = workers(t).get(name), None, [target(r) for r in listed(s["Resource"])]
        if set(resources) & set(kms_keys(t)):
            exact = {"app": "ownkey", "stage": {"Ref": "AWS::StackName"}, "provider": own or list(workers(t).values())}
            want = {"StringEquals": {f"kms:EncryptionContext:{c}": value for c, value in exact.items()},
                    "Null": {f"kms:EncryptionContext:{c}": "false" for c in CONTEXT if c not in exact},
                    "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": CONTEXT}}
        elif "VaultTable" in resources and own:
            want = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{own}#*"]},
                    "Null": {"dynamodb:LeadingKeys": "false"}}
        elif "MainTable" in resources and name == "sealer":
            want = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TENANTS#*"]},
                    "Null": {"dynamodb:LeadingKeys": "false"}}
        if s.get("Condition") != want:
            yield f"{name}, {s.get('Sid')}: {s.get('Condition')}"
    for s in [s for key in kms_keys(t) for s in policy_of(t, key)]:
        condition = s.get("Condition", {})
        for arn in listed(condition.get("ArnEquals", {}).get("aws:PrincipalArn", [])):
            exact = {"app": "ownkey", "stage": {"Ref": "AWS::StackName"}}
            exact |= {"provider": p for w, p in workers(t).items() if w == owners(t).get(target(arn))}
            if condition.get("StringEquals") != {f"kms:EncryptionContext:{c}": v for c, v in exact.items()}:
                yield f"key policy, {s.get('Sid')}: {condition}"


@check("of two KMS keys one seals, and who opens or moves knows the other too; their policies are the same")
def two_kms_keys(t):
    words = kms_keys(t)
    if sorted(words.values()) != ["CurrentKmsKey", "OtherKmsKey"][:len(words)]:
        yield f"{words}"
    others = "".join(name for name, word in words.items() if word == "OtherKmsKey")
    for name, f in functions(t):
        known = f["Environment"]["Variables"].get("OWNKEY_OTHER_KMS_KEYS")
        if target(known) != (others if name in workers(t) or name == "rewrap" else None):
            yield f"{name}: {known}"
    if len({json.dumps(policy_of(t, key), sort_keys=True) for key in words}) != 1:
        yield "the policies differ"


@check("one KMS key derives the secrets of webhooks and does nothing else; only account and notifier may ask it")
def webhooks_key(t):
    keys = {name: k for name, k in of(t, "KMS::Key").items() if "KeySpec" in k}
    if {name: (k["KeySpec"], k.get("KeyUsage")) for name, k in keys.items()} != {
            "WebhooksKey": ("HMAC_256", "GENERATE_VERIFY_MAC")}:
        yield f"{list(keys)}"
    two = ["account", "notifier"]
    by_role = sorted((name, target(r)) for name, s in statements(t) if "kms:GenerateMac" in listed(s["Action"])
                     for r in listed(s["Resource"]))
    if by_role != [(name, "WebhooksKey") for name in two]:
        yield f"roles: {by_role}"
    found = set()
    for s in policy_of(t, "WebhooksKey") if "WebhooksKey" in keys else []:
        uses = {a for a in listed(s["Action"]) if re.match("kms:(GenerateMac|VerifyMac|CreateGrant)", a)}
        for how, arns in s.get("Condition", {"anybody": {"aws:PrincipalArn": []}}).items() if uses else []:
            who = sorted(owners(t).get(target(arn), "anybody") for arn in listed(arns["aws:PrincipalArn"]))
            found.add((s["Effect"], how, *who, *sorted(uses)))
    if found != {("Allow", "ArnEquals", *two, "kms:GenerateMac"), ("Deny", "ArnNotEquals", *two, "kms:GenerateMac")}:
        yield f"its policy: {found}"
