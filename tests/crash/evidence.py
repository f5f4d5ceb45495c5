"""What azud has to show for it: topics, outbox, alarms as the page is told them."""

import json
import os
import subprocess

from harness.azud import BINARY


def consume(azud, topic, path, form="%k\\t%v"):
    """Writes all records of a topic to a file, one a line."""
    with open(path, "wb") as file:
        done = subprocess.run([str(BINARY), "topic", "--server", azud.kafka, "consume", topic, "--from-beginning",
                               "--to-end", "--format", form], stdout=file, stderr=subprocess.PIPE, timeout=600)
    if done.returncode:
        raise AssertionError(f"reading {topic} failed: {done.stderr.decode()[-2000:]}")
    return path


def alarm_totals(azud):
    """What the page is told: raised and cleared since ever, and active now."""
    status, answer = azud.post("/api/query", {"query": {"source": "alarm_counts", "by": "type"}})
    if status != 200:
        raise AssertionError(f"/api/query: {status} {answer}")
    columns = answer["columns"]
    total = next(dict(zip(columns, row)) for row in answer["rows"] if row[columns.index("name")] == "")
    return total["raised"], total["cleared"], total["active"]


def alarms(azud, path):
    """Writes every alarm of the REST interface to a file, a JSON object a line."""
    cursor = ""
    with open(path, "w") as file:
        while cursor is not None:
            page = azud.get(f"/api/alarms?limit=1000&cursor={cursor}")
            for alarm in page["alarms"]:
                file.write(json.dumps(alarm) + "\n")
            cursor = page["next"]
    return path


def mails(azud):
    """How many e-mails lie in the outbox folder."""
    with os.scandir(azud.data / "azud" / "outbox") as entries:
        return sum(1 for entry in entries if entry.name.endswith(".eml"))
