"""Well-formed requests that ask for the world: topics, groups, sessions, beside a good client."""

import contextlib
import json
import pathlib
import struct
import sys
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness.azud import wait_until  # noqa: E402
from harness.kafka_wire import Client, connect, request  # noqa: E402
from hostile_case import MIB, BesideGood, is_closed  # noqa: E402

FETCH, METADATA, JOIN_GROUP, CREATE_TOPICS, DESCRIBE_CONFIGS = 1, 3, 11, 19, 32
POLICY_INVALID_REQUEST, GROUP_MAX_SIZE_REACHED = 42, 81
# What one kind of request may leave behind, whatever is asked for.
LEFT_BEHIND_MAX = 512 * MIB


def string(text):
    return struct.pack(">h", len(text)) + text.encode()


class Asker(Client):
    """A client of more requests."""

    def ask(self, api, version, body):
        self._socket.settimeout(120)
        return self._ask(request(api, version, body))

    def metadata(self, topics):
        return self.ask(METADATA, 4, struct.pack(">i", len(topics)) + b"".join(map(string, topics)) + b"\1")

    def create(self, topic, partitions):
        """The error code."""
        body = struct.pack(">i", 1) + string(topic) + struct.pack(">ihiiib", partitions, 1, 0, 0, 60_000, 0)
        return struct.unpack_from(">h", self.ask(CREATE_TOPICS, 2, body), 4 + 4 + 2 + len(topic))[0]

    def join(self, group, metadata, protocols=1):
        """The error code of a member's first join."""
        body = string(group) + struct.pack(">ii", 1_800_000, 1_800_000) + string("") + string("consumer")
        body += struct.pack(">i", protocols)
        body += b"".join(string(f"p{i}") + struct.pack(">i", len(metadata)) + metadata for i in range(protocols))
        return struct.unpack_from(">h", self.ask(JOIN_GROUP, 1, body))[0]


def fetch(topic, partitions, wait_ms, session=False):
    """Of many partitions, most of which are not there or all the same."""
    body = struct.pack(">iiiib", -1, wait_ms, 1, MIB, 0)
    if session:
        body += struct.pack(">ii", 0, 0)
    body += struct.pack(">i", 1) + string(topic) + struct.pack(">i", len(partitions))
    body += b"".join(struct.pack(">iqqi", number, 0, 0, 100) if session else struct.pack(">iqi", number, 0, 100)
                     for number in partitions)
    return (7, body + struct.pack(">i", 0)) if session else (4, body)


class Requests(BesideGood, unittest.TestCase):
    """What a well-formed request may cost others: a little time, and a bounded part of the memory."""

    def asker(self):
        client = Asker(self.azud.kafka)
        self.addCleanup(client.close)
        return client

    @contextlib.contextmanager
    def bounded_rest(self):
        before = self.memory()
        yield
        self.good_goes_on(20)
        self.assertLess(self.memory() - before, LEFT_BEHIND_MAX)

    def test_a_topic_named_a_thousand_times_is_described_once(self):
        client = self.asker()
        self.assertEqual(client.create("wide", 20_000), 0)
        with self.bounded_memory():
            self.assertLess(len(client.metadata(["wide"] * 1000)), 4 * MIB)
            body = struct.pack(">i", 10_000) + (b"\2" + string("good") + struct.pack(">i", -1)) * 10_000 + b"\0"
            self.assertLess(len(client.ask(DESCRIBE_CONFIGS, 1, body)), MIB)

    def test_partitions_of_all_topics_are_bounded(self):
        client = self.asker()
        with self.bounded_rest():
            codes = [client.create(f"huge{i}", 100_000) for i in range(4)]
        self.assertEqual(codes[0], 0)
        self.assertEqual(codes[-1], POLICY_INVALID_REQUEST)

    def test_topics_made_by_the_thousand_hold_nobody_up(self):
        client = self.asker()
        names = [f"made{i}" for i in range(3000)]
        client._socket.sendall(request(METADATA, 4, struct.pack(">i", len(names)) + b"".join(map(string, names)) + b"\1"))
        self.good_goes_on(20)
        self.assertIsNotNone(self.azud.get("/api/status"))

    def test_groups_share_a_bound(self):
        client = self.asker()
        with self.bounded_rest():
            codes = [client.join(f"g{i}", bytes(3 * MIB)) for i in range(100)]
        self.assertEqual(codes[0], 0)
        self.assertEqual(codes[-1], GROUP_MAX_SIZE_REACHED)

    def test_a_member_with_a_hundred_thousand_protocols(self):
        started = time.monotonic()
        for _ in range(2):
            self.assertNotEqual(self.asker().join("polyglot", b"", 100_000), 0)
        self.assertLess(time.monotonic() - started, 60)

    def test_fetches_of_a_hundred_thousand_partitions(self):
        version, waiting = fetch("bulk", [0] * 100_000, 300_000)
        end = self.azud_end("bulk")
        waiting = waiting.replace(struct.pack(">iqi", 0, 0, 100), struct.pack(">iqi", 0, end, 100))
        with self.bounded_rest():
            for _ in range(20):
                self.open(self.azud.kafka).sendall(request(FETCH, version, waiting))
            self.good_goes_on(50)
        version, session = fetch("bulk", range(100_000), 0, session=True)
        with self.bounded_rest():
            for _ in range(15):
                self.asker().ask(FETCH, version, session)

    def azud_end(self, topic):
        client = Client(self.azud.kafka)
        end = client.fetch(topic, 0, 100, wait_ms=0)[1]
        client.close()
        return end

    def test_strings_longer_than_any(self):
        long = 40_000
        size = bytes([(long + 1) & 0x7F | 0x80, (long + 1) >> 7 & 0x7F | 0x80, (long + 1) >> 14])
        body = b"\0" + size + b"g" * long + bytes(40)
        sock = connect(self.azud.kafka)
        self.sockets.enter_context(contextlib.closing(sock))
        sock.sendall(request(8, 8, body))  # OffsetCommit in the flexible form
        self.assertTrue(is_closed(sock))

    def test_statements_that_ask_for_texts_without_measure(self):
        for expression in ("REPEAT(REPEAT('aaaaaaaaaa', 100000), 100000)", "REPEAT('ab', 2000000000)",
                           "REPLACE(REPEAT('a', 1000000), 'a', REPEAT('b', 1000000))",
                           "CAST('a' AS CHAR(2000000000))"):
            with self.subTest(expression=expression), self.bounded_rest():
                self.assertIn("MiB", self.sql(f"SELECT CHAR_LENGTH({expression})"))

    def test_statements_that_nest_without_end(self):
        for statement in ("SELECT " + "(" * 100_000 + "1" + ")" * 100_000, "SELECT " + "NOT " * 100_000 + "TRUE",
                          "SELECT " + "1+" * 100_000 + "1", "SELECT * FROM (" * 5_000 + "SELECT 1" + ")" * 5_000,
                          " UNION ALL ".join(["SELECT 1"] * 5_000)):
            with self.subTest(statement=statement[:40]), self.bounded_rest():
                self.assertIn("hint", self.sql(statement))

    def sql(self, statement):
        """What the server answers to it."""
        session = self.azud.post("/v1/sessions", {})[1]["sessionHandle"]
        status, answer = self.azud.post(f"/v1/sessions/{session}/statements", {"statement": statement})
        self.assertEqual(status, 200, answer)
        result = [f"/v1/sessions/{session}/operations/{answer['operationHandle']}/result/0"]

        def page():
            try:
                answer = self.azud.get(result[0])
            except urllib.error.HTTPError as error:
                return error.read().decode()
            result[0] = answer.get("nextResultUri", result[0])
            return json.dumps(answer) if answer.get("results", {}).get("data") else None
        try:
            return wait_until(page, 60, "the end of the statement", 0.05)
        finally:
            with urllib.request.urlopen(urllib.request.Request(f"http://{self.azud.web}/v1/sessions/{session}", method="DELETE"),
                                        timeout=30):
                pass


if __name__ == "__main__":
    unittest.main()
