#!/usr/bin/env python3
"""Runs a command while ministack, an emulator of AWS by somebody else, stands in for DynamoDB, S3 and SQS.

    python infra/second_emulator.py cargo test -p tests -- jobs::

It checks signatures, and the roles of template.yaml: each function is a user with its role's rights, on the resources
of its own account. Conditions are left out, because ministack does not know all of them; `check_rights.py` has those. Its
KMS opens what was damaged, so KMS stays ours, and moto, a third one, is asked what it thinks of that (`OWNKEY_MOTO`).
Each stack of the tests has an account to itself, made here when it asks for one: `OWNKEY_EMULATOR` says where.
"""
import itertools
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

import boto3

from expansion import expand, variants
from rights import Rights

REGION = "us-east-1"
ACCOUNTS = itertools.count(100_000_000_000)
TABLES = {"MainTable": "main", "AuditTable": "audit", "VaultTable": "vault"}
BUCKETS = {"ImagesBucket": "images", "AnchorsBucket": "anchors"}


def arn(resource, account):
    """The ARN of a resource of the template, in an account of a test."""
    name, _, rest = resource.partition("/")
    if name in TABLES:
        return f"arn:aws:dynamodb:{REGION}:{account}:table/{TABLES[name]}" + (f"/{rest}" if rest else "")
    if name in BUCKETS:
        return f"arn:aws:s3:::{BUCKETS[name]}-{account}" + (f"/{rest}" if rest else "")
    queue = re.sub("(DeadLetter)?Queue$", lambda m: "-dead" if m[1] else "", name).lower()
    return f"arn:aws:sqs:{REGION}:{account}:{queue}"


def actions(granted):
    """What to call an action here. AWS asks for the same right for one message and for ten, ministack for another."""
    return [granted, f"{granted}Batch"] if granted in ("sqs:SendMessage", "sqs:DeleteMessage") else granted


def policy(grants, account):
    """A role's rights on what the emulator stands for; none, if it has none there."""
    statements = [{"Effect": g.effect, "Action": actions(g.action), "Resource": arn(g.resource, account)}
                  for g in grants if g.action.startswith(("dynamodb:", "s3:", "sqs:"))]
    return statements and json.dumps({"Version": "2012-10-17", "Statement": statements})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(folder, program, arguments, environment, ready):
    """Starts a program of this Python, and returns when it answers."""
    log = Path(folder) / f"{program}.log"
    with log.open("w") as lines:
        command = [Path(sys.executable).parent / program, *arguments]
        environment = {"PATH": os.environ["PATH"], "HOME": folder, **environment}
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=lines, stderr=lines)
    for _ in range(600):
        try:
            urllib.request.urlopen(ready, timeout=5).close()
            return process
        except OSError:
            time.sleep(0.1)
    process.kill()
    sys.exit(f"{program} does not start: {log.read_text()}")


class Emulator:
    """A running ministack."""

    def __init__(self, folder):
        port = free_port()
        self.url, self.secret = f"http://127.0.0.1:{port}", secrets.token_hex(20)
        # The secret is that of every account's own access key, which is its number.
        environment = {"AUTH": "true", "LOG_LEVEL": "ERROR", "AWS_ACCESS_KEY_ID": "nobody",
                       "AWS_SECRET_ACCESS_KEY": self.secret, "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1",
                       "GATEWAY_PORT": str(port), "MINISTACK_REGION": REGION}
        self.process = start(folder, "ministack", [], environment, f"{self.url}/_ministack/ready")

    def make_account(self, rights):
        """A new account, with a user for each function that calls AWS. Its own access key may do everything."""
        account = str(next(ACCOUNTS))
        iam = boto3.client("iam", endpoint_url=self.url, region_name=REGION, aws_access_key_id=account,
                           aws_secret_access_key=self.secret)
        callers = {}
        policies = {function: policy(grants, account) for function, grants in rights.own.items()}
        for function, document in policies.items():
            if not document:
                continue
            iam.create_user(UserName=function)
            iam.put_user_policy(UserName=function, PolicyName="rights", PolicyDocument=document)
            access_key = iam.create_access_key(UserName=function)["AccessKey"]
            callers[function] = {"id": access_key["AccessKeyId"], "secret": access_key["SecretAccessKey"]}
        return {"url": self.url, "account": account, "secret": self.secret, "callers": callers}


def serve_accounts(emulator, rights):
    """Where each stack asks for an account."""
    one_by_one = Lock()

    class Accounts(BaseHTTPRequestHandler):
        def do_GET(self):
            with one_by_one:
                body = json.dumps(emulator.make_account(rights)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Accounts)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def main(command):
    rights = Rights(variants(expand())["first"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that nothing is left running.
    with tempfile.TemporaryDirectory() as folder:
        emulator, port = Emulator(folder), free_port()
        moto = start(folder, "moto_server", ["-H", "127.0.0.1", "-p", str(port)], {}, f"http://127.0.0.1:{port}/moto-api/")
        where = {"OWNKEY_EMULATOR": serve_accounts(emulator, rights), "OWNKEY_MOTO": f"http://127.0.0.1:{port}"}
        try:
            return subprocess.run(command, env=os.environ | where).returncode
        finally:
            for process in (emulator.process, moto):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
