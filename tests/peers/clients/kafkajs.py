#!/usr/bin/env python3
"""KafkaJS 2.2.4 as a plain client: its package carries no tests.

  kafkajs.py install
  kafkajs.py SCRIPT.js [ARG…]      runs a script that may `require('kafkajs')`
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from peers.cache import built, run  # noqa: E402

VERSION = "2.2.4"


def build(folder):
    run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, f"kafkajs@{VERSION}")


def install():
    return built(f"kafkajs-{VERSION}-1", build)


def node(script, *args, **options):
    """A finished process of the script."""
    env = dict(os.environ, NODE_PATH=str(install() / "node_modules"), KAFKAJS_NO_PARTITIONER_WARNING="1")
    return subprocess.run(["node", str(script), *map(str, args)], env=env, **options)


def main(words):
    if words == ["install"]:
        install()
        return 0
    if not words:
        sys.exit(__doc__)
    return node(*words).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
