"""What the topics ENTRY and OK hold, against the messages that were sent."""

from collections import defaultdict
from itertools import groupby

from sensor_generator import as_csv

FOREIGN_ID = 900_000  # sensors from here on only bring the time forward


class Sequences:
    """The messages of each sensor in each topic, in their order, as one number each: many fit into memory."""

    def __init__(self):
        self.of = defaultdict(int)
        self.messages = 0

    def add(self, topic, sensor, line):
        self.of[topic, sensor] = hash((self.of[topic, sensor], line))
        self.messages += 1


def held(paths):
    """Sequences of files with key and value of each record, by topic."""
    sequences = Sequences()
    for topic, path in paths.items():
        with open(path, encoding="utf-8") as file:
            for text in file:
                key, _, value = text.rstrip("\n").partition("\t")
                if int(key) < FOREIGN_ID:
                    sequences.add(topic, int(key), value)
    return sequences


def differences(sent, found):
    """Lines that say what is wrong with Sequences `found`."""
    wrong = [f"log: {topic} of sensor {sensor} is not as it was sent"
             for topic, sensor in sent.of.keys() | found.of.keys()
             if sent.of.get((topic, sensor)) != found.of.get((topic, sensor))]
    if sent.messages != found.messages:
        wrong.insert(0, f"log: {sent.messages} messages were sent, {found.messages} are there")
    return wrong[:10]


def parse(ms, topic, line):
    """A message tuple of sensor_generator from a record."""
    sensor, movimiento, humo, temperatura, temp_max = line.split(",")
    return ms, topic, int(sensor), movimiento == "true", humo == "true", int(temperatura), int(temp_max)


class Repeats:
    """For senders that repeat what may have been lost: each message is there, in order, repeats only directly behind it."""

    def __init__(self, messages):
        self._runs = defaultdict(list)  # (topic, sensor) -> [line, the place of each time that it comes in a row]
        for place, message in enumerate(messages):
            runs = self._runs[message[1], message[2]]
            line = as_csv(message)
            if runs and runs[-1][0] == line:
                runs[-1][1].append(place)
            else:
                runs.append([line, [place]])
        self.repeated = 0

    def read(self, paths):
        """(messages in the order of their time, what is wrong) of files with timestamp, key and value of each record."""
        records = defaultdict(list)
        for topic, path in paths.items():
            with open(path, encoding="utf-8") as file:
                for text in file:
                    ms, key, value = text.rstrip("\n").split("\t", 2)
                    records[topic, int(key)].append((int(ms), value))
        wrong, placed = [], []
        for which in self._runs.keys() | records.keys():
            found = [(line, list(group)) for line, group in groupby(records[which], key=lambda record: record[1])]
            expected = self._runs[which]
            if [run[0] for run in expected] != [line for line, _ in found]:
                wrong.append(f"log: {which[0]} of sensor {which[1]} holds other messages than were sent")
                continue
            for (line, places), (_, group) in zip(expected, found):
                if len(group) < len(places):
                    wrong.append(f"log: {line} was acknowledged {len(places)} times, {which[0]} holds it {len(group)} times")
                self.repeated += len(group) - len(places)
                # Of one millisecond the message that was sent first counts first, whatever its topic.
                placed += [(ms, places[min(i, len(places) - 1)], which[0], line) for i, (ms, line) in enumerate(group)]
        placed.sort()
        return [parse(ms, topic, line) for ms, _, topic, line in placed], wrong
