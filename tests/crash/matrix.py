#!/usr/bin/env python3
"""Every way to run sensor-alarms, each compared with the independent count: `make test-exact`. Last line: N passed, N failed.

    matrix.py [--count N] [--seeds N] [--only WORD…]      2.4 million messages a run unless told otherwise

Processes 1, 2 and 4; both presets and one with many alarms; times of arrival and of the generator; without a kill, with five at
random moments while the messages come in, and with five while a job catches up; over Kafka and over HTTP. --only runs those whose
options hold all these words, such as: --only nominal processes=4 kills=5
"""

import argparse
import sys
import traceback

import exact

MANY_ALARMS = {"preset": "busy", "draw-every": 150, "recover-every": 400}


def variants(count, seed):
    """Options of each run. Runs of the same messages follow each other: they are counted once."""
    for number, variant in enumerate(without_dice(count, seed)):
        yield {**variant, "dice": 1000 * seed + number}


def without_dice(count, seed):
    for processes in (1, 2, 4):
        for messages in ({"preset": "busy"}, {"preset": "code"}, MANY_ALARMS):
            for event_time in ("nominal", "arrival"):
                common = {"count": count, "processes": processes, "event-time": event_time, **messages, "seed": seed}
                if messages is not MANY_ALARMS:
                    yield {**common, "kills": 0, "minutes": None}
                yield {**common, "kills": 5, "minutes": None}
                if messages is MANY_ALARMS:
                    yield {**common, "kills": 5, "kill-starts": 5, "log-first": None, "kill-every": 1, "minutes": None}
    for processes in (1, 4):
        yield {"count": count // 10, "processes": processes, "event-time": "arrival", "via": "http", **MANY_ALARMS,
               "seed": seed, "kills": 5, "minutes": None}


def words_of(variant):
    return [word for name, value in variant.items() for word in ((f"--{name}",) if value is None else (f"--{name}", str(value)))]


def chosen(variant, only):
    shown = [name if value is None else f"{name}={value}" for name, value in variant.items()]
    return all(any(word in one for one in shown) for word in only)


def equal(variant):
    try:
        return exact.run(exact.parse(words_of(variant)))
    except Exception:  # the other runs still count
        print(f"FAILED: exact.py {' '.join(words_of(variant))}\n{traceback.format_exc()}", flush=True)
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2_400_000)
    parser.add_argument("--seeds", type=int, default=1, help="the whole matrix so often, with other messages and kills")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    results = [equal(variant) for seed in range(1, options.seeds + 1) for variant in variants(options.count, seed)
               if chosen(variant, options.only)]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
