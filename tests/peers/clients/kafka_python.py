#!/usr/bin/env python3
"""kafka-python 3.0.12's own integration tests against a broker.

  kafka_python.py install
  kafka_python.py BOOTSTRAP OUT.tsv [TEST…]      tests as pytest names them, relative to the package's test/integration
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import venv
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from peers.cache import built, run  # noqa: E402
from peers.clients.case import Case, finish  # noqa: E402

VERSION = "3.0.12"
NEEDS = "pytest pytest-mock pytest-timeout py crc32c lz4 python-snappy zstandard xxhash".split()

# The package leaves out the part of its tests that starts brokers; against a broker that runs already, two empty classes do.
SERVICE = '''"""Stands in for what starts brokers: here they run already."""


class ExternalService:
    def __init__(self, host, port):
        self.host = host
        self.port = port

    def open(self):
        pass

    def close(self):
        pass


class SpawnedService:
    pass
'''


def build(folder):
    venv.create(folder / "venv", with_pip=True)
    pip = folder / "venv" / "bin" / "pip"
    run(pip, "install", "-q", f"kafka-python=={VERSION}", *NEEDS)
    run(pip, "download", "-q", "--no-deps", "--no-binary", ":all:", f"kafka-python=={VERSION}", "-d", folder)
    run("tar", "xzf", next(folder.glob("kafka*.tar.gz")).name, "--strip-components=1", "--one-top-level=source", cwd=folder)
    (folder / "source" / "test" / "__init__.py").touch()
    (folder / "source" / "test" / "service.py").write_text(SERVICE)


def install():
    return built(f"kafka-python-{VERSION}-1", build)


def suite(bootstrap, tests=()):
    folder = install()
    source = folder / "source"
    chosen = [f"test/integration/{test}" for test in tests] or ["test/integration"]
    env = dict(os.environ, KAFKA_ROOT=str(folder), KAFKA_VERSION="4.3.1", KAFKA_URI=f"kafka://{bootstrap}")
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        # `python -m pytest` puts the sources before the installed package; they are the same.
        subprocess.run([folder / "venv" / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen,
                        "--ignore=test/integration/test_sasl_integration.py",
                        "--ignore=test/integration/test_ssl_integration.py", "--timeout=120", f"--junitxml={report.name}"],
                       cwd=source, env=env, stdout=subprocess.DEVNULL)
        return [case_of(test) for test in xml.etree.ElementTree.parse(report.name).iter("testcase")]


def case_of(test):
    name = f"{test.get('classname', '')}::{test.get('name', '')}"
    result, reason = "pass", ""
    for child in test:
        if child.tag in ("failure", "error"):
            result, reason = "fail", child.get("message") or child.text or ""
        elif child.tag == "skipped":
            result, reason = "skip", child.get("message") or ""
    return Case(name, result, float(test.get("time", 0)), reason)


def main(words):
    if words == ["install"]:
        install()
    elif len(words) >= 2:
        finish(words[1], suite(words[0], words[2:]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
