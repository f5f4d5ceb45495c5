"""Holds what was produced against the reference and says what is missing, doubled or should not be there."""

import email
import email.policy
import json
import re
from collections import Counter, defaultdict
from datetime import datetime, timezone
from pathlib import Path

from sensor_count import TYPES

SHOWN = 5  # examples of each kind of difference
CUSTOMER_FIELDS = ("name", "surname", "city", "country", "zone", "geohash", "emailaddress")


def milliseconds(text):
    """`2024-05-01 00:00:01.76Z` or without Z or fraction."""
    text = text.rstrip("Z").replace("T", " ")
    whole, _, fraction = text.partition(".")
    moment = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 1000 + (int(fraction.ljust(3, "0")[:3]) if fraction else 0)


def records(path):
    """(key, value) of each line."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, _, value = line.rstrip("\n").partition("\t")
            yield key, value


class Comparison:
    def __init__(self, counts, arrival=False, clients=None):
        self.counts = counts
        self.arrival = arrival
        self.clients = clients
        self.report = []
        self.equal = True

    def alarms(self, path):
        """Records of ALARMS: every transition once, keyed by the sensor, in order for each sensor and type."""
        produced, orders = Counter(), defaultdict(list)
        for key, value in records(path):
            row = json.loads(value)
            at = milliseconds(row["at"])
            self._check(key == str(row["id"]), f"ALARMS: key {key!r} of sensor {row['id']}")
            self._check_customer(row)
            produced[self._place(row["id"], row["tipo"], row["what"], at)] += 1
            orders[row["id"], row["tipo"]].append((at, row["what"]))
        expected = Counter(self._place(*transition) for transition in self.counts.transitions)
        self._compare("ALARMS", expected, produced)
        for (sensor, kind), transitions in orders.items():
            self._check(transitions == sorted(transitions, key=lambda t: t[0]),
                        f"ALARMS: sensor {sensor} {kind} is not in the order of time")
            whats = [what for _, what in transitions]
            self._check(all(what == ("raise", "clear")[i % 2] for i, what in enumerate(whats)),
                        f"ALARMS: sensor {sensor} {kind} does not alternate: {whats[:6]}")

    def count_topic(self, path):
        """Records of COUNT: the reading that raised, as CSV with a trailing comma."""
        produced = Counter(records(path))
        expected = Counter((str(sensor), line) for sensor, line in self.counts.count_lines)
        self._compare("COUNT", expected, produced)

    def minutes(self, path):
        """Records of COUNT_MINUTE. Of arrival times only the totals by type can be told."""
        produced = Counter()
        for _, value in records(path):
            row = json.loads(value)
            key = row["tipo"] if self.arrival else (row["tipo"], milliseconds(row["window_start"]))
            self._check(self.arrival or key not in produced, f"COUNT_MINUTE: {key} twice")
            produced[key] += row["n"]
        expected = Counter()
        for (kind, start), n in self.counts.minutes.items():
            expected[kind if self.arrival else (kind, start)] += n
        self._compare("COUNT_MINUTE", expected, produced)

    def outbox(self, directory):
        """E-mail files: one a transition. A raise names its type in the first line, a clear only its sensor."""
        produced = Counter()
        for path in Path(directory).glob("**/*.eml"):
            with open(path, "rb") as file:
                mail = email.message_from_binary_file(file, policy=email.policy.default)
            subject = re.fullmatch(r"\[(\d+)\] - (ALARMA ACTIVADA|SENSOR OK)", mail["Subject"] or "")
            self._check(subject, f"outbox: {path.name} has the subject {mail['Subject']!r}")
            if subject:
                first = mail.get_content().split("\n", 1)[0]
                kind = next((t for t in TYPES if t in first), None) if subject[2] == "ALARMA ACTIVADA" else None
                self._check(subject[1] in first, f"outbox: {path.name} begins {first!r}")
                produced[int(subject[1]), kind, "raise" if kind else "clear"] += 1
        expected = Counter((sensor, kind if what == "raise" else None, what)
                           for sensor, kind, what, _ in self.counts.transitions)
        self._compare("outbox", expected, produced)

    def page(self, path):
        """Alarms as REST gives them, a JSON object a line, all of them: one for each raise, cleared or still active."""
        produced, active = Counter(), set()
        with open(path, encoding="utf-8") as file:
            for line in file:
                alarm = json.loads(line)
                place = (int(alarm["originator"]), alarm["type"])
                produced[place if self.arrival else (*place, alarm["raised_at"])] += 1
                if alarm["state"].startswith("ACTIVE"):
                    self._check(place not in active, f"page: {place} is active twice")
                    active.add(place)
        expected = Counter((sensor, kind) if self.arrival else (sensor, kind, ms)
                           for sensor, kind, what, ms in self.counts.transitions if what == "raise")
        self._compare("page", expected, produced)
        self._compare("page, active", Counter(self.counts.active()), Counter(active))

    def _place(self, sensor, kind, what, ms):
        return (sensor, kind, what) if self.arrival else (sensor, kind, what, ms)

    def _check_customer(self, row):
        if self.clients is None:
            return
        client = self.clients.get(row["id"])
        for field in CUSTOMER_FIELDS:
            expected = client[field] if client else None
            self._check(row[field] == expected, f"ALARMS: sensor {row['id']} {field} {row[field]!r}, not {expected!r}")

    def _check(self, holds, text):
        if not holds:
            self.equal = False
            if self.report.count(text) == 0 and len(self.report) < 50:
                self.report.append(text)

    def _compare(self, name, expected, produced):
        missing, extra = expected - produced, produced - expected
        doubled = Counter({key: n for key, n in extra.items() if key in expected})
        unknown = extra - doubled
        self.report.append(f"{name}: expected {expected.total()}, found {produced.total()}: {missing.total()} missing, "
                           f"{doubled.total()} doubled, {unknown.total()} unknown")
        for word, difference in (("missing", missing), ("doubled", doubled), ("unknown", unknown)):
            for key in list(difference)[:SHOWN]:
                self.report.append(f"{name}: {word} {key}")
        if expected != produced:
            self.equal = False
