"""A short part of the foreign clients: what Debian ships, kcat and kafka-python 2.0.2."""

import pathlib
import subprocess
import sys
import textwrap
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import kcat_cases  # noqa: E402
from harness.azud import Azud, run_azud  # noqa: E402

KCAT = ("with_each_codec", "idempotent", "by_timestamp", "group_goes_on", "group_rebalances_range", "group_rebalances_cooperative-sticky",
        "static_member_returns_without_a_rebalance")


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.azud = Azud("demo", "sensor-alarms", "--simulate", "off").start(60)

    @classmethod
    def tearDownClass(cls):
        cls.azud.stop()

    def create(self, topic, partitions=3):
        code, _, errors = run_azud("topic", "create", topic, "--partitions", str(partitions), "--server", self.azud.kafka)
        self.assertEqual(code, 0, errors)

    def test_kcat(self):
        for case in kcat_cases.cases(self.azud.kafka, KCAT):
            with self.subTest(case.name):
                self.assertEqual(case.result, "pass", case.reason)

    def test_kafka_python(self):
        if subprocess.run(["/usr/bin/python3", "-c", "import kafka"], capture_output=True).returncode:
            self.skipTest("Debian's python3-kafka is not installed")
        program = textwrap.dedent("""
            import sys
            from kafka import KafkaConsumer, KafkaProducer, TopicPartition
            server = sys.argv[1]
            producer = KafkaProducer(bootstrap_servers=server, acks="all")
            for i in range(300):
                producer.send("kp", key=str(i).encode(), value=str(i * i).encode(), timestamp_ms=1000 + i)
            producer.flush()
            consumer = KafkaConsumer("kp", bootstrap_servers=server, group_id="kpg", auto_offset_reset="earliest",
                                     consumer_timeout_ms=10000)
            seen = {}
            for record in consumer:
                seen[int(record.key)] = int(record.value)
                if len(seen) == 300:
                    break
            assert seen == {i: i * i for i in range(300)}, len(seen)
            consumer.commit()
            parts = [TopicPartition("kp", p) for p in consumer.partitions_for_topic("kp")]
            ends = consumer.end_offsets(parts)
            assert sum(ends.values()) == 300, ends
            times = consumer.offsets_for_times({p: 1000 for p in parts})
            assert all(t is None or t.offset == 0 for t in times.values()), times
            print("good")
        """)
        self.create("kp")
        done = subprocess.run(["/usr/bin/python3", "-c", program, self.azud.kafka], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.stdout, "good\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
