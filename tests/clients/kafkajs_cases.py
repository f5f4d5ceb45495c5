"""KafkaJS: kafkajs_cases.js runs the cases and prints a line of JSON for each."""

import json
import pathlib
import subprocess

from peers.clients import kafkajs
from peers.clients.case import Case

SCRIPT = pathlib.Path(__file__).with_name("kafkajs_cases.js")
SECONDS = 300


def cases(server, wanted=()):
    done = kafkajs.node(SCRIPT, server, *wanted, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SECONDS)
    found = [Case(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not found:
        found.append(Case("itself", "fail", 0, f"ended with {done.returncode}: {done.stderr[-1000:]}"))
    return found
