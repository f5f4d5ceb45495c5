#!/usr/bin/env python3
"""Apache Flink 2.3.0 with the Kafka connector 5.0.0-2.2: runs .sql files in one Java machine.

  flink.py install
  flink.py [options of SqlRunner] FILE.sql…      see flink/src/main/java/azud/peers/SqlRunner.java

JVM_OPTS replaces -Xmx2g; -Dlog.level=WARN and -Dtrace=true in it show why a job failed.
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from peers.cache import HERE, built, maven  # noqa: E402

OPENED = ("java.lang", "java.util", "java.util.concurrent", "java.time", "java.nio", "sun.nio.ch")


def opens():
    return [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]


def runner():
    """The folder with flink-sql-1.jar and lib/."""
    project = HERE / "flink"
    return built("flink-2.3.0", lambda out: maven(project, out, "package"), [project])


def command(*args):
    """The command line of SqlRunner with these arguments."""
    folder = runner()
    heap = os.environ.get("JVM_OPTS", "-Xmx2g").split()
    return ["java", *heap, "-XX:+UseG1GC", *opens(), "-cp", f"{folder}/flink-sql-1.jar:{folder}/lib/*",
            "azud.peers.SqlRunner", *map(str, args)]


def main(words):
    if words == ["install"]:
        runner()
        return 0
    if not words:
        print(__doc__, file=sys.stderr)
        return 2
    return subprocess.run(command(*words)).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
