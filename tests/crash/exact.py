#!/usr/bin/env python3
"""sensor-alarms, end to end, against the independent count; with kill -9 in between.

    exact.py [--count N] [--kills N] [--kill-starts N] [--processes N] [--preset busy|code]
             [--draw-every N] [--recover-every N] [--seed N] [--dice N] [--event-time arrival|nominal]
             [--via kafka|http] [--log-first] [--minutes] [--rate N|max]
"""

import argparse
import functools
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timezone

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "reference")]

import evidence  # noqa: E402
import log_content  # noqa: E402
from harness.azud import BINARY, Azud, wait_until  # noqa: E402
from harness.systems import copy_system  # noqa: E402
from killer import Killer  # noqa: E402
from sensor_compare import Comparison, milliseconds  # noqa: E402
from sensor_count import Counts, count as count_messages  # noqa: E402
from sensor_generator import PRESETS, START_MS, Run, all_messages  # noqa: E402

INPUTS = ("ENTRY", "OK")
CUSTOMERS = 50_000
# Checkpoints and compaction all the time, so that kills meet them.
RESTLESS = {"log.flush.offset.checkpoint.interval.ms": 150, "log.retention.check.interval.ms": 400,
            "log.segment.bytes": 4 << 20, "log.cleaner.min.cleanable.ratio": 0.01}


@functools.lru_cache(maxsize=2)
def expected_of(generator, messages):
    """(Counts, Sequences) of what a run sends."""
    counts, sequences = Counts(), log_content.Sequences()
    for message in all_messages(generator, messages):
        counts.add(message)
        sequences.add(message[1], message[2], log_content.as_csv(message))
    return counts, sequences


class FrozenRun(Run):
    """Run as a key."""

    def __hash__(self):
        return hash(tuple(sorted(vars(self).items())))


def generator_of(options):
    draw_every, recover_every = PRESETS[options.preset]
    return FrozenRun(seed=options.seed, processes=options.processes, first_id=1, sensors=options.sensors,
                     draw_every=options.draw_every or draw_every, recover_every=options.recover_every or recover_every,
                     start_ms=START_MS)


def simulator(to, generator, messages, rate="max", timestamps="nominal"):
    start = datetime.fromtimestamp(generator.start_ms / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    words = {"to": to, "rate": rate, "timestamps": timestamps, "messages": messages, "seed": generator.seed,
             "sensors": generator.sensors, "first-id": generator.first_id, "processes": generator.processes,
             "draw-every": generator.draw_every, "recover-every": generator.recover_every, "start": start}
    return subprocess.Popen([str(BINARY), "simulate", "sensor-alarms",
                             *(word for name, value in words.items() for word in (f"--{name}", str(value)))],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(process):
    _, errors = process.communicate(timeout=1800)
    if process.returncode:
        raise AssertionError(f"the simulator failed: {errors[-2000:]}")


class ExactRun:
    def __init__(self, options, folder):
        self.options = options
        self.folder = pathlib.Path(folder)
        self.generator = generator_of(options)
        self.wrong = []
        self.azud = Azud("serve", "--config", str(self._configuration("whole", ())))

    def _configuration(self, name, without):
        broker = RESTLESS if self.options.kills or self.options.kill_starts else {}
        return copy_system("sensor-alarms", self.folder / name, without=("simulate", *without),
                           event_time=self.options.event_time, broker=broker)

    def send(self):
        """Everything is sent and acknowledged, azud killed as often as asked for."""
        options, azud = self.options, self.azud
        killer = Killer(azud, random.Random(options.dice), options.kill_every)
        if options.log_first:
            self._fill_log()
        killer.kill_starts(options.kill_starts)
        azud.start(60)
        if options.log_first:
            killer.kill(options.kills)
        else:
            to = f"kafka://{azud.kafka}" if options.via == "kafka" else f"http://{azud.ingress}"
            process = simulator(to, self.generator, options.count, options.rate,
                                "nominal" if options.event_time == "nominal" else "now")
            killer.kill(options.kills, until=lambda: process.poll() is not None)
            finish(process)
        if options.kill_starts:
            azud.kill9()
            killer.kill_starts(options.kill_starts)
            azud.start(60)
        self.early_kills = killer.early_kills

    def _fill_log(self):
        """By an azud without jobs, killed afterwards: the whole of it has to be caught up with."""
        whole = self.azud.args
        self.azud.args = ["serve", "--config", str(self._configuration("log", ("jobs", "alarms", "mail", "web")))]
        self.azud.start(60)
        finish(simulator(f"kafka://{self.azud.kafka}", self.generator, self.options.count,
                         timestamps="nominal" if self.options.event_time == "nominal" else "now"))
        self.azud.kill9()
        self.azud.args = whole

    def bring_time_forward(self):
        """Nominal time stands still without messages: some of other sensors, two minutes later."""
        last = START_MS + self.options.count * 5 // (2 * self.options.processes)
        later = Run(first_id=log_content.FOREIGN_ID + 1, sensors=16, start_ms=(last // 1000 + 120) * 1000)
        finish(simulator(f"kafka://{self.azud.kafka}", later, 16))

    def customers(self):
        """By sensor. Loaded at the first start, however often that was killed: each is there once."""
        lines = open(evidence.consume(self.azud, "CUSTOMERS", self.folder / "CUSTOMERS"), encoding="utf-8").readlines()
        found = {int(key): json.loads(value) for key, _, value in (line.partition("\t") for line in lines)}
        if len(lines) != CUSTOMERS or len(found) != CUSTOMERS:
            self.wrong.append(f"CUSTOMERS: {len(lines)} records, {len(found)} keys, expected {CUSTOMERS}")
        return found

    def expect(self):
        """The counts that must come out; over HTTP a message may be there twice, so it is what the topics hold that counts."""
        if self.options.via == "kafka":
            counts, sent = expected_of(self.generator, self.options.count)
            found = log_content.held({t: evidence.consume(self.azud, t, self.folder / t) for t in INPUTS})
            self.wrong += log_content.differences(sent, found)
            return counts
        repeats = log_content.Repeats(all_messages(self.generator, self.options.count))
        messages, wrong = repeats.read({t: evidence.consume(self.azud, t, self.folder / t, "%T\\t%k\\t%v") for t in INPUTS})
        self.wrong += wrong
        print(f"  {repeats.repeated} messages twice", flush=True)
        return count_messages(messages)

    def wait_until_done(self, counts):
        transitions, raises = len(counts.transitions), sum(counts.raised.values())

        def all_there():
            raised, cleared, _ = evidence.alarm_totals(self.azud)
            return raised + cleared >= transitions and evidence.mails(self.azud) >= transitions

        def all_minutes():
            path = evidence.consume(self.azud, "COUNT_MINUTE", self.folder / "COUNT_MINUTE")
            return sum(json.loads(line.partition("\t")[2])["n"] for line in open(path)) >= raises
        wait_until(all_there, 300, f"{transitions} transitions in alarms and outbox", pause=0.1)
        if self.options.minutes:
            wait_until(all_minutes, 90, f"{raises} raises in COUNT_MINUTE", pause=0.5)

    def compare(self, counts):
        options, azud = self.options, self.azud
        # Times of arrival are known where the topics were read with them.
        comparison = Comparison(counts, arrival=options.event_time == "arrival" and options.via == "kafka",
                                clients=self.customers())
        comparison.alarms(evidence.consume(azud, "ALARMS", self.folder / "ALARMS"))
        comparison.count_topic(evidence.consume(azud, "COUNT", self.folder / "COUNT"))
        if options.minutes:
            comparison.minutes(evidence.consume(azud, "COUNT_MINUTE", self.folder / "COUNT_MINUTE"))
            self.wrong += minutes_differ(self.folder / "ALARMS", self.folder / "COUNT_MINUTE")
        comparison.outbox(azud.data / "azud" / "outbox")
        comparison.page(evidence.alarms(azud, self.folder / "page"))
        whats = Counter(transition[2] for transition in counts.transitions)
        expected = whats["raise"], whats["clear"], whats["raise"] - whats["clear"]
        if evidence.alarm_totals(azud) != expected:
            self.wrong.append(f"page: raised, cleared, active are {evidence.alarm_totals(azud)}, expected {expected}")
        self.wrong += [] if comparison.equal else comparison.report

    def run(self):
        """True if all is as counted; prints one line, and what is different."""
        options, begun = self.options, time.monotonic()
        try:
            self.send()
            if options.event_time == "nominal":
                self.bring_time_forward()
            sent = time.monotonic() - begun
            counts = self.expect()
            self.wait_until_done(counts)
            self.compare(counts)
            self.azud.stop()
        except BaseException:
            print(f"--- azud's output ---\n{self.azud.output()[-6000:]}")
            raise
        finally:
            self.azud.close()
        way = options.via + (", log first" if options.log_first else "")
        print(f"{'DIFFERENT' if self.wrong else 'equal'}: {options.count} messages, {len(counts.transitions)} transitions, "
              f"{options.kills} kills and {self.early_kills} early ones, {options.processes} processes, {options.preset}, "
              f"seed {options.seed}, dice {options.dice}, {options.event_time}, {way}: sent in {sent:.1f} s, "
              f"whole {time.monotonic() - begun:.0f} s", flush=True)
        print("".join(f"  {line}\n" for line in self.wrong), end="", flush=True)
        return not self.wrong


def minutes_differ(alarms, minutes):
    """COUNT_MINUTE against the raises in ALARMS: both of one run of the job, so the times are the same."""
    raised, counted = Counter(), Counter()
    for line in open(alarms, encoding="utf-8"):
        row = json.loads(line.partition("\t")[2])
        if row["what"] == "raise":
            at = milliseconds(row["at"])
            raised[row["tipo"], at - at % 60000] += 1
    for line in open(minutes, encoding="utf-8"):
        row = json.loads(line.partition("\t")[2])
        counted[row["tipo"], milliseconds(row["window_start"])] += row["n"]
    return [] if raised == counted else [f"COUNT_MINUTE: {dict(counted)}, of ALARMS {dict(raised)}"]


def run(options):
    with tempfile.TemporaryDirectory(prefix="azud-exact-") as folder:
        return ExactRun(options, folder).run()


def parse(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2_400_000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--kill-starts", type=int, default=0,
                        help="so many more within the first 300 ms of starts, before messages come and after the last one")
    parser.add_argument("--kill-every", type=float, default=2.0, help="seconds, at most, between two kills")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--preset", choices=PRESETS, default="busy")
    parser.add_argument("--draw-every", type=int, help="smaller: more alarms")
    parser.add_argument("--recover-every", type=int, help="smaller: more of them cleared")
    parser.add_argument("--seed", type=int, default=1, help="of the messages")
    parser.add_argument("--dice", type=int, default=1, help="seed of the moments of the kills")
    parser.add_argument("--sensors", type=int, default=50_000)
    parser.add_argument("--event-time", choices=("arrival", "nominal"), default="arrival")
    parser.add_argument("--via", choices=("kafka", "http"), default="kafka")
    parser.add_argument("--log-first", action="store_true", help="the log is filled first, azud killed while it catches up")
    parser.add_argument("--minutes", action="store_true", help="COUNT_MINUTE too; of arrival times this waits for a minute")
    parser.add_argument("--rate", default="max")
    options = parser.parse_args(words)
    if options.via == "http" and (options.event_time == "nominal" or options.log_first):
        parser.error("over HTTP the times are those of arrival, and the log is not filled first")
    return options


if __name__ == "__main__":
    sys.exit(0 if run(parse()) else 1)
