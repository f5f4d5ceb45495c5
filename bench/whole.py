"""The sensor-alarms system as one process, measured from outside: rates, CPU, latency, start-up, memory, bytes written."""

import json
import pathlib
import subprocess
import tempfile
import time

from harness.azud import BINARY, Azud, wait_until
from harness.process import children_cpu, cpu_seconds, memory_mb, written_bytes


def sources(azud):
    """Partitions that the job reads, with position, end and lag."""
    return [p for job in azud.get("/api/jobs")["jobs"] for node in job["nodes"] if node["kind"] == "source"
            for p in node["partitions"]]


def caught_up(azud, messages=0):
    """Whether the job has worked off all that is in its topics, at least so many messages of ENTRY and OK."""
    partitions = sources(azud)
    read = sum(p["position"] for p in partitions if p["topic"] in ("ENTRY", "OK"))
    return read >= messages and all(p["lag"] == 0 for p in partitions)


class Simulator:
    """`azud simulate` as a process of its own; its CPU counts as the load program's."""

    def __init__(self, address, messages, rate="max", seed=1, timestamps="now"):
        self.process = subprocess.Popen(
            [BINARY, "simulate", "sensor-alarms", "--to", address, "--messages", str(messages), "--rate", str(rate),
             "--seed", str(seed), "--processes", "4", "--timestamps", timestamps],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def wait(self):
        """The CPU seconds that it used."""
        before = children_cpu()
        _, errors = self.process.communicate()
        if self.process.returncode:
            raise RuntimeError(f"azud simulate failed: {errors[-2000:]}")
        return children_cpu() - before


def demo(*options):
    return Azud("demo", "sensor-alarms", "--simulate", "off", *options)


def through(path, messages):
    """From the first message sent until the job has worked off the last: one run with a fresh data folder."""
    with demo() as azud:
        wait_until(lambda: caught_up(azud), 60, "the customers")
        pid = azud.pid()
        cpu, written, begun = cpu_seconds(pid), written_bytes(pid), time.monotonic()
        simulator = Simulator(f"kafka://{azud.kafka}" if path == "kafka" else f"http://{azud.ingress}", messages)
        load_cpu = simulator.wait()
        sent = time.monotonic() - begun
        wait_until(lambda: caught_up(azud, messages), 120, "the end of the job's work")
        whole = time.monotonic() - begun
        return {"messages_per_second": messages / whole, "sent_per_second": messages / sent,
                "azud_cpu_us_per_message": (cpu_seconds(pid) - cpu) / messages * 1e6,
                "load_cpu_us_per_message": load_cpu / messages * 1e6,
                "bytes_written_per_message": (written_bytes(pid) - written) / messages,
                "memory_mb_peak": memory_mb(pid, "VmHWM")}


def latency(path, rate, seconds, probe):
    """Percentiles from accepted message to ALARMS record, as a consumer sees it, at a given rate."""
    with demo() as azud:
        wait_until(lambda: caught_up(azud), 60, "the customers")
        reader = subprocess.Popen([probe, azud.kafka, str(seconds + 2)], stdout=subprocess.PIPE, text=True)
        address = f"kafka://{azud.kafka}" if path == "kafka" else f"http://{azud.ingress}"
        simulator = Simulator(address, int(rate * seconds), rate)
        begun = time.monotonic()
        simulator.wait()
        reached = rate * seconds / (time.monotonic() - begun)
        answer = json.loads(reader.communicate()[0])
        return {"rate": reached, **answer}


def start_up(runs):
    """Milliseconds from exec to the first answer of the readiness probe, over a data folder that has been worked with; memory then,
    and after some quiet time."""
    result = {"first_start_ms": [], "start_ms": [], "idle_memory_mb": [], "idle_memory_first_mb": [], "idle_cpu_percent": []}
    with tempfile.TemporaryDirectory(prefix="azud-bench-") as folder:
        data = pathlib.Path(folder) / "data"
        for run in range(runs + 1):
            azud = Azud("demo", "sensor-alarms", "--simulate", "off", data=data)
            begun = time.monotonic()
            azud.start()
            took = (time.monotonic() - begun) * 1000
            wait_until(lambda: caught_up(azud), 60, "the job's work")
            if run == 0:
                Simulator(f"kafka://{azud.kafka}", 500_000).wait()
                wait_until(lambda: caught_up(azud, 500_000), 60, "the job's work")
            cpu = cpu_seconds(azud.pid())
            time.sleep(10)  # quiet time is what is measured
            result["idle_cpu_percent"].append((cpu_seconds(azud.pid()) - cpu) * 10)
            result["first_start_ms" if run == 0 else "start_ms"].append(took)
            result["idle_memory_first_mb" if run == 0 else "idle_memory_mb"].append(memory_mb(azud.pid()))
            azud.stop()
    return result
