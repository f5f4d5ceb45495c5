"""A running azud for tests: free ports, a data folder of its own, logs kept for failures."""

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("AZUD_BINARY") or pathlib.Path(os.environ.get("AZUD_BUILD", ROOT / "build")) / "azud")


PORTS = range(11_000, 32_000)
_given_ports = set()


def free_port():
    """A port that nobody listens on now. Each call gives another one. It lies below those that the system gives to outgoing
    connections, so that none of these has it when the server comes, or comes back."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        if port in _given_ports:
            continue
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given_ports.add(port)
        return port


def wait_until(condition, seconds=30, what="the condition", pause=0.02):
    """Polls until condition() is true and returns its value; fails loudly after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(pause)


class Azud:
    """azud as a child process. `args` is the sub-command with its options; addresses and --data are added."""

    def __init__(self, *args, data=None, env=None):
        self._own_data = tempfile.TemporaryDirectory(prefix="azud-test-") if data is None else None
        self.data = pathlib.Path(data or self._own_data.name)
        self.kafka = f"127.0.0.1:{free_port()}"
        self.ingress = f"127.0.0.1:{free_port()}"
        self.web = f"127.0.0.1:{free_port()}"
        self.args = list(args)
        self.env = dict(os.environ, **(env or {}))
        self.log_path = self.data.parent / (self.data.name + ".log")
        self.process = None

    def start(self, seconds=30):
        """Starts and waits until it is ready."""
        self.spawn()
        wait_until(self._ready_or_dead, seconds, "azud's readiness")
        return self

    def spawn(self):
        """Starts and does not wait."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [str(BINARY), *self.args, "--data", str(self.data / "azud"), "--kafka", self.kafka,
                 "--ingress", self.ingress, "--web", self.web],
                stdout=log, stderr=subprocess.STDOUT, env=self.env)

    def _ready_or_dead(self):
        if self.process.poll() is not None:
            raise AssertionError(f"azud ended with {self.process.returncode}:\n{self.output()[-4000:]}")
        try:
            return self.get("/-/ready", as_json=False) is not None
        except OSError:
            return False

    def get(self, path, as_json=True, port=None):
        with urllib.request.urlopen(f"http://{port or self.web}{path}", timeout=10) as answer:
            body = answer.read()
            return json.loads(body) if as_json else body

    def post(self, path, body, content_type="application/json", address=None):
        """(status, parsed JSON or text); HTTP errors are answers, not exceptions."""
        if not isinstance(body, bytes):
            body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{address or self.web}{path}", data=body, method="POST",
                                         headers={"Content-Type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as e:
            status, text = e.code, e.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def pid(self):
        return self.process.pid

    def output(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def kill9(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=30):
        """A clean stop; the exit code."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill9()
                raise AssertionError(f"azud did not stop within {seconds} s:\n{self.output()[-4000:]}")
        return self.process.returncode if self.process else None

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        try:
            self.stop()
        finally:
            if kind is not None:
                print(f"--- azud's output ---\n{self.output()[-6000:]}")
            self.close()

    def close(self):
        """Nothing of it is left: neither a process nor files."""
        if self.process and self.process.poll() is None:
            self.kill9()
        self.log_path.unlink(missing_ok=True)
        if self._own_data:
            self._own_data.cleanup()


def run_azud(*args, input=None, seconds=60, **settings):
    """A command of azud that ends by itself: (exit code, stdout, stderr). `settings` are subprocess.run's."""
    done = subprocess.run([str(BINARY), *args], input=input, capture_output=True, text=True, timeout=seconds, **settings)
    return done.returncode, done.stdout, done.stderr
