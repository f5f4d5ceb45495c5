"""kcat over librdkafka 2.0.2, as the distribution has them: producing, consuming, groups that rebalance."""

import re
import subprocess
import tempfile
import time
import uuid

from harness.azud import run_azud, wait_until
from peers.clients.case import Case

ASSIGNORS = ("range", "roundrobin", "cooperative-sticky")


class Group:
    """Members of a consumer group, each a kcat whose output goes to a file."""

    def __init__(self, server, group, topic, *settings):
        self.words = ["kcat", "-b", server, "-G", group, "-u", "-f", "%p:%o:%s\n", "-X", "auto.offset.reset=earliest",
                      "-X", "session.timeout.ms=6000", "-X", "heartbeat.interval.ms=200", *settings, topic]
        self.members = []

    def join(self, *settings):
        out = tempfile.TemporaryFile("w+")
        log = tempfile.TemporaryFile("w+")
        words = [*self.words[:-1], *settings, self.words[-1]]
        self.members.append((subprocess.Popen(words, stdout=out, stderr=log, text=True), out, log))
        return len(self.members) - 1

    @staticmethod
    def text(file):
        file.seek(0)
        return file.read()

    def read(self):
        """All lines that any member has printed."""
        return [line for _, out, _ in self.members for line in self.text(out).splitlines()]

    def rebalances(self, member):
        return len(re.findall("assigned:|incremental assignment", self.text(self.members[member][2])))

    def leave(self, member):
        process = self.members[member][0]
        process.terminate()
        process.wait(30)

    def kill(self, member):
        self.members[member][0].kill()
        self.members[member][0].wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process, out, log in self.members:
            process.kill()
            process.wait()
            out.close()
            log.close()


class Kcat:
    def __init__(self, server):
        self.server = server
        self.mark = uuid.uuid4().hex[:6]

    def kcat(self, *words, text=None):
        done = subprocess.run(["kcat", "-b", self.server, *words], input=text, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise AssertionError(f"kcat {' '.join(words)}: {done.stderr}")
        return done.stdout

    def topic(self, name, partitions=3):
        topic = f"{name}-{self.mark}"
        code, _, errors = run_azud("topic", "create", topic, "--partitions", str(partitions), "--server", self.server)
        assert code == 0, errors
        return topic

    def produce(self, topic, values, *words):
        self.kcat("-P", "-t", topic, *words, text="".join(f"{value}\n" for value in values))

    def consume(self, topic, *words):
        return self.kcat("-C", "-t", topic, "-e", "-q", *words).splitlines()

    def with_each_codec(self):
        for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
            topic = self.topic(f"codec-{codec}")
            lines = [f"k{i}:value {i}" for i in range(2000)]
            self.produce(topic, lines, "-K:", "-z", codec)
            assert sorted(self.consume(topic, "-K:", "-o", "beginning")) == sorted(lines), codec

    def with_each_acks(self):
        for acks in ("0", "1", "all"):
            topic = self.topic(f"acks-{acks}")
            self.produce(topic, range(1000), "-X", f"acks={acks}")
            wait_until(lambda: len(self.consume(topic, "-o", "beginning")) == 1000, what=f"1000 messages with acks={acks}")

    def idempotent(self):
        topic = self.topic("idempotent")
        self.produce(topic, range(2000), "-X", "enable.idempotence=true", "-X", "linger.ms=0", "-X", "batch.num.messages=10")
        got = self.consume(topic, "-o", "beginning", "-f", "%p %s\n")
        assert sorted(int(line.split()[1]) for line in got) == list(range(2000))
        for partition in "012":  # the order of each partition is the order of sending
            values = [int(line.split()[1]) for line in got if line.startswith(partition)]
            assert values == sorted(values)

    def headers_and_tombstones(self):
        topic = self.topic("headers", 1)
        self.kcat("-P", "-t", topic, "-K:", "-H", "a=1", "-H", "b=two", text="k:v\n")
        self.kcat("-P", "-t", topic, "-K:", "-Z", text="k:\n")
        assert self.consume(topic, "-o", "beginning", "-f", "%k|%h|%S\n") == ["k|a=1,b=two|1", "k||-1"]

    def from_the_start_the_end_and_between(self):
        topic = self.topic("places", 1)
        self.produce(topic, range(100))
        assert self.consume(topic, "-o", "beginning") == [str(i) for i in range(100)]
        assert self.consume(topic, "-o", "-5") == [str(i) for i in range(95, 100)]
        assert self.consume(topic, "-o", "40", "-c", "2") == ["40", "41"]
        assert self.consume(topic, "-o", "end") == []

    def by_timestamp(self):
        topic = self.topic("times", 1)
        marks = []
        for step in range(3):
            marks.append(int(time.time() * 1000))
            self.produce(topic, [f"{step}-{i}" for i in range(10)])
            wait_until(lambda: int(time.time() * 1000) > marks[-1] + 5)
        times = [int(t) for t in self.consume(topic, "-o", "beginning", "-f", "%T\n")]
        for step in range(3):
            first = next(i for i, t in enumerate(times) if t >= marks[step])
            assert first == step * 10, times
            assert len(self.consume(topic, "-o", f"s@{marks[step]}")) == 30 - first
            assert self.kcat("-Q", "-t", f"{topic}:0:{marks[step]}").split() == [topic, "[0]", "offset", str(first)]
        assert self.consume(topic, "-o", f"s@{marks[1]}", "-o", f"e@{marks[2]}") == [f"1-{i}" for i in range(10)]

    def metadata(self):
        topic = self.topic("listed", 5)
        assert f'topic "{topic}" with 5 partitions' in self.kcat("-L")

    def group_goes_on(self):
        topic = self.topic("resumed", 1)
        self.produce(topic, "abcdef")
        read = ("-G", f"resume-{self.mark}", "-X", "auto.offset.reset=earliest", "-q")
        assert self.kcat(*read, "-c", "2", topic).split() == ["a", "b"]
        assert self.kcat(*read, "-c", "3", topic).split() == ["c", "d", "e"]
        assert self.kcat(*read, "-c", "1", topic).split() == ["f"]

    def group_rebalances(self, assignor, *settings):
        """Members come, go and are killed; nothing is lost, and nothing comes twice but what a killed one had not committed."""
        topic = self.topic(f"rebalance-{assignor}", 6)
        with Group(self.server, f"{topic}-group", topic, "-X", f"partition.assignment.strategy={assignor}", *settings) as group:
            sent = []

            def send(name):
                values = [f"{name}-{i}" for i in range(60)]
                for partition in range(6):
                    self.produce(topic, values[partition * 10:partition * 10 + 10], "-p", str(partition))
                sent.extend(values)
                wait_until(lambda: {line.split(":", 2)[2] for line in group.read()} >= set(sent), what=f"all of {name}")

            first = group.join()
            send("alone")
            second, third = group.join(), group.join()
            wait_until(lambda: group.rebalances(second) and group.rebalances(third), what="three members")
            send("three")
            group.leave(first)
            send("two")
            group.leave(second)
            send("one")
            group.join()
            send("two-again")
            got = [line.split(":", 2)[2] for line in group.read()]
            assert sorted(set(got)) == sorted(sent)
            assert len(got) == len(sent), f"{len(got) - len(sent)} came twice though all left in order"

    def group_outlives_a_killed_member(self):
        topic = self.topic("killed", 4)
        with Group(self.server, f"{topic}-group", topic) as group:
            first, second = group.join(), group.join()
            wait_until(lambda: group.rebalances(first) and group.rebalances(second), what="two members")
            group.kill(first)
            for partition in range(4):
                self.produce(topic, [f"v{partition}"], "-p", str(partition))
            wait_until(lambda: len({line.split(":", 2)[2] for line in group.read()}) == 4, 60, "the other member's partitions")

    def static_member_returns_without_a_rebalance(self):
        topic = self.topic("static", 4)
        with Group(self.server, f"{topic}-group", topic) as group:
            first = group.join("-X", "group.instance.id=one")
            second = group.join("-X", "group.instance.id=two")
            wait_until(lambda: group.rebalances(first) and group.rebalances(second), what="two static members")
            self.produce(topic, ["before"])
            wait_until(lambda: len(group.read()) == 1)
            settled = group.rebalances(first)
            group.kill(second)
            group.join("-X", "group.instance.id=two")
            for partition in range(4):
                self.produce(topic, [f"v{partition}"], "-p", str(partition))
            wait_until(lambda: {f"v{p}" for p in range(4)} <= {line.split(":", 2)[2] for line in group.read()}, what="all partitions")
            assert group.rebalances(first) == settled, "the other member was rebalanced"


def cases(server, wanted=()):
    """Runs them one by one and yields what became of each."""
    kcat = Kcat(server)
    plan = {name: getattr(kcat, name) for name in (
        "with_each_codec", "with_each_acks", "idempotent", "headers_and_tombstones", "from_the_start_the_end_and_between", "by_timestamp",
        "metadata", "group_goes_on", "group_outlives_a_killed_member", "static_member_returns_without_a_rebalance")}
    for assignor in ASSIGNORS:
        plan[f"group_rebalances_{assignor}"] = lambda assignor=assignor: kcat.group_rebalances(assignor)
    for name, run in plan.items():
        if wanted and name not in wanted:
            continue
        begun = time.monotonic()
        try:
            run()
            yield Case(name, "pass", time.monotonic() - begun)
        except (AssertionError, subprocess.SubprocessError, OSError) as error:
            yield Case(name, "fail", time.monotonic() - begun, str(error) or repr(error))
