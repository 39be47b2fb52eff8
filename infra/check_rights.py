#!/usr/bin/env python3
"""Holds what the functions really asked of AWS, while the tests ran, against the roles of template.yaml.

    OWNKEY_RECORD_CALLS=$PWD/calls cargo test --workspace
    python infra/check_rights.py calls [--self-test]

Every call must be allowed; every right must have been used, or be explained in README.md; what is in no table must be
denied, and so must a call with another encryption context, partition key or provider. `--self-test` then takes each right
away, adds others and drops conditions, and wants each to be noticed.
"""
import json
import sys
from collections import Counter
from pathlib import Path

from check_template import readme
from denials import misuse, not_in_the_table
from expansion import expand, variants
from kms_checks import kms_keys
from rights import Request, Rights

MIDDLE = "second-after-first"  # In the middle of a move between two KMS keys, when everything is there.


def recorded(folder):
    """The calls, with how often each was seen."""
    calls = {}
    for path in sorted(Path(folder).glob("*.jsonl")):
        for line in path.read_text().splitlines():
            one = json.loads(line)
            kind = json.dumps([one["function"], one["action"], one["resource"], one["conditions"]], sort_keys=True)
            calls[kind] = calls.get(kind, 0) + one["calls"]
    return [(Request(*json.loads(kind)), times) for kind, times in sorted(calls.items())]


def in_words_of(t, calls):
    """The calls with the KMS keys as a step has them; without those that belong to a move, where there is none."""
    names = {word: name for name, word in kms_keys(t).items()}
    for call, times in calls:
        moves = call.resource == "OtherKmsKey" or call.action.startswith("kms:ReEncrypt")
        if len(names) == 2 or not moves:
            yield Request(call.function, call.action, names.get(call.resource, call.resource), call.conditions), times


def refused(rights, calls):
    """(a) A call that IAM would refuse."""
    return [f"{c.function} may not {c.action} on {c.resource} {c.conditions}" for c in calls if not rights.allowed(c)]


def explained():
    """The rights that no call of the tests can show, by README.md: those of all functions, and those of one."""
    rows = readme("Rights that no call shows")
    return {(name, action) for names, actions, _ in rows for name in names.split(", ") for action in actions.split(", ")}


def unused(rights, calls, excused):
    """(b) A right that no call has used; and an excuse for one that some call has."""
    for function, own in rights.own.items():
        asked = [c for c in calls if c.function == function]
        for g in own:
            used = any(g.fits(c, rights.facts(c)) for c in asked)
            excuse = excused & {(function, g.action), ("all", g.action)}
            if g.effect == "Allow" and not used and not excuse:
                yield f"{function} never needs {g.action} on {g.resource}"
            if used and excuse:
                yield f"{function} does use {g.action} on {g.resource}: README.md explains why it does not"


def table(calls):
    times = Counter()
    for call, seen in calls:
        times[call.function, call.action, call.resource.replace("…", "*")] += seen
    width = [max((len(row[column]) for row in times), default=0) for column in range(3)]
    for row, seen in sorted(times.items()):
        print("     " + "  ".join(cell.ljust(w) for cell, w in zip(row, width)) + f"  {seen:9,}")


def self_test(whole, calls, excused):
    """(d) Changes of the roles that nothing of the above has noticed."""
    missed, tried = [], 0
    for function, own in whole.own.items():
        asked = [c for c in calls if c.function == function]
        for at, g in enumerate(list(own)):
            if excused & {(function, g.action), ("all", g.action)}:
                continue
            tried += 1
            own.pop(at)
            if not refused(whole, asked):
                missed.append(f"{function} without {g.action} on {g.resource}")
            own.insert(at, g)
            if g.conditions:
                tried += len(g.conditions)
                missed += [f"{function}, {g.action} on {g.resource} without {g.conditions[drop][:2]}"
                           for drop in range(len(g.conditions)) if not noticed_without(whole, own, at, drop, asked)]
        for action, resource in [("dynamodb:DeleteItem", "AuditTable"), ("s3:DeleteObject", "AnchorsBucket/*"),
                                 ("sqs:ReceiveMessage", "OpenaiDeadLetterQueue"), ("kms:Encrypt", "SecretsKey")]:
            tried += 1
            own.append(type(own[0])("Allow", action, resource, ()))
            if not any(action in problem for problem in unused(whole, asked, excused)):
                missed.append(f"{function} with {action} on {resource}")
            own.pop()
    return missed, tried


def noticed_without(whole, own, at, drop, asked):
    """Whether a condition that is dropped from a right lets something through that the role alone has denied."""
    g = own[at]
    denied = [call for call in misuse(asked) if not whole.role_allows(call)]
    kept = g.conditions[:drop] + g.conditions[drop + 1:]
    own[at] = type(g)(g.effect, g.action, g.resource, kept)
    noticed = any(map(whole.role_allows, denied))
    own[at] = g
    return noticed


def main(arguments):
    calls = recorded(arguments[0])
    if not calls:
        sys.exit(f"no calls are recorded in {arguments[0]}: run the tests with OWNKEY_RECORD_CALLS")
    print(f"{sum(times for _, times in calls):,} calls of {len(calls)} kinds:")
    table(calls)
    expansion, excused, problems = expand(), explained(), {}
    for step, t in variants(expansion).items():
        rights, asked = Rights(t), [call for call, _ in in_words_of(t, calls)]
        found = problems.setdefault("every call is allowed to its function, in every step of a move", [])
        found += [f"{step}: {problem}" for problem in refused(rights, asked)]
        if step == MIDDLE:
            problems["every right was used, or is explained"] = list(unused(rights, asked, excused))
            bad = [c for c in misuse(asked) if rights.allowed(c)]
            title = "another context, provider, partition key or way is denied"
            problems[f"{title} ({len(list(misuse(asked)))} requests)"] = [f"allowed: {c}" for c in bad]
            bad, tried = not_in_the_table(t, rights, asked)
            problems[f"what is not in the README's table is denied ({tried:,} requests)"] = bad
            if "--self-test" in arguments:
                missed, tried = self_test(rights, asked, excused)
                problems[f"self-test: {tried} changes of the roles are noticed"] = missed
    for promise, found in problems.items():
        print("\n     ".join(["FAIL " + promise, *found] if found else ["ok   " + promise]))
    return 1 if any(problems.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
