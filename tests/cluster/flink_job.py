"""Runs a jobs.sql on real Flink over what the topics hold now. The file is not touched: what has to differ is altered in the session
between its tables and its first INSERT."""

import pathlib
import subprocess
import tempfile

from peers import flink

READS = ("ENTRY", "OK", "CUSTOMERS")
WRITES = ("ALARMS", "`COUNT`", "COUNT_MINUTE")


def session_changes(address):
    """Statements that point the tables at this broker and let the sources end. Without an idle timeout: a source that begins late on a
    busy machine would count as idle, and when the others have ended all its rows would be late."""
    lines = ["SET 'table.exec.source.idle-timeout' = '0';"]
    for table in READS + WRITES:
        bounded = ", 'scan.bounded.mode' = 'latest-offset'" if table in READS else ""
        lines.append(f"ALTER TABLE {table} SET ('properties.bootstrap.servers' = '{address}'{bounded});")
    return "\n".join(lines)


def run(sql, address, parallelism=2):
    """Returns SqlRunner's lines: how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        changes = pathlib.Path(folder) / "changes.sql"
        changes.write_text(session_changes(address))
        done = subprocess.run(flink.command("--parallelism", parallelism, "--before-insert", changes, sql),
                              capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Flink refused {sql}:\n{done.stderr[-3000:]}")
    return done.stderr.strip()
