#!/usr/bin/env python3
"""sensor-alarms, end to end, against the independent count; with kill -9 in between.

    exact.py [--count N] [--kills N] [--processes N] [--preset busy|code] [--seed N] [--event-time arrival|nominal]
             [--rate N|max] [--no-mail]
"""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "reference")]

from harness.azud import BINARY, Azud, run_azud, wait_until  # noqa: E402
from sensor_compare import Comparison  # noqa: E402
from sensor_count import count as count_messages  # noqa: E402
from sensor_generator import PRESETS, START_MS, Run, all_messages  # noqa: E402


def consume(azud, topic, path):
    code, out, errors = run_azud("topic", "consume", topic, "--server", azud.kafka, "--from-beginning", "--to-end",
                                 "--format", "%k\\t%v", seconds=300)
    if code:
        raise AssertionError(f"reading {topic} failed: {errors}")
    pathlib.Path(path).write_text(out)
    return out.count("\n")


def alarm_totals(azud):
    """What the page is told: raised and cleared since ever, and active now."""
    status, answer = azud.post("/api/query", {"query": {"source": "alarm_counts", "by": "type"}})
    if status != 200:
        raise AssertionError(f"/api/query: {status} {answer}")
    columns = answer["columns"]
    total = next(dict(zip(columns, row)) for row in answer["rows"] if row[columns.index("name")] == "")
    return total["raised"], total["cleared"], total["active"]


def simulate(azud, options):
    rate = ["--rate", str(options.rate)]
    stamps = ["--timestamps", "nominal" if options.event_time == "nominal" else "now"]
    return subprocess.Popen([str(BINARY), "simulate", "sensor-alarms", "--to", f"kafka://{azud.kafka}", *rate, *stamps,
                             "--messages", str(options.count), "--preset", options.preset,
                             "--processes", str(options.processes), "--seed", str(options.seed),
                             "--sensors", str(options.sensors)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def kill_now_and_then(azud, simulator, options):
    """kill -9 at random moments while messages come in, and start again each time."""
    dice = random.Random(options.seed * 1000 + options.kills)
    for kill in range(options.kills):
        end = time.monotonic() + dice.uniform(0.2, options.kill_every)
        wait_until(lambda: time.monotonic() > end or simulator.poll() is not None, options.kill_every + 5)
        azud.kill9()
        azud.start(60)
        print(f"  kill {kill + 1} of {options.kills}", flush=True)


def settled(azud, expected):
    """All transitions have reached the alarms and the outbox (or it is clear that they never will)."""
    outbox = azud.data / "azud" / "outbox"

    def there():
        raised, cleared, _ = alarm_totals(azud)
        mails = sum(1 for _ in outbox.glob("**/*.eml"))
        return raised + cleared >= expected and mails >= expected
    wait_until(there, 120, f"{expected} transitions in alarms and outbox")


def compare(azud, options, counts, folder):
    comparison = Comparison(counts, arrival=options.event_time == "arrival")
    for topic, check in (("ALARMS", comparison.alarms), ("COUNT", comparison.count_topic)):
        consume(azud, topic, folder / topic)
        check(folder / topic)
    comparison.outbox(azud.data / "azud" / "outbox")
    raised, cleared, active = alarm_totals(azud)
    whats = [transition[2] for transition in counts.transitions]
    expected = whats.count("raise"), whats.count("clear"), whats.count("raise") - whats.count("clear")
    if (raised, cleared, active) != expected:
        comparison.equal = False
        comparison.report.append(f"page: raised, cleared, active are {raised, cleared, active}, expected {expected}")
    return comparison


def run(options):
    """True if all is as counted; prints what is not."""
    draw_every, recover_every = PRESETS[options.preset]
    generator = Run(seed=options.seed, processes=options.processes, first_id=1, sensors=options.sensors,
                    draw_every=draw_every, recover_every=recover_every, start_ms=START_MS)
    counts = count_messages(all_messages(generator, options.count))
    azud = Azud("demo", "sensor-alarms", "--simulate", "off", "--event-time", options.event_time)
    with azud, tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        simulator = simulate(azud, options)
        kill_now_and_then(azud, simulator, options)
        _, errors = simulator.communicate(timeout=1800)
        if simulator.returncode:
            raise AssertionError(f"the simulator failed: {errors[-2000:]}")
        sent = time.monotonic() - begun
        settled(azud, len(counts.transitions))
        comparison = compare(azud, options, counts, pathlib.Path(folder))
    print("\n".join("  " + line for line in comparison.report))
    verdict = "equal" if comparison.equal else "DIFFERENT"
    print(f"{verdict}: {options.count} messages, {len(counts.transitions)} transitions, {options.kills} kills, "
          f"{options.processes} processes, {options.preset}, {options.event_time}, sent in {sent:.1f} s", flush=True)
    return comparison.equal


def parse(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2_400_000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--kill-every", type=float, default=2.0, help="seconds, at most, between two kills")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--preset", choices=PRESETS, default="busy")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sensors", type=int, default=50_000)
    parser.add_argument("--event-time", choices=("arrival", "nominal"), default="arrival")
    parser.add_argument("--rate", default="max")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(0 if run(parse()) else 1)
