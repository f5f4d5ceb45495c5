#!/usr/bin/env python3
"""Starts and kills azud for the browser tests: reads a word a line, answers a JSON line. Arguments go to the demo."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import Azud  # noqa: E402


def main():
    azud = Azud("demo", "sensor-alarms", *sys.argv[1:])
    try:
        for word in sys.stdin:
            match word.strip():
                case "start":
                    azud.start(60)
                case "kill":
                    azud.kill9()
                case "stop":
                    break
            print(json.dumps({"web": azud.web, "ingress": azud.ingress, "kafka": azud.kafka, "pid": azud.pid()}), flush=True)
    finally:
        azud.stop()


if __name__ == "__main__":
    main()
