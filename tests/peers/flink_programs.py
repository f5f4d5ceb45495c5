#!/usr/bin/env python3
"""Flink's own table test programs, read from its released test jars: tables, rows in, statements, rows out, as JSON lines.

  flink_programs.py install
  flink_programs.py path        the file; made on first use

The fields stand in flink-programs/src/main/java/azud/peers/{FlinkPrograms,ProgramJson,ValueJson}.java. Nothing of the programs is
part of this project.
"""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from peers.cache import HERE, built, maven  # noqa: E402
from peers.flink import opens  # noqa: E402


def dump(folder):
    project = HERE / "flink-programs"
    maven(project, folder, "package")
    with open(folder / "programs.jsonl", "wb") as out:
        subprocess.run(["java", "-Xmx2g", "-Duser.timezone=UTC", "-Dlog4j2.configurationFile=programs-log4j2.properties", *opens(),
                        "-cp", f"{folder}/flink-programs-1.jar:{folder}/lib/*", "azud.peers.FlinkPrograms"], check=True, stdout=out)


def path():
    return built("flink-programs-2.3.0", dump, [HERE / "flink-programs"]) / "programs.jsonl"


def programs():
    """All of them, as dictionaries."""
    with open(path(), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main(words):
    if words == ["install"]:
        path()
    elif words == ["path"]:
        print(path())
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
