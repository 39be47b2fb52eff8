"""What must hold of the alarms: everything that can go wrong has one, each looks at something of this stack, and tells."""
import json
import random
import re
from bisect import bisect

from expansion import HERE, check, of, table_of, target
from kms_checks import wrapping
from template_breaks import put

NEVER = "LessThanThreshold"
# What else can go wrong than a function or a queue: its alarm, and the metric that it looks at.
MORE = {"ApiTrouble": "5xx", "JobsWaitLong": "PausedJobs", "DecryptedOffTheRecord": "SuccessfulRequest",
        "SweeperMissing": "Invocations", "SealerMissing": "Invocations"}
# What a dimension says, for which kind of resource.
KINDS = {"FunctionName": "AWS::Lambda::Function", "QueueName": "AWS::SQS::Queue", "ApiId": "AWS::ApiGatewayV2::Api",
         "KeyArn": "AWS::KMS::Key"}


def metrics_of(alarm):
    """Each metric that an alarm looks at: its name, and its dimensions."""
    metrics = [m["MetricStat"]["Metric"] for m in alarm.get("Metrics", []) if "MetricStat" in m] or [alarm]
    return [(m["MetricName"], {d["Name"]: d["Value"] for d in m.get("Dimensions", [])}) for m in metrics]


def alarms(t):
    return of(t, "CloudWatch::Alarm")


@check("every function, queue and dead-letter queue has its alarm, and so have the API, what runs by the clock and the books")
def watched(t):
    seen = {(metric, target(value)) for a in alarms(t).values() for metric, d in metrics_of(a) for value in d.values()}
    need = {(metric, f) for f in of(t, "Lambda::Function") for metric in ("Errors", "Throttles")}
    dead = {target(q["RedrivePolicy"]["deadLetterTargetArn"]) for q in of(t, "SQS::Queue").values() if "RedrivePolicy" in q}
    need |= {("ApproximateNumberOfMessagesVisible", q) for q in dead}
    need |= {("ApproximateAgeOfOldestMessage", q) for q in of(t, "SQS::Queue") if q not in dead}
    need |= {("SuccessfulRequest", k) for k in wrapping(t)}
    need |= {("Invocations", target(r["Targets"][0]["Arn"])) for r in of(t, "Events::Rule").values()}
    yield from (f"nobody looks at {metric} of {name}" for metric, name in sorted(need - seen))
    for name, metric in MORE.items():
        if name not in alarms(t) or metric not in {m for m, _ in metrics_of(alarms(t)[name])}:
            yield f"{name} does not look at {metric}"


@check("an alarm looks at resources of this stack and at none by a name made by hand, and tells the team's topic")
def alarms_of_this_stack(t):
    for name, alarm in alarms(t).items():
        if [target(a) for a in alarm.get("AlarmActions", [])] != ["TeamTopic"]:
            yield f"{name} tells {alarm.get('AlarmActions')}"
        silence = "breaching" if alarm["ComparisonOperator"] == NEVER else ("notBreaching", "ignore")
        if alarm.get("TreatMissingData") not in silence and alarm.get("TreatMissingData") != silence:
            yield f"{name} takes silence for {alarm.get('TreatMissingData')}"
        for metric, dimensions in metrics_of(alarm):
            for dimension, value in dimensions.items():
                by_hand = not isinstance(value, dict) or not set(value) <= {"Ref", "Fn::GetAtt"}
                kind = t.get(target(value), {}).get("Type")
                if dimension in KINDS and (by_hand or kind != KINDS[dimension]):
                    yield f"{name}: {metric} of {value}"
                elif dimension == "Stack" and value != {"Ref": "AWS::StackName"}:
                    yield f"{name}: {metric} of {value}"
                elif dimension not in (*KINDS, "Stack", "Operation"):
                    yield f"{name}: {dimension} is no dimension that is known here"
            if not dimensions:
                yield f"{name}: {metric} of the whole account"


@check("decryptions are held against what is on record: of each KMS key that is there, as running sums")
def decryptions(t):
    alarm = alarms(t).get("DecryptedOffTheRecord", {})
    counted = {m["Id"]: m["MetricStat"]["Metric"] for m in alarm.get("Metrics", []) if "MetricStat" in m}
    ours = [target(d["Value"]) for i, m in counted.items() if i.startswith("decrypted") for d in m["Dimensions"]]
    if sorted(ours) != sorted([*wrapping(t), *["Decrypt"] * len(wrapping(t))]):
        yield f"counts {ours}"
    if (counted.get("recorded", {}).get("Namespace"), counted["recorded"]["MetricName"]) != ("Ownkey", "OpeningsOnRecord"):
        yield "the record is not counted"
    (expression,) = [m["Expression"] for m in alarm["Metrics"] if "Expression" in m]
    if expression != 'RUNNING_SUM(FILL(SUM(METRICS("decrypted")), 0)) - RUNNING_SUM(FILL(recorded, 0))':
        yield expression
    if (alarm["Threshold"], alarm["ComparisonOperator"]) != (0, "GreaterThanThreshold"):
        yield "some are let through"


def breaching(sides, end, alarm):
    """How many of the newest data points pass the threshold, as running sums. Of each side's figures, the times of what it
    has counted, the newest are not there yet: those of KMS after one minute, ours after two."""
    period, passed, balance = alarm["Metrics"][-1]["MetricStat"]["Period"], 0, 0
    for start in range(end - period * alarm["EvaluationPeriods"], end, period):
        ends = [max(start, min(start + period, end - wait)) for wait in (60, 120)]
        decrypted, recorded = [bisect(side, until) - bisect(side, start) for side, until in zip(sides, ends)]
        balance += decrypted - recorded
        passed += balance > alarm["Threshold"]
    return passed


@check("one decryption off the record sounds the alarm; thousands on record, counted when KMS has answered, do not")
def sounds(t):
    alarm, chance = alarms(t)["DecryptedOffTheRecord"], random.Random(7)
    decrypted = sorted(chance.uniform(0, 10_800) for _ in range(6_000))
    recorded = sorted(at + chance.uniform(0.005, 0.2) for at in decrypted)
    enough = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    for off_the_record in ([], [5_000.0]):
        sides = sorted(decrypted + off_the_record), recorded
        sounded = any(breaching(sides, end, alarm) >= enough for end in range(3_600, 9_000, 60))
        if sounded != bool(off_the_record):
            yield "it sounds without a reason" if sounded else "it stays silent"


@check("alarms of this account may publish to the team's topic and nobody else by its policy, and only by TLS")
def topic(t):
    statements = t["TeamTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = [(s["Principal"], s.get("Condition", {})) for s in statements if s["Effect"] == "Allow"]
    if [who for who, _ in allowed] != [{"Service": "cloudwatch.amazonaws.com"}]:
        yield f"open to {allowed}"
    if any(c.get("StringEquals") != {"aws:SourceAccount": {"Ref": "AWS::AccountId"}} for _, c in allowed):
        yield "open to alarms of other accounts"
    tls = [s.get("Condition") for s in statements if s["Effect"] == "Deny"]
    if tls != [{"Bool": {"aws:SecureTransport": "false"}}]:
        yield "not only by TLS"


@check("the dashboard is JSON, and shows every function, queue and dead-letter queue")
def dashboard(t):
    body, _words = t["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    shown = set(re.findall(r"\$\{(\w+)", body))
    yield from (f"{n} is not shown" for kind in ("Lambda::Function", "SQS::Queue") for n in of(t, kind) if n not in shown)
    try:
        json.loads(re.sub(r"\$\{[^}]*\}", "x", body))
    except ValueError as error:
        yield f"no JSON: {error}"


@check("the counts of our own that alarms and dashboard look at are written by the functions")
def written(t):
    writer = (HERE.parent / "shared/runtime/src/metrics.rs").read_text()
    ours = [m["MetricStat"]["Metric"] for a in alarms(t).values() for m in a.get("Metrics", []) if "MetricStat" in m]
    names = {m["MetricName"] for m in [*alarms(t).values(), *ours] if m.get("Namespace") == "Ownkey"}
    body = json.dumps(t["Dashboard"]["Properties"]["DashboardBody"]).replace("\\", "")
    names |= set(re.findall(r'"Ownkey", "(\w+)"', body)) | set(re.findall(r'Ownkey,Stack,Provider} MetricName="(\w+)"', body))
    yield from (f"nothing counts {name}" for name in sorted(names) if f'"{name}"' not in writer)
    if len(names) < 6:
        yield f"looks only at {names}"


@check("what to do about each alarm is in DEPLOYING.md, and about no others")
def described(t):
    rows = [names.split(" of ")[0].split(", ") for names, *_ in table_of("DEPLOYING.md", "When an alarm comes")]
    ends = {name.removeprefix("..."): name.startswith("...") for names in rows for name in names}
    fits = {name: [e for e, any_of in ends.items() if name == e or any_of and name.endswith(e)] for name in alarms(t)}
    yield from (f"{name} is not described" for name, found in fits.items() if not found)
    yield from (f"there is no {e}" for e in ends if not any(e in found for found in fits.values()))


FUNCTION = [{"Name": "FunctionName", "Value": {"Fn::Sub": "${AWS::StackName}-jobs"}}]
DECRYPTED = "DecryptedOffTheRecord Properties Metrics"
BREAKS = [
    ("watched", put("BflWorkerTrouble")),
    ("watched", put("SweeperTrouble Properties Metrics throttles")),
    ("watched", put("AnthropicDeadLetters")),
    ("watched", put("OpenaiQueueOld Properties Dimensions", [{"Name": "QueueName", "Value": {"Ref": "BflQueue"}}])),
    ("watched", put("SealerMissing")),
    ("watched", put("JobsWaitLong")),
    ("watched", put(f"{DECRYPTED} decrypted_second")),
    ("watched", put("NewFunction", {"Type": "AWS::Lambda::Function", "Properties": {}})),
    ("watched", put("NewQueue", {"Type": "AWS::SQS::Queue", "Properties": {}})),
    ("alarms_of_this_stack", put("ApiTrouble Properties Dimensions", FUNCTION)),
    ("alarms_of_this_stack", put("ApiTrouble Properties Dimensions", [])),
    ("alarms_of_this_stack", put("SweeperMissing Properties Dimensions", [{"Name": "FunctionName", "Value": "sweeper"}])),
    ("alarms_of_this_stack", put("OpenaiDeadLetters Properties Dimensions",
                                 [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["OpenaiQueueGone", "QueueName"]}}])),
    ("alarms_of_this_stack", put("JobsWaitLong Properties Dimensions", [{"Name": "Stack", "Value": "ownkey"}])),
    ("alarms_of_this_stack", put("JobsTrouble Properties AlarmActions")),
    ("alarms_of_this_stack", put("SealerMissing Properties TreatMissingData", "notBreaching")),
    ("alarms_of_this_stack", put("JobsTrouble Properties TreatMissingData")),
    ("decryptions", put(f"{DECRYPTED} decrypted_first")),
    ("decryptions", put(f"{DECRYPTED} recorded MetricStat Metric MetricName", "JobsSucceeded")),
    ("decryptions", put(f"{DECRYPTED} unrecorded Expression", "SUM(METRICS())")),
    ("decryptions", put("DecryptedOffTheRecord Properties Threshold", 10)),
    ("sounds", put("DecryptedOffTheRecord Properties DatapointsToAlarm", 1)),
    ("sounds", put("DecryptedOffTheRecord Properties Threshold", 10)),
    ("topic", put("TeamTopicPolicy Properties PolicyDocument Statement AlarmsPublish Principal", "*")),
    ("topic", put("TeamTopicPolicy Properties PolicyDocument Statement AlarmsPublish Condition", {})),
    ("topic", put("TeamTopicPolicy Properties PolicyDocument Statement OnlyTls")),
    ("written", put("JobsWaitLong Properties MetricName", "JobsWaiting")),
    ("written", put("Dashboard Properties DashboardBody", {"Fn::Sub": ["{}", {}]})),
    ("described", put("NewlyWrong", {"Type": "AWS::CloudWatch::Alarm", "Properties": {}})),
    ("described", put("DecryptedOffTheRecord")),
    ("dashboard", put("NewFunction", {"Type": "AWS::Lambda::Function", "Properties": {}})),
    ("dashboard", put("Dashboard Properties DashboardBody", {"Fn::Sub": ["{", {}]})),
]
