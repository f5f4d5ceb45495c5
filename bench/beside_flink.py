"""The same messages, already in the log, worked off with the same jobs.sql: azud, and Apache Kafka with Apache Flink."""

import pathlib
import re
import subprocess
import sys
import tempfile
import time

import flink_job
import topics
from harness.azud import BINARY, Azud, free_port, wait_until
from harness.process import children_cpu, cpu_seconds
from harness.systems import copy_system
from peers.kafka import Kafka
from whole import Simulator, caught_up

ROOT = pathlib.Path(__file__).resolve().parents[1]
SQL = ROOT / "systems" / "sensor-alarms" / "jobs.sql"


def fill(address, messages):
    """The messages with the generator's own times, so that both sides see the same event time."""
    Simulator(f"kafka://{address}", messages, timestamps="nominal").wait()


def measured(messages, seconds, cpu, alarms):
    return {"messages_per_second": messages / seconds, "cpu_us_per_message": cpu / messages * 1e6, "seconds": seconds,
            "alarms": alarms}


def azud(messages, folder):
    """From the start of the process until the last message is worked off and committed: start-up is included."""
    without_job = copy_system("sensor-alarms", pathlib.Path(folder) / "fill", without=("jobs", "alarms"), event_time="nominal")
    whole = copy_system("sensor-alarms", pathlib.Path(folder) / "run", without=("load",), event_time="nominal")
    data = pathlib.Path(folder) / "data"
    with Azud("serve", "--config", str(without_job), data=data) as server:
        fill(server.kafka, messages)
    server = Azud("serve", "--config", str(whole), data=data)
    begun = time.monotonic()
    with server:
        wait_until(lambda: caught_up(server, messages), 300, "the end of the job's work", pause=0.01)
        seconds = time.monotonic() - begun
        alarms = settled(lambda: len(topics.records(server.kafka, "ALARMS")))
        return measured(messages, seconds, cpu_seconds(server.pid()), alarms)


def settled(value, quiet=3):
    """What it comes to: the last alarms wait until the topics have been idle for a second, an end that only Flink is told."""
    last, since = value(), time.monotonic()
    while time.monotonic() - since < quiet:
        time.sleep(0.2)
        if (now := value()) != last:
            last, since = now, time.monotonic()
    return last


def kafka_and_flink(messages, folder):
    """The job's own time, without the start of Java and Flink; CPU of Flink's Java machine and of the broker meanwhile."""
    with Kafka(pathlib.Path(folder) / "kafka", free_port()) as kafka:
        topics.create(kafka)
        load_customers(kafka.address)
        fill(kafka.address, messages)
        broker, java = cpu_seconds(kafka.process.pid), children_cpu()
        told = flink_job.run(SQL, kafka.address)
        cpu = cpu_seconds(kafka.process.pid) - broker + children_cpu() - java
        seconds = int(re.findall(r"DONE wall_ms=(\d+)", told)[-1]) / 1000
        return measured(messages, seconds, cpu, len(topics.records(kafka.address, "ALARMS")))


def load_customers(address):
    done = subprocess.run([BINARY, "generate", "clients", "--to", f"kafka://{address}", "--timestamps", "nominal"],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"azud generate: {done.stderr}")


def run(messages, flink):
    with tempfile.TemporaryDirectory(prefix="azud-bench-") as folder:
        result = {"azud": azud(messages, folder)}
        if flink:
            result["kafka_and_flink"] = kafka_and_flink(messages, folder)
        return result
