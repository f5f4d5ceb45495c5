#!/usr/bin/env python3
"""Apache Kafka's command-line tools against a broker: each case is a command and what it has to print.

  java_tools.py BOOTSTRAP OUT.tsv [PREFIX]      only the cases whose name begins with PREFIX; the ones before may be needed
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from peers import kafka  # noqa: E402
from peers.clients.case import Case, finish  # noqa: E402

TOOLS = "org.apache.kafka.tools"
SECONDS = 60


class Tools:
    """Runs the cases in their order and remembers what became of each."""

    def __init__(self, bootstrap, prefix=""):
        self.bootstrap = bootstrap
        self.prefix = prefix
        self.topic = f"tools-{uuid.uuid4().hex[:8]}"
        self.group = self.topic + "-group"
        self.folder = tempfile.TemporaryDirectory()
        self.cases = []

    def file(self, name, text):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(text)
        return path

    def case(self, name, tool, *args, prints=(), lacks=None, status=0, stdin=None):
        """Patterns in `prints` must all be found in what the tool printed, `lacks` must not."""
        if not name.startswith(self.prefix):
            return
        main = tool if tool.startswith("kafka.") else f"{TOOLS}.{tool}"
        begun = time.monotonic()
        process = kafka.java(main, "--bootstrap-server", self.bootstrap, *args, heap="-Xmx256m -XX:TieredStopAtLevel=1",
                             stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
        try:
            printed, _ = process.communicate(stdin, SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            printed = process.communicate()[0] + " not through in time"
        reason = ""
        missing = [p for p in ([prints] if isinstance(prints, str) else prints) if not re.search(p, printed, re.S)]
        if process.returncode != status:
            reason = f"exit {process.returncode}: {printed[-200:]}"
        elif missing:
            reason = f"lacks {missing[0]!r}: {printed[-200:]}"
        elif lacks and re.search(lacks, printed):
            reason = f"has {lacks!r}: {printed[-200:]}"
        self.cases.append(Case(name, "fail" if reason else "pass", time.monotonic() - begun, reason))
        print(self.cases[-1].line(), flush=True)

    def topics(self):
        tool, topic = "TopicCommand", self.topic
        self.case("topics.create", tool, "--create", "--topic", topic, "--partitions", 3, "--replication-factor", 1,
                  "--config", "retention.ms=3600000", prints="Created topic")
        self.case("topics.create-again-fails", tool, "--create", "--topic", topic, status=1, prints="already exists")
        self.case("topics.list", tool, "--list", prints=topic)
        self.case("topics.describe", tool, "--describe", "--topic", topic,
                  prints=("PartitionCount: 3", "retention.ms=3600000", "Partition: 2"))
        self.case("topics.more-partitions", tool, "--alter", "--topic", topic, "--partitions", 4)
        self.case("topics.describe-more", tool, "--describe", "--topic", topic, prints="PartitionCount: 4")
        self.case("topics.fewer-partitions-fails", tool, "--alter", "--topic", topic, "--partitions", 2, status=1)

    def cluster(self):
        self.case("cluster.versions", "BrokerApiVersionsCommand", prints=(r"Produce\(0\)", r"Fetch\(1\)", r"Metadata\(3\)"))

    def produce_and_consume(self):
        producer, consumer, topic = "ConsoleProducer", "consumer.ConsoleConsumer", self.topic
        lines = "".join(f"k{i}:v{i}\n" for i in range(1000))
        self.case("produce.keys", producer, "--topic", topic, "--reader-property", "parse.key=true", "--reader-property",
                  "key.separator=:", stdin=lines)
        for codec in ("gzip", "snappy", "lz4", "zstd"):
            self.case(f"produce.{codec}", producer, "--topic", topic + "c", "--compression-codec", codec, stdin=f"value-{codec}\n")
        self.case("produce.headers", producer, "--topic", topic + "c", "--reader-property", "parse.headers=true",
                  stdin="h1:a,h2:b\twith-headers\n")
        self.case("produce.acks-1", producer, "--topic", topic + "c", "--command-property", "acks=1", "--command-property",
                  "enable.idempotence=false", stdin="one-ack\n")
        self.case("consume.all", consumer, "--topic", topic + "c", "--from-beginning", "--max-messages", 6, "--timeout-ms", 20000,
                  "--formatter-property", "print.headers=true",
                  prints=("h1:a,h2:b", "value-gzip", "value-snappy", "value-lz4", "value-zstd", "one-ack"))
        self.case("consume.partition-offset", consumer, "--topic", topic, "--partition", 0, "--offset", 1, "--max-messages", 5,
                  "--timeout-ms", 20000, prints="Processed a total of 5 messages")
        self.case("consume.group", consumer, "--topic", topic, "--from-beginning", "--group", self.group, "--max-messages", 1000,
                  "--timeout-ms", 30000, prints="Processed a total of 1000 messages")
        self.case("consume.group-goes-on", consumer, "--topic", topic, "--group", self.group, "--timeout-ms", 4000,
                  prints="Processed a total of 0 messages")

    def groups(self):
        tool, group = "consumer.group.ConsumerGroupCommand", self.group
        only = ("--group", group)
        self.case("groups.list", tool, "--list", "--state", prints=group)
        self.case("groups.describe", tool, "--describe", *only, prints=(self.topic, "LAG"))
        self.case("groups.state", tool, "--describe", "--state", *only, prints="Empty")
        self.case("groups.members", tool, "--describe", "--members", *only)
        for name, to in (("earliest", ("--to-earliest",)), ("latest", ("--to-latest",)), ("shift", ("--shift-by", "-5")),
                         ("time", ("--to-datetime", "2020-01-01T00:00:00.000"))):
            self.case(f"groups.reset-{name}", tool, "--reset-offsets", *only, "--topic", self.topic, *to, "--execute",
                      prints="NEW-OFFSET")
        self.case("groups.delete-offsets", tool, "--delete-offsets", *only, "--topic", self.topic, prints="Successful")
        self.case("groups.delete", tool, "--delete", *only, prints="successful")
        self.case("groups.list-after-delete", tool, "--list", lacks=group)

    def offsets_and_records(self):
        shell, topic = "GetOffsetShell", self.topic
        first = json.dumps({"partitions": [{"topic": topic, "partition": 0, "offset": 10}], "version": 1})
        self.case("offsets.latest", shell, "--topic", topic, "--time", "latest", prints=f"{topic}:0:")
        self.case("offsets.earliest", shell, "--topic", topic, "--time", "earliest", prints=f"{topic}:0:0")
        self.case("offsets.max-timestamp", shell, "--topic", topic, "--time", "max-timestamp", prints=f"{topic}:0:")
        self.case("offsets.time", shell, "--topic", topic, "--time", 1000, prints=f"{topic}:0:0")
        self.case("records.delete", "DeleteRecordsCommand", "--offset-json-file", self.file("delete.json", first),
                  prints="low_watermark: 10")
        self.case("records.first-after-delete", shell, "--topic", topic, "--time", "earliest", prints=f"{topic}:0:10")

    def configs(self):
        tool, entity = "kafka.admin.ConfigCommand", ("--entity-type", "topics", "--entity-name", self.topic)
        self.case("configs.alter", tool, "--alter", *entity, "--add-config", "cleanup.policy=compact,max.message.bytes=2000000",
                  prints="Completed")
        self.case("configs.describe", tool, "--describe", *entity, prints=("cleanup.policy=compact", "2000000"))
        self.case("configs.delete", tool, "--alter", *entity, "--delete-config", "cleanup.policy", prints="Completed")
        self.case("configs.wrong-value-fails", tool, "--alter", *entity, "--add-config", "cleanup.policy=sometimes", status=1)
        self.case("configs.broker", tool, "--describe", "--entity-type", "brokers", "--entity-name", 1, "--all", prints="log.retention")

    def loads(self):
        topic = self.topic + "p"
        self.case("load.producer", "ProducerPerformance", "--topic", topic, "--num-records", 50000, "--record-size", 100,
                  "--throughput", -1, prints="50000 records sent")
        self.case("load.consumer", "ConsumerPerformance", "--topic", topic, "--num-records", 50000, "--timeout", 30000,
                  prints=r", 5\d{4},")
        self.case("verify.producer", "VerifiableProducer", "--topic", topic + "v", "--max-messages", 2000, "--acks", -1,
                  prints='"sent":2000|"acked":2000')
        self.case("verify.consumer", "VerifiableConsumer", "--topic", topic + "v", "--group-id", topic, "--max-messages", 2000,
                  "--reset-policy", "earliest", "--enable-autocommit", "--session-timeout", 10000, prints='"count":')

    def end(self):
        self.case("topics.delete", "TopicCommand", "--delete", "--topic", self.topic)
        self.case("topics.list-after-delete", "TopicCommand", "--list", lacks=rf"(?m)^{self.topic}$")

    def run(self):
        for part in (self.topics, self.cluster, self.produce_and_consume, self.groups, self.offsets_and_records, self.configs,
                     self.loads, self.end):
            part()
        self.folder.cleanup()
        return self.cases


def main(words):
    if len(words) not in (2, 3):
        sys.exit(__doc__)
    finish(words[1], Tools(words[0], *words[2:]).run())


if __name__ == "__main__":
    main(sys.argv[1:])
