#!/usr/bin/env python3
"""Has schemathesis ask a local stack for all that the OpenAPI document allows, and much that it forbids, following from
what was made to what can be asked about it; as two tenants who must not see each other's things. The seed is fixed.

    cargo build --bin ownkey && python tests/contract/fuzz.py <target>/debug/ownkey
    python tests/contract/fuzz.py --at http://127.0.0.1:8787      a stack that runs already

Exit code 1 when an answer is not as the document says, or an API key is found in an answer, a report or the log.
"""
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
CANARY = "sk-sandbox-ok-canary-8d1f4b7a93c25e60"
TENANTS = ("ada", "bob")


def start(binary, folder):
    """The stack's process and its address."""
    log = open(folder / "log", "w")
    command = [binary, "--port", "0", "--data", folder / "data", "--requests-per-second", "100000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env={"OWNKEY_LOG": "debug"})
    address = process.stdout.readline().strip().removeprefix("listening on ")
    return process, address


def ask(method, url, token=None, body=None):
    request = urllib.request.Request(url, method=method, data=json.dumps(body).encode() if body else None)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, answer.read().decode()


def prepare(address, folder):
    """Signs both tenants in, stores an API key that must never be seen again, and says whose things are whose."""
    tokens = {}
    for tenant in TENANTS:
        tokens[tenant] = json.loads(ask("GET", f"{address}/local/token?tenant={tenant}")[1])["access_token"]
        ask("PUT", f"{address}/v1/api-keys/openai", tokens[tenant], {"api_key": CANARY, "label": "canary"})
        # Something of each kind to begin with; the rest is made on the way.
        ask("PUT", f"{address}/v1/api-keys/anthropic", tokens[tenant], {"api_key": "sk-ant-sandbox-ok-0000000000000001"})
        order = {"model": "gpt-image-2.6-flare", "prompt": "a fox", "project": "comic"}
        made = [ask("POST", f"{address}/v1/personas", tokens[tenant], {"brief": "a baker"}),
                ask("POST", f"{address}/v1/batches", tokens[tenant], {"job": order, "count": 2})]
        assert [status for status, _ in made] == [202, 202], made
    auth = [{"name": tenant, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}
            for tenant, token in tokens.items()]
    (folder / "auth.json").write_text(json.dumps({"auth": auth}))
    settings = (HERE / "schemathesis.toml").read_text()
    settings += f'\n[auth.wfc]\npath = "{folder}/auth.json"\nuser = "ada"\npeers = {json.dumps(TENANTS)}\n'
    (folder / "schemathesis.toml").write_text(settings)
    return tokens


def main(arguments):
    folder = Path(tempfile.mkdtemp(prefix="contract-"))
    (folder / "log").touch()
    process, address = (None, arguments[1]) if arguments[0] == "--at" else start(arguments[0], folder)
    try:
        tokens = prepare(address, folder)
        began = time.monotonic()
        tool = [sys.executable, "-m", "schemathesis.cli", "--config-file", folder / "schemathesis.toml", "run"]
        # API Gateway answers 404 to a method that a path does not have, and has no other answer to give.
        but = [] if process else ["--exclude-checks", "unsupported_method"]
        # It would end everything else.
        but += ["--exclude-operation-id", "eraseAccount"]
        report = ["--report", "ndjson", "--report-ndjson-path", folder / "report.ndjson"]
        run = subprocess.run([*tool, f"{address}/openapi.json", *but, *report], capture_output=True, text=True, cwd=folder)
        said = run.stdout + run.stderr
        # It still works, and is the API key that was stored before.
        trail = ask("GET", f"{address}/v1/audit?limit=100", tokens["bob"])[1]
    finally:
        if process:
            process.terminate()
            process.wait()
    places = {"what schemathesis says": said, "bob's audit trail": trail}
    places |= {name: (folder / name).read_text(errors="replace") for name in ("report.ndjson", "log")}
    leaks = [name for name, text in places.items() if CANARY in text]
    print(said if run.returncode else said[said.rfind("= SUMMARY"):])
    print(f"{time.monotonic() - began:.0f} s; the API key {'is in ' + ', '.join(leaks) if leaks else 'was nowhere'}")
    panics = re.findall(r".*panicked at.*", places["log"])
    print("\n".join(panics[:5]))
    return int(bool(run.returncode or leaks or panics))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
