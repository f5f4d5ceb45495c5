"""Counts what the alarms of a message sequence must be. Knows nothing of SQL: one pass with a state a sensor."""

from collections import Counter

from sensor_generator import as_csv

TYPES = ("movimiento", "humo", "temperatura")
NEEDED = (1, 3, 3)  # active messages in a row until an alarm is raised


class Counts:
    """The reference: transitions in order of time, and the totals of systems that latch (ours) and do not (the
    original)."""

    def __init__(self):
        self.messages = Counter()  # topic -> n
        self.fires = Counter()  # (sensor, type) -> n, the original's logic
        self.raised = Counter()  # (sensor, type) -> n
        self.recovered = Counter()  # (sensor, type) -> n
        self.ok_without_alarm = 0  # OK messages that cleared nothing
        self.minutes = Counter()  # (type, start of the minute in ms) -> raises
        self.transitions = []  # (sensor, type, what, ms)
        self.count_lines = []  # the record of topic COUNT of each raise
        self._streaks = {}  # sensor -> [n, n, n] active in a row, only of sensors that were ever active
        self._original = {}  # sensor -> [smoke, temperature] counts of the original

    def add(self, m):
        ms, topic, sensor, movimiento, humo, temperatura, temp_max = m
        self.messages[topic] += 1
        active = (movimiento, humo, temperatura >= temp_max)
        streaks = self._streaks.get(sensor)
        if streaks is None:
            if not any(active):
                if topic == "OK":
                    self.ok_without_alarm += 1
                return
            streaks = self._streaks[sensor] = [0, 0, 0]
        if topic == "ENTRY":
            self._add_fire(sensor, active)
        cleared = False
        for t in range(3):
            if active[t]:
                streaks[t] += 1
                if streaks[t] == NEEDED[t]:
                    self._change(m, t, "raise")
            else:
                if streaks[t] >= NEEDED[t]:
                    self._change(m, t, "clear")
                    cleared = True
                streaks[t] = 0
        if topic == "OK" and not cleared:
            self.ok_without_alarm += 1

    def _add_fire(self, sensor, active):
        if active[0]:
            self.fires[sensor, TYPES[0]] += 1
            return
        for t in (1, 2):
            if active[t]:
                counts = self._original.setdefault(sensor, [0, 0])
                counts[t - 1] += 1
                if counts[t - 1] == 3:
                    counts[t - 1] = 0
                    self.fires[sensor, TYPES[t]] += 1
                return

    def _change(self, m, t, what):
        ms, sensor = m[0], m[2]
        self.transitions.append((sensor, TYPES[t], what, ms))
        if what == "raise":
            self.raised[sensor, TYPES[t]] += 1
            self.minutes[TYPES[t], ms - ms % 60000] += 1
            self.count_lines.append((sensor, as_csv(m) + ","))
        else:
            self.recovered[sensor, TYPES[t]] += 1

    def totals(self):
        def by_type(counter):
            result = dict.fromkeys(TYPES, 0)
            for (_, kind), n in counter.items():
                result[kind] += n
            return {"total": sum(result.values()), **result}

        return {
            "messages": sum(self.messages.values()),
            "entry_messages": self.messages["ENTRY"],
            "ok_messages": self.messages["OK"],
            "fires": by_type(self.fires),
            "raised": by_type(self.raised),
            "recovered": by_type(self.recovered),
            "ok_without_alarm": self.ok_without_alarm,
            "active_at_end": len(self.active()),
            "minutes": len(self.minutes),
        }

    def active(self):
        """(sensor, type) of the alarms that are on after the last message."""
        return {(sensor, TYPES[t]) for sensor, streaks in self._streaks.items()
                for t in range(3) if streaks[t] >= NEEDED[t]}


def count(messages):
    counts = Counts()
    for m in messages:
        counts.add(m)
    return counts
