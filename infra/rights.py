"""Whether IAM would allow a request, by the roles of the template and the policies of its KMS keys and buckets.

As AWS evaluates them within one account
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html), as far as the template needs:
an operator that it does not know is an error, not a pass. Resources and roles go by their names in the template.
"""
import re
from dataclasses import dataclass, field
from functools import lru_cache

from expansion import listed, of, owners, statements, target

STACK = "local"  # What the stack of the tests is called; part of every encryption context.
ROOT = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}  # "Whoever IAM allows."
# Policies that hang on a resource: where they say on which.
HANG_ON = {"S3::BucketPolicy": "Bucket", "SQS::QueuePolicy": "Queues", "SNS::TopicPolicy": "Topics"}


@dataclass(frozen=True)
class Request:
    """What a function asks. Of the conditions, those facts that policies look at: a list of values for each key."""
    function: str
    action: str
    resource: str
    conditions: dict = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Grant:
    """One action on one resource, out of a statement that may name many."""
    effect: str
    action: str
    resource: str
    conditions: tuple
    principal: object = field(default=None, hash=False)

    def fits(self, request, context):
        return (like(self.action.lower(), request.action.lower()) and like(self.resource, request.resource)
                and all(holds(*condition, context) for condition in self.conditions))


@lru_cache(None)
def pattern(text):
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in text), re.DOTALL)


def like(wanted, value):
    return pattern(wanted).fullmatch(value) is not None


TESTS = {"StringEquals": lambda wanted, value: wanted == value, "StringLike": like, "ArnEquals": like,
         "ArnLike": like, "Bool": lambda wanted, value: wanted.lower() == value.lower()}


def holds(operator, key, wanted, context):
    """One condition: an operator, a key, and the values of which one must fit."""
    quantifier, _, name = operator.rpartition(":")
    values = context.get(key)
    if name == "Null":
        return all((values is None) == (want == "true") for want in wanted)
    negated = "Not" in name
    test = TESTS[name.replace("Not", "")]
    if quantifier == "ForAllValues":
        # True of nothing at all, which is why the template asks for a list besides.
        return all(any(test(want, value) for want in wanted) != negated for value in values or [])
    if quantifier or len(values or []) > 1:
        raise ValueError(f"{operator} on {key} = {values}: not known here")
    return negated if not values else any(test(want, values[0]) for want in wanted) != negated


def grants(statement, whole=None):
    """The parts of a statement. `whole`: what "*" means in the policy of a resource."""
    unknown = statement.keys() - {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    if unknown:
        raise ValueError(f"{unknown}: not known here")
    conditions = tuple((operator, key, tuple(STACK if value == {"Ref": "AWS::StackName"} else target(value)
                                             for value in listed(wanted)))
                       for operator, keys in statement.get("Condition", {}).items() for key, wanted in keys.items())
    for action in listed(statement["Action"]):
        for resource in listed(statement["Resource"]):
            name = whole if whole and resource == "*" else target(resource)
            yield Grant(statement["Effect"], action, name, conditions, statement.get("Principal"))


class Rights:
    """Who may do what, by the resources of an expanded and settled template."""

    def __init__(self, t):
        self.roles = {function: role for role, function in owners(t).items()}
        self.own = {function: [] for function in self.roles}
        for function, statement in statements(t):
            self.own[function] += grants(statement)
        self.kms_keys = set(of(t, "KMS::Key"))
        self.hanging = {name: [g for s in key["KeyPolicy"]["Statement"] for g in grants(s, whole=name)]
                        for name, key in of(t, "KMS::Key").items()}
        for kind, where in HANG_ON.items():
            for policy in of(t, kind).values():
                for resource in listed(policy[where]):
                    parts = [g for s in policy["PolicyDocument"]["Statement"] for g in grants(s)]
                    self.hanging.setdefault(target(resource), []).extend(parts)

    def facts(self, request):
        """What AWS adds to those that the request brings along."""
        role = self.roles[request.function]
        return {"aws:SecureTransport": ["true"]} | request.conditions | {"aws:PrincipalArn": [role]}

    def role_allows(self, request):
        """By the role alone, whatever the policies of the resource say."""
        fitting = {g.effect for g in self.own[request.function] if g.fits(request, self.facts(request))}
        return fitting == {"Allow"}

    def allowed(self, request):
        role, context = self.roles[request.function], self.facts(request)
        own = [g for g in self.own[request.function] if g.fits(request, context)]
        name = request.resource.split("/")[0]
        hanging = [g for g in self.hanging.get(name, [])
                   if g.principal in ("*", {"AWS": "*"}, ROOT) or target(g.principal.get("AWS")) == role]
        hanging = [g for g in hanging if g.fits(request, context)]
        if any(g.effect == "Deny" for g in own + hanging):
            return False
        if any(g.effect == "Allow" and g.principal != ROOT for g in hanging):
            return True
        # A KMS key is out of reach of every role, unless its own policy lets IAM decide.
        open_to_roles = name not in self.kms_keys or any(g.effect == "Allow" for g in hanging)
        return open_to_roles and any(g.effect == "Allow" for g in own)
