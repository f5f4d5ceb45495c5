#!/usr/bin/env python3
"""Apache Kafka 4.3.1 (KRaft, one node) and its command-line tools.

  kafka.py install
  kafka.py start DIR PORT       returns when it answers; data, log and pid in DIR
  kafka.py stop DIR
  kafka.py tool CLASS ARG…      org.apache.kafka.tools.TopicCommand, .ConsoleProducer, .ProducerPerformance …
"""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from peers.cache import HERE, built, maven  # noqa: E402

TOPICS = "org.apache.kafka.tools.TopicCommand"


def libraries():
    """The folder with Kafka's jars."""
    project = HERE / "kafka"
    return built("kafka-4.3.1", lambda out: maven(project, out, "dependency:copy-dependencies"), [project]) / "lib"


def java(*words, heap="-Xmx256m", **options):
    return subprocess.Popen(["java", *heap.split(), "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
                             f"{libraries()}/*", *map(str, words)], **options)


def tool(name, *args):
    """Runs a tool of Kafka and returns what it printed on stdout."""
    process = java(name, *args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{name} ended with {process.returncode}: {(err or out)[-2000:]}")
    return out


def listening(port):
    with socket.socket() as s:
        s.settimeout(0.2)
        return s.connect_ex(("127.0.0.1", port)) == 0


class Kafka:
    """A broker on 127.0.0.1; `port` + 10000 (or - 10000) is its controller's."""

    def __init__(self, folder, port, heap="-Xms512m -Xmx1g"):
        self.folder = pathlib.Path(folder)
        self.port = port
        self.heap = heap
        self.address = f"127.0.0.1:{port}"
        self.process = None

    def start(self, seconds=60):
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "server.properties"
        controller = self.port + 10000 if self.port < 55000 else self.port - 10000
        settings.write_text(f"""process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://{self.address}
controller.listener.names=CONTROLLER
log.dirs={self.folder}/log
num.partitions=2
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
""")
        if not (self.folder / "log").exists():
            cluster = tool("kafka.tools.StorageTool", "random-uuid").strip()
            tool("kafka.tools.StorageTool", "format", "-t", cluster, "-c", settings)
        log = open(self.folder / "out", "wb")
        self.process = java("kafka.Kafka", settings, heap=self.heap, stdout=log, stderr=subprocess.STDOUT)
        (self.folder / "pid").write_text(str(self.process.pid))
        end = time.monotonic() + seconds
        while not listening(self.port):
            if self.process.poll() is not None or time.monotonic() > end:
                tail = (self.folder / "out").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"Kafka did not come up on port {self.port}:\n{tail}")
            time.sleep(0.05)
        return self

    def create_topic(self, name, partitions, **config):
        words = [w for key, value in config.items() for w in ("--config", f"{key.replace('_', '.')}={value}")]
        tool(TOPICS, "--bootstrap-server", self.address, "--create", "--topic", name, "--partitions", partitions, *words)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def main(words):
    if words[:1] == ["install"]:
        libraries()
    elif words[:1] == ["start"] and len(words) == 3:
        Kafka(words[1], int(words[2])).start()
    elif words[:1] == ["stop"] and len(words) == 2:
        os.kill(int((pathlib.Path(words[1]) / "pid").read_text()), signal.SIGTERM)
    elif words[:1] == ["tool"] and len(words) > 1:
        return java(*words[1:]).wait()
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
