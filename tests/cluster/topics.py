"""The topics of sensor-alarms, and their records as lines."""

import subprocess

INPUTS = {"ENTRY": 2, "OK": 2, "CUSTOMERS": 2}
RESULTS = {"ALARMS": 2, "COUNT": 2, "COUNT_MINUTE": 1}


def create(kafka):
    """On a real Kafka. The messages carry times of the past, which retention would delete, rightly."""
    for name, partitions in {**INPUTS, **RESULTS}.items():
        if name == "CUSTOMERS":
            kafka.create_topic(name, partitions, cleanup_policy="compact")
        else:
            kafka.create_topic(name, partitions, retention_ms=-1)


def end(address, topic):
    """How many records a topic of RESULTS ever held."""
    words = [word for partition in range(RESULTS[topic]) for word in ("-t", f"{topic}:{partition}:-1")]
    done = subprocess.run(["kcat", "-b", address, "-Q", *words], check=True, capture_output=True, text=True)
    return sum(int(line.split()[-1]) for line in done.stdout.splitlines())


def records(address, topic):
    """The committed records of a topic as (key, value) texts, partition by partition."""
    done = subprocess.run(["kcat", "-b", address, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%k\t%s\n",
                           "-X", "isolation.level=read_committed"], check=True, capture_output=True, text=True)
    return [tuple(line.split("\t", 1)) for line in done.stdout.splitlines()]
