"""The sensor messages of systems/sensor-alarms/simulator/SPECIFICATION.md, written from its text and from nothing else.

Speed matters a little: 2.4 million messages should take seconds, so unused draws are skipped by arithmetic and the
state of a sensor is a plain list.
"""

import heapq
from collections import deque
from dataclasses import dataclass
from itertools import islice

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
PRESETS = {"code": (5000, 12000), "busy": (1000, 6000)}
START_MS = 1714521600000  # 2024-05-01T00:00:00Z

# Places in a message tuple.
MS, TOPIC, SENSOR, MOVIMIENTO, HUMO, TEMPERATURA, TEMP_MAX = range(7)


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Stream:
    def __init__(self, seed, domain, index):
        self.state = mix((mix((seed + GOLDEN * domain) & MASK) + GOLDEN * (index + 1)) & MASK)

    def skip(self, draws):
        self.state = (self.state + GOLDEN * draws) & MASK

    def draw(self, first, last):
        self.state = (self.state + GOLDEN) & MASK
        return first + (((mix(self.state) >> 32) * (last - first + 1)) >> 32)


@dataclass
class Run:
    """What decides the messages."""

    seed: int = 1
    processes: int = 1
    first_id: int = 1
    sensors: int = 50000
    draw_every: int = 1000
    recover_every: int = 6000
    start_ms: int = START_MS

    def bounds(self, process):
        low = self.first_id + self.sensors * process // self.processes
        high = self.first_id + self.sensors * (process + 1) // self.processes
        return low, high


def process_messages(run, process):
    """The endless messages of one process as tuples (ms, topic, id, movimiento, humo, temperatura, temp_max)."""
    low, high = run.bounds(process)
    random = Stream(run.seed, 1, process)
    # movimiento, humo, temperatura, temp_max, smoke count, temperature count
    sensors = [[False, False, 0, random.draw(1, 50), 0, 0] for _ in range(high - low)]
    queue_m, queue_s, queue_t = deque(), deque(), deque()
    draw_every, recover_every, start = run.draw_every, run.recover_every, run.start_ms
    k = 0
    unused = 0  # draws of a that nobody looked at

    def message(topic, place):
        state = sensors[place]
        return (start + 5 * k // 2, topic, low + place, state[0], state[1], state[2], state[3])

    while True:
        for i, state in enumerate(sensors):
            yield (start + 5 * k // 2, "ENTRY", low + i, state[0], state[1], state[2], state[3])
            k += 1
            if i > 1 and i % draw_every == 0:
                random.skip(unused)
                unused = 0
                chance = random.draw(0, 100)
                s = random.draw(0, i - 1)
                drawn = sensors[s]
                if chance > 90:
                    drawn[0] = True
                    queue_m.append(s)
                    yield message("ENTRY", s)
                    k += 1
                elif chance >= 80:
                    drawn[1] = True
                    drawn[4] += 1
                    if drawn[4] == 3:
                        queue_s.append(s)
                        drawn[4] = 0
                    yield message("ENTRY", s)
                    k += 1
                else:
                    drawn[2] += random.draw(1, 25)
                    drawn[5] += 1
                    if drawn[2] >= drawn[3]:
                        if drawn[5] >= 3:
                            queue_t.append(s)
                            drawn[5] = 0
                        yield message("ENTRY", s)
                        k += 1
            else:
                unused += 1
            if i > 1 and i % recover_every == 0:
                if queue_s:
                    s = queue_s.popleft()
                    sensors[s][1] = False
                    sensors[s][4] = 0
                    yield message("OK", s)
                    k += 1
                if queue_m:
                    s = queue_m.popleft()
                    sensors[s][0] = False
                    yield message("OK", s)
                    k += 1
                if queue_t:
                    s = queue_t.popleft()
                    sensors[s][2] = 0
                    yield message("OK", s)
                    k += 1
            if state[2] >= state[3]:
                state[5] += 1
                if state[5] == 3:
                    queue_t.append(i)
                    state[5] = 0
            if state[1]:
                state[4] += 1
                if state[4] == 3:
                    queue_s.append(i)
                    state[4] = 0


def all_messages(run, count):
    """The first `count` messages of all processes, by (nominal time, process)."""
    if run.processes == 1:
        return islice(process_messages(run, 0), count)
    streams = [process_messages(run, p) for p in range(run.processes)]
    return islice(heapq.merge(*streams, key=lambda m: m[MS]), count)  # merge keeps the order of equal keys


def _word(flag):
    return "true" if flag else "false"


def as_csv(m):
    return f"{m[2]},{_word(m[3])},{_word(m[4])},{m[5]},{m[6]}"


def as_brace(m):
    return f'{{"{m[2]}","{_word(m[3])}","{_word(m[4])}","{m[5]}","{m[6]}"}}'


def as_json(m):
    return (f'{{"id":"{m[2]}","movimiento":"{_word(m[3])}","humo":"{_word(m[4])}",'
            f'"temperatura":"{m[5]}","tempMaxima":"{m[6]}"}}')


FORMS = {"csv": as_csv, "brace": as_brace, "json": as_json}
