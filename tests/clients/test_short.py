"""A short part of the foreign clients: what Debian ships, kcat and kafka-python 2.0.2."""

import pathlib
import subprocess
import sys
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import Azud, run_azud  # noqa: E402


def kcat(azud, *words, text=None):
    done = subprocess.run(["kcat", "-b", azud.kafka, *words], input=text, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise AssertionError(f"kcat {' '.join(words)}: {done.stderr}")
    return done.stdout


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

    def test_kcat_writes_and_reads_with_each_codec(self):
        for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
            topic = f"codec-{codec}"
            self.create(topic)
            lines = "".join(f"k{i}:value {i}\n" for i in range(500))
            kcat(self.azud, "-P", "-t", topic, "-K:", "-z", codec, text=lines)
            got = kcat(self.azud, "-C", "-t", topic, "-K:", "-e", "-q", "-o", "beginning")
            self.assertEqual(sorted(got.splitlines()), sorted(lines.splitlines()), codec)

    def test_kcat_reads_in_a_group_and_goes_on(self):
        self.create("grouped", 1)
        kcat(self.azud, "-P", "-t", "grouped", text="a\nb\nc\n")
        read = ("-G", "g1", "-X", "auto.offset.reset=earliest", "-q")
        self.assertEqual(kcat(self.azud, *read, "-c", "2", "grouped").split(), ["a", "b"])
        self.assertEqual(kcat(self.azud, *read, "-c", "1", "grouped").split(), ["c"])

    def test_kcat_idempotent_producer(self):
        self.create("idempotent", 2)
        kcat(self.azud, "-P", "-t", "idempotent", "-X", "enable.idempotence=true", text="".join(f"{i}\n" for i in range(2000)))
        got = kcat(self.azud, "-C", "-t", "idempotent", "-e", "-q", "-o", "beginning")
        self.assertEqual(sorted(map(int, got.split())), list(range(2000)))

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
