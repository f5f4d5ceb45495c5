"""One case of a client suite and what became of it."""

import dataclasses
import sys
from collections import Counter


@dataclasses.dataclass(order=True)
class Case:
    name: str
    result: str  # pass, fail or skip
    seconds: float = 0
    reason: str = ""

    def line(self):
        return f"{self.name}\t{self.result}\t{self.seconds:.1f}\t{' '.join(self.reason.split())[:240]}"


def read(path):
    """Name to Case, from a file that `write` made."""
    cases = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, result, seconds, reason = (line.rstrip("\n").split("\t") + ["", ""])[:4]
            cases[name] = Case(name, result, float(seconds or 0), reason)
    return cases


def write(path, cases):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(case.line() + "\n" for case in sorted(cases))


def finish(path, cases):
    """Writes the cases and ends the program: status 1 if one failed."""
    write(path, cases)
    found = Counter(case.result for case in cases)
    print(", ".join(f"{found[result]} {result}" for result in ("pass", "fail", "skip")))
    sys.exit(1 if found["fail"] or not cases else 0)
