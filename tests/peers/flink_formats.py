#!/usr/bin/env python3
"""What Flink's own formats make of the messages in src/format/testdata, held against what is written there.

  flink_formats.py            says what differs; last line: N passed, N failed
  flink_formats.py --update   writes Flink's results into the files; azud's own, behind a second =>, stay
"""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from peers.flink import opens, runner  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "src" / "format" / "testdata"


def results(cases):
    """Flink's result of each case."""
    folder = runner()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join(case + "\n" for case in cases))
        file.flush()
        done = subprocess.run(["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", *opens(), "-cp",
                               f"{folder}/flink-sql-1.jar:{folder}/lib/*", "azud.peers.FormatProbe", file.name],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    lines = done.stdout.split("\n")[:-1]
    assert len(lines) == len(cases), f"{len(cases)} cases, {len(lines)} results"
    return lines


def main(words):
    if words not in ([], ["--update"]):
        print(__doc__, file=sys.stderr)
        return 2
    passed = failed = 0
    for path in sorted(FOLDER.glob("*.txt")):
        lines = [line.split(" => ") for line in path.read_text().split("\n")[:-1]]
        found = results([line[0] for line in lines])
        for line, result in zip(lines, found, strict=True):
            if line[1] == result:
                passed += 1
                continue
            failed += 1
            print(f"{path.name}: {line[0]}\n    written: {line[1]}\n    Flink:   {result}")
            line[1] = result
        if words:
            path.write_text("".join(" => ".join(line) + "\n" for line in lines))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed and not words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
