#!/usr/bin/env python3
"""franz-go v1.22.2's own tests (package kgo) against a broker.

  franz_go.py install
  franz_go.py BOOTSTRAP OUT.tsv [PATTERN]      a pattern of test names as `go test -run` takes it
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from peers.cache import built, run  # noqa: E402
from peers.clients.case import Case, finish  # noqa: E402

MODULE = "github.com/twmb/franz-go@v1.22.2"


def build(folder):
    found = json.loads(run("go", "mod", "download", "-json", MODULE))
    shutil.copytree(found["Dir"], folder / "module")
    for path in [folder / "module", *(folder / "module").rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    run("go", "test", "-c", "-o", folder / "kgo.test", ".", cwd=folder / "module" / "pkg" / "kgo")


def install():
    return built("franz-go-1.22.2-1", build)


def events(folder, bootstrap, pattern, records, skip):
    env = dict(os.environ, KGO_SEEDS=bootstrap, KGO_TEST_RF="1", KGO_TEST_RECORDS=str(records), KGO_LOG_LEVEL="none")
    tests = subprocess.Popen(["go", "tool", "test2json", "-t", folder / "kgo.test", "-test.v=test2json", "-test.count=1",
                              "-test.timeout=25m", f"-test.run={pattern}", f"-test.skip={skip}"], cwd=folder / "module" / "pkg" / "kgo", env=env,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in tests.stdout:
        try:
            yield json.loads(line)
        except ValueError:
            continue
    tests.wait()


def suite(bootstrap, pattern=".", records=500_000, skip=""):
    """The cases, without those that match `skip`; a test that was begun and never ended (a panic, no time left) has failed."""
    folder = install()
    cases, output = {}, {}
    for event in events(folder, bootstrap, pattern, records, skip):
        name = event.get("Test", "")
        top = "kgo." + name.split("/")[0]
        if not name:
            continue
        if event["Action"] == "run" and "/" not in name:
            cases[top] = Case(top, "fail", 0, "did not end")
        elif event["Action"] == "output":
            output.setdefault(top, []).append(event["Output"])
        elif event["Action"] in ("pass", "fail", "skip") and "/" not in name:
            said = [line.strip() for line in output.get(top, []) if not line.lstrip().startswith(("===", "---"))]
            cases[top] = Case(top, event["Action"], event.get("Elapsed", 0), "" if event["Action"] == "pass" else " ".join(said[:3]))
    return list(cases.values())


def main(words):
    if words == ["install"]:
        install()
    elif len(words) in (2, 3):
        finish(words[1], suite(words[0], *words[2:]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
